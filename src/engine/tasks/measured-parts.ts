/** What a proof measured on parts of a finished file, by what those parts hold: bytes that were measured once need not be measured again. */
import type { LoudnessFacts } from '#core/facts';
import type { Ticks, TimeRange } from '#core/time';

export type SoundMeasures = {
  readonly samples: number;
  readonly loudness: LoudnessFacts;
  /** Mean square of all channels in steps of `stepSamples`. */
  readonly energy: readonly number[];
  readonly stepSamples: number;
  /** First samples of stretches at full scale, at most a hundred. */
  readonly clipped: readonly number[];
  /** What could not be read or decoded, or came out damaged. */
  readonly damaged: number;
};

/** A stretch of pictures after decoding. All times from its start. */
export type StretchMeasures = {
  readonly frames: number;
  /** Packets that the decoder or the reader refused. */
  readonly refused: number;
  /** Pictures that came out damaged. */
  readonly damaged: readonly Ticks[];
  readonly black: readonly TimeRange[];
  readonly frozen: readonly TimeRange[];
};

/** Keys are hashes of everything that decoding depends on. */
export type MeasuredParts = {
  readonly sound: Readonly<Record<string, SoundMeasures>>;
  readonly pictures: Readonly<Record<string, StretchMeasures>>;
};
