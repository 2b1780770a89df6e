/** What noise removal would do to an asset, measured once per content and strength. */
import { mainAudioStream, type Asset } from '#core/asset';
import { fail } from '#core/errors';
import type { EditorContext } from '#editor/context';
import type { DenoiseFacts } from '#engine/tasks';
import { readAnalysis, writeAnalysis } from '#platform/store';
import { mediaSource } from './sound-facts.ts';

/** Rises with the noise engine: measurements of an older one are not used. */
const denoiseVersion = 1;

/** Errors: MEDIA_STREAM_MISSING for an asset without sound, and those of the task. */
export async function denoiseFacts(
  ctx: EditorContext,
  asset: Asset,
  options: { readonly strength: number; readonly signal?: AbortSignal },
): Promise<DenoiseFacts> {
  if (mainAudioStream(asset) === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'sound' });
  const { strength, signal } = options;
  const key = { hash: asset.hash, analysis: 'denoise', version: denoiseVersion, params: JSON.stringify({ strength }) };
  const known = await readAnalysis(ctx.store, key);
  // Written below and nowhere else; the id is of the asset that was measured, which may be another with the same bytes.
  if (known !== undefined) return { ...(known as DenoiseFacts), assetId: asset.id };
  const input = { source: mediaSource(ctx, asset), strength, engine: 'auto' as const };
  const facts = await ctx.pool.run('measure-denoise', input, signal === undefined ? {} : { signal });
  await writeAnalysis(ctx.store, { ...key, facts, now: ctx.now() });
  return facts;
}
