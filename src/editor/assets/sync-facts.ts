/** How two recordings lie to each other, measured once per pair of contents. */
import type { Asset } from '#core/asset';
import type { SelfSyncFacts, SyncFacts } from '#core/facts';
import type { EditorContext } from '#editor/context';
import { readAnalysis, writeAnalysis } from '#platform/store';
import { mediaSource } from './facts-store.ts';

/** Rises when the same pair would be measured otherwise than before. */
const syncVersion = 3;

export type PairOptions = { readonly signal?: AbortSignal };

/** Errors: MEDIA_STREAM_MISSING where one of them has no sound, and those of the task. */
export async function syncFacts(
  ctx: EditorContext,
  pair: { readonly reference: Asset; readonly other: Asset },
  { signal }: PairOptions = {},
): Promise<SyncFacts> {
  const { reference, other } = pair;
  const key = { hash: reference.hash, analysis: 'sync', version: syncVersion, params: JSON.stringify({ other: other.hash }) };
  const known = await readAnalysis(ctx.store, key);
  // Written below and nowhere else.
  if (known !== undefined) return known as SyncFacts;
  const input = { reference: mediaSource(ctx, reference), other: mediaSource(ctx, other) };
  const facts = await ctx.pool.run('measure-sync', input, signal === undefined ? {} : { signal });
  await writeAnalysis(ctx.store, { ...key, facts, now: ctx.now() });
  return facts;
}

/** How late an asset's sound is to its own picture. Errors: MEDIA_STREAM_MISSING where it has not both, and those of the task. */
export async function selfSyncFacts(ctx: EditorContext, asset: Asset, { signal }: PairOptions = {}): Promise<SelfSyncFacts> {
  const key = { hash: asset.hash, analysis: 'self-sync', version: syncVersion, params: '{}' };
  const known = await readAnalysis(ctx.store, key);
  // Written below and nowhere else.
  if (known !== undefined) return known as SelfSyncFacts;
  const input = { source: mediaSource(ctx, asset) };
  const facts = await ctx.pool.run('measure-self-sync', input, signal === undefined ? {} : { signal });
  await writeAnalysis(ctx.store, { ...key, facts, now: ctx.now() });
  return facts;
}
