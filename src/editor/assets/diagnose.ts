/**
 * What is wrong with a video, ranked: facts of the recordings that the timeline uses, seen through what was done to them
 * already. A fault that is cut out or repaired is none any more.
 */
import { mainAudioStream, mainVideoStream, type Asset } from '#core/asset';
import {
  pictureAnalyses,
  soundAnalyses,
  type PictureAnalysis,
  type PictureFacts,
  type Problem,
  type SelfSyncFacts,
  type SoundAnalysis,
  type SoundFacts,
} from '#core/facts';
import { timelineDuration, type Timeline } from '#core/timeline';
import { clipsOf, problem, type PlacedUse } from './problem-places.ts';
import { pictureProblems } from './picture-problems.ts';
import { soundProblems } from './sound-problems.ts';

/** Where facts come from: a session's context, or a tool's workspace. */
export type FactSource = {
  readonly soundFacts: (asset: Asset, analyses: readonly SoundAnalysis[]) => Promise<SoundFacts>;
  readonly pictureFacts: (asset: Asset, analyses: readonly PictureAnalysis[]) => Promise<PictureFacts>;
  /** Absent: sound and picture are not held against each other. */
  readonly selfSyncFacts?: (asset: Asset) => Promise<SelfSyncFacts>;
};

/** Worst first; empty for a healthy video. Errors: those of the analyses. */
export async function diagnose(source: FactSource, timeline: Timeline, assets: readonly Asset[]): Promise<Problem[]> {
  if (timelineDuration(timeline) === 0) return [];
  const problems: Problem[] = [];
  for (const asset of assets) {
    const sounds = clipsOf(timeline, asset, 'audio');
    if (sounds.length > 0 && mainAudioStream(asset) !== undefined) {
      const facts = await source.soundFacts(asset, soundAnalyses);
      problems.push(...soundProblems({ asset, facts, clips: sounds, timeline }));
    }
    const pictures = clipsOf(timeline, asset, 'video');
    if (pictures.length > 0 && asset.kind === 'video' && mainVideoStream(asset) !== undefined) {
      // First, since whoever has both to find finds them in one pass.
      const sync =
        source.selfSyncFacts !== undefined && liesTogether(sounds, pictures) ? await source.selfSyncFacts(asset) : undefined;
      const facts = await source.pictureFacts(asset, pictureAnalyses);
      problems.push(...pictureProblems({ asset, facts, clips: pictures }));
      if (sync !== undefined) problems.push(...syncProblems(asset, pictures, sync));
    }
  }
  return problems.sort((a, b) => b.severity - a.severity);
}

/** Whether some sound is still where the file has it: linked to its picture, over the same stretch. */
function liesTogether(sounds: readonly PlacedUse[], pictures: readonly PlacedUse[]): boolean {
  return sounds.some(({ clip }) =>
    pictures.some(
      (picture) =>
        clip.linkId !== undefined &&
        clip.linkId === picture.clip.linkId &&
        clip.sourceRange.start === picture.clip.sourceRange.start,
    ),
  );
}

/** What most people begin to see, in milliseconds. */
const seenMs = 60;

function syncProblems(asset: Asset, pictures: readonly PlacedUse[], facts: SelfSyncFacts): Problem[] {
  if (!facts.found || Math.abs(facts.soundLateMs) < seenMs) return [];
  const [amount, late] = [Math.abs(facts.soundLateMs), facts.soundLateMs > 0];
  return [
    problem({ asset, clips: pictures }, 'out-of-sync', {
      severity: 0.4 + amount / 800,
      places: [],
      en: `the sound is ${amount} ms ${late ? 'late' : 'early'} (${facts.by === 'mouth' ? 'told by the mouth' : `${facts.matched} of ${facts.events} events agree`})`,
      zh: `声音${late ? '晚' : '早'}了 ${amount} 毫秒（${facts.by === 'mouth' ? '由口型判断' : `${facts.events} 个事件中 ${facts.matched} 个吻合`}）`,
      repair: { tool: 'sync_audio', input: { sound_later_ms: -facts.soundLateMs } },
    }),
  ];
}
