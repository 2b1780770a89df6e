/** What laying a stretch into spans needs to know of the whole. */
import type { FrameRate, Ticks } from '#core/time';
import type { Clip } from '#core/timeline';
import type { PictureSource } from './copy-choice.ts';
import type { ClipLook } from './picture-look.ts';

export type SpanContext = {
  readonly frameRate: FrameRate;
  readonly timescale: number;
  readonly duration: Ticks;
  /** Frames of the whole on an even grid. */
  readonly frames: number;
  /** Encoded spans are at most about this long, so that work can be shared out and used again. */
  readonly rangeSeconds: number;
  /** `#rrggbb` where nothing covers the canvas; absent: black. */
  readonly background?: string;
  readonly sourceOf: (clip: Clip) => PictureSource | undefined;
  readonly lookOf: (clip: Clip) => ClipLook;
  /** Whether the clip, opaque as far as time goes, hides all that lies below it. */
  readonly covers: (clip: Clip) => boolean;
  /** How long the clip's asset lasts before it begins again; undefined for one that ends. */
  readonly loopOf: (clip: Clip) => Ticks | undefined;
  readonly mayCopy: (source: PictureSource) => boolean;
  /** Whether the source's pictures lie on an even grid of the output's rate. */
  readonly isInStep: (source: PictureSource) => boolean;
};
