import type { TimeRange } from '#core/time';
import type { AssetId } from '#core/asset';

export const problemKinds = [
  'noise',
  'hum',
  'clicks',
  'clipping',
  'rumble',
  'echo',
  'too-quiet',
  'too-loud',
  'level-step',
  'long-pause',
  'out-of-sync',
  'black',
  'frozen',
  'flash',
  'stutter',
  'shake',
  'jump-cut',
  'borders',
  'interlaced',
  'sideways',
  'dark',
] as const;
export type ProblemKind = (typeof problemKinds)[number];

/** Something that a viewer would mind, with what would mend it. */
export type Problem = {
  readonly kind: ProblemKind;
  /** 0 … 1: from hardly noticed to spoiling the video. */
  readonly severity: number;
  readonly assetId: AssetId;
  /** Where it is heard or seen first, in record time. */
  readonly range: TimeRange;
  /** How many places it is in; 1 for what lasts. */
  readonly places: number;
  /** The first 20 of them, in record time; empty for what lasts. */
  readonly at: readonly TimeRange[];
  /** What was measured, in words. */
  readonly evidence: { readonly en: string; readonly zh: string };
  /** Absent: nothing here mends it. */
  readonly repair?: {
    readonly tool: string;
    readonly input: Readonly<Record<string, unknown>>;
    /** What it does, in words. */
    readonly says: { readonly en: string; readonly zh: string };
  };
};

/** What a diagnosis asks of a recording: all in one pass over its sound, and one over its picture. */
export const soundAnalyses = ['speech', 'loudness', 'noise', 'beats', 'faults'] as const;
export const pictureAnalyses = ['shots', 'jumpCuts', 'motion', 'shake', 'faults', 'quality', 'framing'] as const;
