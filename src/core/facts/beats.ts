import type { Ticks } from '#core/time';

/** The pulse of a recording. Without one: no beats and a confidence of 0. */
export type BeatFacts = {
  /** Mean tempo; 0 without beats. */
  readonly bpm: number;
  /** 0 … 1: how far beats stand out of what lies between them; under 0.3 it is rather speech or noise than music. */
  readonly confidence: number;
  readonly beatsPerBar: number;
  /** In the asset's time, rising. */
  readonly beats: readonly Ticks[];
  /** Those that begin a bar. */
  readonly downbeats: readonly Ticks[];
};
