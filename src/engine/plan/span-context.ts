/** What laying a stretch into spans needs to know of the whole. */
import type { FrameRate, Ticks } from '#core/time';
import type { Stretch } from './compose.ts';
import type { PictureSource } from './copy-choice.ts';

export type SpanContext = {
  readonly frameRate: FrameRate;
  readonly timescale: number;
  readonly duration: Ticks;
  /** Frames of the whole on an even grid. */
  readonly frames: number;
  readonly sourceOf: (stretch: Stretch) => PictureSource | undefined;
  readonly mayCopy: (source: PictureSource) => boolean;
  /** Whether the source's pictures lie on an even grid of the output's rate. */
  readonly isInStep: (source: PictureSource) => boolean;
};
