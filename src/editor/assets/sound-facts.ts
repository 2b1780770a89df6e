/** Facts about an asset's sound. */
import { mainAudioStream, type Asset } from '#core/asset';
import { fail } from '#core/errors';
import type { SoundAnalysis, SoundFacts } from '#core/facts';
import type { EditorContext } from '#editor/context';
import type { RunOptions } from '#engine/pool';
import { soundAnalysisVersions, type MediaSource } from '#engine/tasks';
import { createFactsStore, type FactsOptions } from './facts-store.ts';
import { groupAnalyses } from './side-by-side.ts';

const facts = createFactsStore<SoundFacts>({
  nameOf: (analysis) => analysis,
  versions: soundAnalysisVersions,
  find: listen,
});

/** In one worker or in two at once; where one fails, the other is stopped. */
async function listen(
  ctx: EditorContext,
  source: MediaSource,
  analyses: readonly SoundAnalysis[],
  options: RunOptions,
): Promise<SoundFacts> {
  const groups = groupAnalyses(analyses, { duration: source.asset.duration, workers: ctx.pool.size });
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const fractions = groups.map(() => 0);
  const found = groups.map((group, index) => {
    const onProgress = (fraction: number): void => {
      fractions[index] = fraction;
      options.onProgress?.(fractions.reduce((sum, part) => sum + part, 0) / groups.length);
    };
    return ctx.pool.run('analyze-sound', { source, analyses: group }, { ...options, signal, onProgress });
  });
  try {
    const parts = await Promise.all(found);
    return Object.assign({}, ...parts) as SoundFacts;
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(found);
    throw error;
  }
}

/** The asked analyses. Errors: MEDIA_STREAM_MISSING for an asset without sound, and those of the task. */
export async function soundFacts<const Asked extends SoundAnalysis>(
  ctx: EditorContext,
  asset: Asset,
  analyses: readonly Asked[],
  options: FactsOptions = {},
): Promise<Required<Pick<SoundFacts, Asked>>> {
  if (mainAudioStream(asset) === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'sound' });
  return facts.get(ctx, asset, analyses, options);
}

/** Those of the analyses that are known already; nothing is run for it. */
export function knownSoundFacts(
  ctx: EditorContext,
  asset: Asset,
  analyses: readonly SoundAnalysis[] = ['speech', 'loudness', 'noise'],
): Promise<SoundFacts> {
  return facts.known(ctx, asset, analyses);
}
