import type { Ticks } from '#core/time';

/** What is wrong with a recording's sound beside noise, each with what its repair needs. Absent and empty: not found. */
export type SoundFaults = {
  /** Mains hum or another low steady tone with its harmonics. */
  readonly hum?: { readonly hz: number; readonly levelDbfs: number };
  /** When clicks sound, at most 2000 of them. */
  readonly clicks: readonly Ticks[];
  /** The level, 1 is full scale, at which peaks were cut off, how many, and when the first 2000 were. */
  readonly clipping?: { readonly level: number; readonly count: number; readonly at: readonly Ticks[] };
  /** What is below voices, in quiet moments. */
  readonly rumble?: { readonly levelDbfs: number };
  /** How long the room rings on after a word: the time in which it dies down by 60 dB, in milliseconds; only where that is long. */
  readonly echo?: { readonly decayMs: number };
  /** The level of voices, and how far the sharper s-sounds are over it (usual: −7 dB and less); no fault by itself, absent without s-sounds. */
  readonly sibilance?: { readonly voiceDbfs: number; readonly overDb: number };
  /** Moments from which on it is lasting louder or quieter. */
  readonly steps: readonly { readonly at: Ticks; readonly byDb: number }[];
};
