/**
 * What is wrong with a video, ranked: facts of the recordings that the timeline uses, seen through what was done to them
 * already. A fault that is cut out or repaired is none any more.
 */
import { mainAudioStream, mainVideoStream, type Asset } from '#core/asset';
import type { PictureAnalysis, PictureFacts, Problem, SoundAnalysis, SoundFacts } from '#core/facts';
import { timelineDuration, type Timeline } from '#core/timeline';
import { clipsOf } from './problem-places.ts';
import { pictureProblems } from './picture-problems.ts';
import { soundProblems } from './sound-problems.ts';

/** Where facts come from: a session's context, or a tool's workspace. */
export type FactSource = {
  readonly soundFacts: (asset: Asset, analyses: readonly SoundAnalysis[]) => Promise<SoundFacts>;
  readonly pictureFacts: (asset: Asset, analyses: readonly PictureAnalysis[]) => Promise<PictureFacts>;
};

/** Worst first; empty for a healthy video. Errors: those of the analyses. */
export async function diagnose(source: FactSource, timeline: Timeline, assets: readonly Asset[]): Promise<Problem[]> {
  if (timelineDuration(timeline) === 0) return [];
  const problems: Problem[] = [];
  for (const asset of assets) {
    const sounds = clipsOf(timeline, asset, 'audio');
    if (sounds.length > 0 && mainAudioStream(asset) !== undefined) {
      const facts = await source.soundFacts(asset, ['speech', 'loudness', 'noise', 'faults']);
      problems.push(...soundProblems({ asset, facts, clips: sounds, timeline }));
    }
    const pictures = clipsOf(timeline, asset, 'video');
    if (pictures.length > 0 && asset.kind === 'video' && mainVideoStream(asset) !== undefined) {
      const facts = await source.pictureFacts(asset, ['jumpCuts', 'shake', 'faults', 'framing']);
      problems.push(...pictureProblems({ asset, facts, clips: pictures }));
    }
  }
  return problems.sort((a, b) => b.severity - a.severity);
}
