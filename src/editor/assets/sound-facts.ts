/** Facts about an asset's sound. */
import { mainAudioStream, type Asset } from '#core/asset';
import { fail } from '#core/errors';
import type { SoundAnalysis, SoundFacts } from '#core/facts';
import type { EditorContext } from '#editor/context';
import { soundAnalysisVersions } from '#engine/tasks';
import { createFactsStore, type FactsOptions } from './facts-store.ts';

const facts = createFactsStore<SoundFacts>({
  nameOf: (analysis) => analysis,
  versions: soundAnalysisVersions,
  find: (ctx, source, analyses, options) => ctx.pool.run('analyze-sound', { source, analyses }, options),
});

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
