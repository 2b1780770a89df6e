/** How two recordings lie to each other, measured once per pair of contents. */
import type { Asset } from '#core/asset';
import { fail } from '#core/errors';
import type { PictureAnalysis, SelfSyncFacts, SyncFacts } from '#core/facts';
import type { EditorContext } from '#editor/context';
import { readAnalysis, writeAnalysis } from '#platform/store';
import { mediaSource } from './facts-store.ts';
import { keepPictureFacts, knownPictureFacts } from './picture-facts.ts';

/** Rises when the same pair would be measured otherwise than before. */
const syncVersion = 3;

export type PairOptions = { readonly signal?: AbortSignal };
/** `beside`: what will be asked of the same pictures soon; one pass finds all of it. */
export type SelfSyncOptions = PairOptions & { readonly beside?: readonly PictureAnalysis[] };

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
export async function selfSyncFacts(
  ctx: EditorContext,
  asset: Asset,
  { signal, beside = [] }: SelfSyncOptions = {},
): Promise<SelfSyncFacts> {
  const key = { hash: asset.hash, analysis: 'self-sync', version: syncVersion, params: '{}' };
  const known = await readAnalysis(ctx.store, key);
  // Written below and nowhere else.
  if (known !== undefined) return known as SelfSyncFacts;
  const source = mediaSource(ctx, asset);
  const options = signal === undefined ? {} : { signal };
  const missing = beside.length === 0 ? [] : await missingPictureFacts(ctx, asset, beside);
  let facts: SelfSyncFacts;
  if (missing.length === 0) facts = await ctx.pool.run('measure-self-sync', { source }, options);
  else {
    const { selfSync, ...pictures } = await ctx.pool.run(
      'analyze-picture',
      { source, analyses: missing, selfSync: true },
      options,
    );
    if (selfSync === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'sound' });
    await keepPictureFacts(ctx, asset, pictures);
    facts = selfSync;
  }
  await writeAnalysis(ctx.store, { ...key, facts, now: ctx.now() });
  return facts;
}

async function missingPictureFacts(
  ctx: EditorContext,
  asset: Asset,
  analyses: readonly PictureAnalysis[],
): Promise<PictureAnalysis[]> {
  const known = await knownPictureFacts(ctx, asset, analyses);
  return analyses.filter((analysis) => known[analysis] === undefined);
}
