/** What noise removal would do to an asset, measured once per content, strength and engine. */
import { mainAudioStream, type Asset } from '#core/asset';
import { fail } from '#core/errors';
import type { DenoiseEffect } from '#core/timeline';
import type { EditorContext } from '#editor/context';
import type { DenoiseFacts } from '#engine/tasks';
import { readAnalysis, writeAnalysis } from '#platform/store';
import { enhancerPath } from './enhancer-path.ts';
import { mediaSource } from './facts-store.ts';

/** Rises with the noise engine: measurements of an older one are not used. */
const denoiseVersion = 5;

type Way = Pick<DenoiseEffect, 'strength' | 'engine'>;

/** By the neural engine where its model is there, else by the built-in ones. Errors: MEDIA_STREAM_MISSING for an asset without sound, and those of the task. */
export async function denoiseFacts(
  ctx: EditorContext,
  asset: Asset,
  options: { readonly strength: number; readonly signal?: AbortSignal },
): Promise<DenoiseFacts> {
  if (mainAudioStream(asset) === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'sound' });
  const { strength, signal } = options;
  const enhancer = enhancerPath(ctx);
  const way: Way = { strength, engine: enhancer === undefined ? 'auto' : 'neural' };
  const known = await knownDenoiseFacts(ctx, asset, way);
  if (known !== undefined) return known;
  const input = { source: mediaSource(ctx, asset), ...way, ...(enhancer === undefined ? {} : { enhancerPath: enhancer }) };
  const facts = await ctx.pool.run('measure-denoise', input, signal === undefined ? {} : { signal });
  await writeAnalysis(ctx.store, { ...keyOf(asset, way), facts, now: ctx.now() });
  return facts;
}

/** What was measured before; nothing is run for it. */
export async function knownDenoiseFacts(ctx: EditorContext, asset: Asset, way: Way): Promise<DenoiseFacts | undefined> {
  const known = await readAnalysis(ctx.store, keyOf(asset, way));
  // Written above and nowhere else; the id is of the asset that was measured, which may be another with the same bytes.
  return known === undefined ? undefined : { ...(known as DenoiseFacts), assetId: asset.id };
}

function keyOf(asset: Asset, { strength, engine }: Way) {
  return { hash: asset.hash, analysis: 'denoise', version: denoiseVersion, params: JSON.stringify({ strength, engine }) };
}
