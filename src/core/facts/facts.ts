/**
 * Facts about an asset, found by an analysis and cached by (asset hash, analysis, version, parameters).
 *
 * All ranges are in asset time, in ticks, sorted and disjoint. Never about a timeline.
 */
import type { Ticks, TimeRange } from '#core/time';
import type { BeatFacts } from './beats.ts';
import type { SoundFaults } from './sound-faults.ts';

export type SpeechFacts = {
  /** Stretches with a voice, edges refined on the signal. */
  readonly speech: readonly TimeRange[];
  /** Stretches between and around speech of at least 100 ms. */
  readonly pauses: readonly PauseFacts[];
  /** Probability threshold the recording led to, 0 … 1. */
  readonly threshold: number;
  /** How much of a word's faint beginning the noise may hide; cuts stay that much further away. Absent where it hides nothing. */
  readonly hiddenBefore?: Ticks;
};

export type PauseFacts = TimeRange & {
  /** RMS level of the stretch in dBFS. */
  readonly levelDbfs: number;
  /** True where it holds sound well over the noise floor that is not speech: music, applause, a demo's own sound. */
  readonly audible: boolean;
};

export type LoudnessFacts = {
  /** ITU-R BS.1770-4 gated; −Infinity is written as −120. */
  readonly integratedLufs: number;
  /** EBU Tech 3342. */
  readonly rangeLu: number;
  /** BS.1770-4 annex 2, four times oversampled. */
  readonly truePeakDbtp: number;
  readonly samplePeakDbfs: number;
};

export type NoiseFacts = {
  /** RMS level of what is heard between speech, dBFS. */
  readonly floorDbfs: number;
  /** RMS level of speech, dBFS. */
  readonly speechDbfs: number;
  /** speech − floor after taking the floor's power out of the speech's, dB. */
  readonly snrDb: number;
};

/** Analyses of an asset's sound, one decode pass for all that are asked for. */
export type SoundFacts = {
  readonly speech?: SpeechFacts;
  readonly loudness?: LoudnessFacts;
  readonly noise?: NoiseFacts;
  readonly beats?: BeatFacts;
  readonly faults?: SoundFaults;
};
export type SoundAnalysis = keyof SoundFacts;
