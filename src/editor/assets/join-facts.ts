/** How well the pictures on both sides of cuts in one recording go over into each other, measured once per cut and content. */
import type { Asset } from '#core/asset';
import type { MorphFit } from '#core/dsp';
import type { Ticks } from '#core/time';
import type { EditorContext } from '#editor/context';
import { readAnalysis, writeAnalysis } from '#platform/store';
import { mediaSource } from './facts-store.ts';

/** Rises when the same pictures would be measured otherwise than before. */
const joinVersion = 1;

/** Asset times of the last picture before a cut and of the first one after it. */
export type Join = { readonly from: Ticks; readonly to: Ticks };

/** One answer for each join, in order. Errors: MEDIA_STREAM_MISSING for an asset without pictures, and those of the task. */
export async function joinFacts(
  ctx: EditorContext,
  asset: Asset,
  { joins, signal }: { readonly joins: readonly Join[]; readonly signal?: AbortSignal },
): Promise<readonly MorphFit[]> {
  const params = JSON.stringify(joins.map(({ from, to }) => [from, to]));
  const key = { hash: asset.hash, analysis: 'joins', version: joinVersion, params };
  const known = await readAnalysis(ctx.store, key);
  // Written below and nowhere else.
  if (known !== undefined) return known as readonly MorphFit[];
  const input = { source: mediaSource(ctx, asset), joins };
  const facts = await ctx.pool.run('measure-joins', input, signal === undefined ? {} : { signal });
  await writeAnalysis(ctx.store, { ...key, facts, now: ctx.now() });
  return facts;
}
