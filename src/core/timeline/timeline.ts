/**
 * The edited document: tracks whose items lie end to end, as plain JSON.
 *
 * Positions are derived, so overlaps and orphans cannot be written; a hole is an explicit gap. Shape after
 * OpenTimelineIO. The saved form is `schema: 'timeline/1'`; changing a type here needs a migration.
 */
import type { AssetId, Size } from '#core/asset';
import type { FrameRate, Ratio, Ticks, TimeRange } from '#core/time';
import type { ClipEffect, Ducking, Fit, MasterSettings, TextStyle } from './effects.ts';

export type TimelineId = string;
/** `trk_<n>`, `itm_<n>`, `lnk_<n>`, numbered by `Timeline.nextId`; stable for the life of the timeline. */
export type TrackId = string;
export type ItemId = string;
export type LinkId = string;

export type Timeline = {
  readonly schema: 'timeline/1';
  readonly id: TimelineId;
  /** Rises by one per commit; an undo is a commit too. */
  readonly revision: number;
  readonly frameRate: FrameRate;
  /** Canvas in pixels, even numbers. */
  readonly size: Size;
  readonly sampleRateHz: number;
  /** `#rrggbb` where nothing covers the canvas; absent: black. */
  readonly background?: string;
  /** How pictures of another shape meet the canvas; absent: `contain`. */
  readonly fit?: Fit;
  /** Bottom first: later tracks lie on top. */
  readonly tracks: readonly Track[];
  readonly master: MasterSettings;
  /** The next number for an id; saved, so that ids are never used again. */
  readonly nextId: number;
};

export type TrackKind = 'video' | 'audio' | 'text';

export type Track = {
  readonly id: TrackId;
  readonly kind: TrackKind;
  /** What people call it: `Video`, `Sound`, `Music`, `Title`. */
  readonly name: string;
  /** Whether an edit that closes or opens time elsewhere moves this track's items too. */
  readonly follows: 'ripple' | 'fixed';
  readonly muted: boolean;
  readonly hidden: boolean;
  readonly locked: boolean;
  /** Level of the whole track in dB; 0 leaves it as it is. */
  readonly gainDb: number;
  /** Only for sound: lowered while the tracks without this are spoken on. */
  readonly ducking?: Ducking;
  readonly items: readonly Item[];
};

export type Item = Clip | TextClip | Gap | Transition;

/** A use of a range of an asset's stream. */
export type Clip = {
  readonly kind: 'clip';
  readonly id: ItemId;
  readonly assetId: AssetId;
  readonly streamIndex: number;
  /** In the asset's time. Record duration = sourceRange.duration × speed.den / speed.num, rounded to the nearest tick. */
  readonly sourceRange: TimeRange;
  /** 2/1 plays twice as fast. Pitch is kept. */
  readonly speed: Ratio;
  /** Level in dB; 0 leaves it as it is. Only meaningful for sound. */
  readonly gainDb: number;
  readonly effects: readonly ClipEffect[];
  /** Picture and sound that move together share one. */
  readonly linkId?: LinkId;
  /**
   * Written only where the record duration is not the rounded quotient: a cut inside a clip with a speed may fall between two
   * source ticks, and neither the cut nor the source time may give way. Differs by a few ticks (nanoseconds); read it by `itemDuration`.
   */
  readonly recordDuration?: Ticks;
  /** For a still: how long it is shown comes from sourceRange.duration, its start is 0. */
};

/** Words on the picture; only in text tracks. */
export type TextClip = {
  readonly kind: 'text';
  readonly id: ItemId;
  readonly duration: Ticks;
  /** What the user typed, literally; never markup. */
  readonly text: string;
  readonly style: TextStyle;
  /** When each word of `text` is spoken, from the clip's start, in order; for karaoke and word-pop. Never invented. */
  readonly words?: readonly TextWord[];
};

export type TextWord = { readonly text: string; readonly start: Ticks; readonly end: Ticks };

/** Deliberate emptiness. */
export type Gap = { readonly kind: 'gap'; readonly id: ItemId; readonly duration: Ticks };

/**
 * An overlap between its two neighbours. It takes its frames from their handles and has no length of its own:
 * the cut stays where it was, `inOffset` before it and `outOffset` after it are blended.
 */
export type Transition = {
  readonly kind: 'transition';
  readonly id: ItemId;
  /** One of `transitionNames`; another is shown as a dissolve, and the render says so. */
  readonly name: string;
  readonly inOffset: Ticks;
  readonly outOffset: Ticks;
};
