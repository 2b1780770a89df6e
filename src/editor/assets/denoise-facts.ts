/** What noise removal would do to an asset, measured once per content and strength. */
import { mainAudioStream, type Asset } from '#core/asset';
import { fail } from '#core/errors';
import type { EditorContext } from '#editor/context';
import type { DenoiseFacts } from '#engine/tasks';
import { readAnalysis, writeAnalysis } from '#platform/store';
import { mediaSource } from './facts-store.ts';

/** Rises with the noise engine: measurements of an older one are not used. */
const denoiseVersion = 3;

/** Errors: MEDIA_STREAM_MISSING for an asset without sound, and those of the task. */
export async function denoiseFacts(
  ctx: EditorContext,
  asset: Asset,
  options: { readonly strength: number; readonly signal?: AbortSignal },
): Promise<DenoiseFacts> {
  if (mainAudioStream(asset) === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'sound' });
  const { strength, signal } = options;
  const known = await knownDenoiseFacts(ctx, asset, strength);
  if (known !== undefined) return known;
  const input = { source: mediaSource(ctx, asset), strength, engine: 'auto' as const };
  const facts = await ctx.pool.run('measure-denoise', input, signal === undefined ? {} : { signal });
  await writeAnalysis(ctx.store, { ...keyOf(asset, strength), facts, now: ctx.now() });
  return facts;
}

/** What was measured before; nothing is run for it. */
export async function knownDenoiseFacts(ctx: EditorContext, asset: Asset, strength: number): Promise<DenoiseFacts | undefined> {
  const known = await readAnalysis(ctx.store, keyOf(asset, strength));
  // Written above and nowhere else; the id is of the asset that was measured, which may be another with the same bytes.
  return known === undefined ? undefined : { ...(known as DenoiseFacts), assetId: asset.id };
}

function keyOf(asset: Asset, strength: number) {
  return { hash: asset.hash, analysis: 'denoise', version: denoiseVersion, params: JSON.stringify({ strength }) };
}
