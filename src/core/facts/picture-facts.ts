/** Facts about an asset's picture. Times are asset time, in ticks; lists are in order. */
import type { Ticks, TimeRange } from '#core/time';

/** How one shot becomes the next. */
export type ShotChange = {
  readonly kind: 'cut' | 'dissolve' | 'fade';
  /** A cut: where the new shot's first picture appears, without length. Others: from the last moment of the old shot to the first of the new. */
  readonly range: TimeRange;
};

export type ShotFacts = {
  /** From end to end; a shot begins in the middle of the change before it. */
  readonly shots: readonly TimeRange[];
  readonly changes: readonly ShotChange[];
};

/** A place inside a shot where time jumps: framing as before, and who is in it suddenly elsewhere. */
export type JumpCut = {
  /** When the first picture after the jump appears. */
  readonly at: Ticks;
  /** How far it stands out from ordinary movement around it, in times; 3 is clear. */
  readonly strength: number;
  /** Share of the picture that jumps, 0 … 1. */
  readonly area: number;
};

export type JumpCutFacts = { readonly cuts: readonly JumpCut[] };

/** Stretches of pictures that should not be so. */
export type PictureFaults = {
  /** Nothing moves, not even noise, for half a second and more. */
  readonly frozen: readonly TimeRange[];
  /** Dark throughout, for a tenth of a second and more. */
  readonly black: readonly TimeRange[];
  /** A few pictures of something else, or far brighter, between pictures that belong together. */
  readonly flashes: readonly TimeRange[];
  /** Pictures shown again where the rest moves: stutter. */
  readonly duplicates: readonly TimeRange[];
};

/**
 * How the whole picture moves, picture by picture: where what was at a place in the picture before is in this one.
 * Coded orientation, square pixels; the middle of the picture is the origin, x to the right and y down.
 */
export type MotionFacts = {
  /** When each picture appears. */
  readonly at: readonly Ticks[];
  /** Those of them that begin a shot, the first one left out. */
  readonly starts: readonly Ticks[];
  /** Millionths of the picture's width; 0 for the first picture of a shot. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Millionths of a radian, clockwise. */
  readonly turn: readonly number[];
  /** Millionths by which it grew. */
  readonly growth: readonly number[];
  /** 0 … 100: how much of the picture moved like this. */
  readonly trust: readonly number[];
  /** Millionths by which a row moved further, across and down, than one a unit above it: what a rolling shutter does. */
  readonly leanX?: readonly number[];
  readonly leanY?: readonly number[];
};

export type ShakeRange = TimeRange & {
  /** Root mean square of movement faster than a person pans, in per cent of the picture's width. */
  readonly shakePercent: number;
  /** Slow movement a second, in per cent of the width. */
  readonly panPercent: number;
  /** What three quarters of its pictures exceed of the same unrest: one jolt, or somebody who passes close by, is not shaking. */
  readonly usualPercent: number;
  /** Share of the picture in which there is something to see move, 0 … 1: little in lettering on black. */
  readonly filled: number;
};

export type ShakeFacts = {
  /** Two seconds each, the last one shorter. */
  readonly ranges: readonly ShakeRange[];
  /** Over all of it, root mean square. */
  readonly shakePercent: number;
};

/** Per second of the asset; the last one may be shorter. */
export type QualityFacts = {
  /** Mean gradient at full size over the contrast, in per cent: below 2 soft, above 5 crisp. */
  readonly sharpness: readonly number[];
  /** Mean luma, 0 … 1. */
  readonly exposure: readonly number[];
  /** Shares of the picture at the ends of the scale, 0 … 1. */
  readonly dark: readonly number[];
  /** What only a fiftieth of the picture exceeds, 0 … 1: low where there is too little light, not where a scene has a black ground. */
  readonly highlight: readonly number[];
  readonly bright: readonly number[];
};

export type FramingFacts = {
  /** Bars that stay all along, as fractions of the picture on that side. Coded orientation. */
  readonly borders: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  /** Moving edges torn into combs. */
  readonly interlaced: boolean;
  /** Where what matters is, twice a second, as fractions of the width and height; for crops that keep it. Coded orientation. */
  readonly subject: readonly { readonly at: Ticks; readonly x: number; readonly y: number }[];
};

/** Analyses of an asset's picture, one decode pass for all that are asked for. */
export type PictureFacts = {
  readonly shots?: ShotFacts;
  readonly jumpCuts?: JumpCutFacts;
  readonly faults?: PictureFaults;
  readonly motion?: MotionFacts;
  readonly shake?: ShakeFacts;
  readonly quality?: QualityFacts;
  readonly framing?: FramingFacts;
};
export type PictureAnalysis = keyof PictureFacts;
