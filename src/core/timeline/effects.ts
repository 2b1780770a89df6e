/** Effects as data: what a timeline says should happen. How it happens is in engine/sound and engine/render. */
import type { AssetId } from '#core/asset';
import type { Ticks } from '#core/time';

/** A named, parameterised process on one clip; at most one of each name per clip. Pictures apply them in the order of this list. */
export type ClipEffect =
  | DenoiseEffect
  | RepairEffect
  | ReverseEffect
  | FreezeEffect
  | StabilizeEffect
  | FollowEffect
  | CropEffect
  | ChromaKeyEffect
  | ColorEffect
  | BlurEffect
  | PlaceEffect
  | ZoomEffect
  | EnvelopeEffect
  | FadeEffect;

/** Takes noise away from a clip's sound, guarded by measurement so that words are never lost. */
export type DenoiseEffect = {
  readonly name: 'denoise';
  /** 0 … 1: how much of the noise to take; 1 is as much as speech allows. */
  readonly strength: number;
  /** `auto` chooses and blends by measurement. */
  readonly engine: 'auto' | 'rnnoise' | 'spectral' | 'neural';
};

/** Mends damage in a clip's sound; each part as it was measured in the recording, absent parts change nothing. */
export type RepairEffect = {
  readonly name: 'repair';
  /** Fundamental of a hum in Hz, 20 … 1000: it and its harmonics go. */
  readonly hum?: number;
  /** Clicks and crackles are filled from what is around them. */
  readonly clicks?: true;
  /** The level, 0.05 … 2, at which peaks were cut off; they get their height back. */
  readonly clipping?: number;
  /** What lies below voices goes. */
  readonly rumble?: true;
  /** Seconds, 0.1 … 5, in which the room dies down by 60 dB; the late part of its sound is taken down. */
  readonly echo?: number;
  /** Level, −80 … 0 dBFS RMS above 4.5 kHz, that s-sounds may have; sharper ones are brought down towards it. */
  readonly sibilance?: number;
  /** 0 … 1: how much of echo and sibilance to take; absent: 1. */
  readonly strength?: number;
};

/** Plays the source range from its end to its start, picture or sound. */
export type ReverseEffect = { readonly name: 'reverse' };

/** Shows one picture of the asset for the clip's whole length. */
export type FreezeEffect = {
  readonly name: 'freeze';
  /** In the asset's time. The source range only says how long the clip is. */
  readonly at: Ticks;
};

/** Holds the camera still: each picture is moved, turned and enlarged against the shaking that was measured; pans stay. */
export type StabilizeEffect = {
  readonly name: 'stabilize';
  /** 0 … 1: how much of the shaking to take. */
  readonly strength: number;
  /** 1.01 … 1.5: most that the picture may be enlarged so that its edges stay out of sight; 1.15 is usual. */
  readonly maxZoom: number;
};

/** Where a crop looks: of a picture that fills a box of another shape, the part that is seen moves along these points, smoothly. */
export type FollowEffect = {
  readonly name: 'follow';
  /** Middle of what should be seen, in fractions of the upright picture, at rising asset times; points within 10 ms of each other are a jump. */
  readonly points: readonly { readonly at: Ticks; readonly x: number; readonly y: number }[];
};

/** Cuts edges of the picture away, as fractions of its upright width and height; at least a twentieth of each side stays. */
export type CropEffect = {
  readonly name: 'crop';
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
};

/** Makes one colour of the picture see-through. */
export type ChromaKeyEffect = {
  readonly name: 'chroma-key';
  /** `#rrggbb`. */
  readonly color: string;
  /** 0.01 … 1: how far from the colour still counts. */
  readonly similarity: number;
  /** 0 … 1: how soft the edge is. */
  readonly blend: number;
};

/** Basic correction. Absent numbers change nothing. */
export type ColorEffect = {
  readonly name: 'color';
  /** Stops, −3 … 3. */
  readonly exposure?: number;
  /** 0 … 2; 1 leaves it as it is. */
  readonly contrast?: number;
  /** 0 … 3; 1 leaves it as it is, 0 is grey. */
  readonly saturation?: number;
  /** −1 (cold) … 1 (warm). */
  readonly temperature?: number;
  /** A look of ours by name; see `looks`. */
  readonly look?: Look;
  /** A look-up table that the user brought: a .cube file as an asset. */
  readonly lutAssetId?: AssetId;
};

/** Built-in looks. */
export const looks = ['cinematic', 'warm', 'cool', 'vintage', 'black-and-white', 'vivid', 'faded'] as const;
export type Look = (typeof looks)[number];

/** Blurs the whole picture or a rectangle of it. */
export type BlurEffect = {
  readonly name: 'blur';
  /** As a fraction of the picture's height, 0.001 … 0.2. */
  readonly radius: number;
  /** Fractions of the upright picture; absent: everywhere. */
  readonly region?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
};

/** How a picture of another shape meets its frame: whole with bars, filling it, or whole over a blurred copy that fills it. */
export type Fit = 'contain' | 'cover' | 'blur-fill';

/** Where the picture lies on the canvas: picture-in-picture, logos, turned phones, subject-keeping crops. */
export type PlaceEffect = {
  readonly name: 'place';
  /** Into the box of `scale` times the canvas. Absent: the timeline's own. */
  readonly fit?: Fit;
  /** Of the canvas, 0.01 … 10. */
  readonly scale: number;
  /** Middle of the box, in fractions of the canvas; 0.5, 0.5 is its centre. */
  readonly x: number;
  readonly y: number;
  /** Which part of a picture larger than its box is seen with `cover`: 0 left or top … 1 right or bottom; 0.5 is the middle. */
  readonly focusX?: number;
  readonly focusY?: number;
  /** Degrees clockwise, −360 … 360. */
  readonly rotation: number;
  readonly flip?: 'horizontal' | 'vertical' | 'both';
  /** 0 … 1. */
  readonly opacity: number;
};

export type Easing = 'linear' | 'ease-in' | 'ease-out' | 'ease-in-out';

/** Enlarges the picture about an anchor, from one factor to another over the clip: punch-in (both alike), slow zoom. */
export type ZoomEffect = {
  readonly name: 'zoom';
  /** Factors 1 … 8. */
  readonly from: number;
  readonly to: number;
  /** The point that stays where it is, in fractions of the frame; 0.5, 0.42 suits a talking head. */
  readonly anchorX: number;
  readonly anchorY: number;
  readonly easing: Easing;
};

/** Level of a clip's sound over time, on top of its gain; straight lines in dB between points, held before the first and after the last. */
export type EnvelopeEffect = {
  readonly name: 'envelope';
  /** Rising times in record time from the clip's start. */
  readonly points: readonly { readonly at: Ticks; readonly gainDb: number }[];
};

/** Fades a clip in and out: sound to silence, picture to black, or to what lies below where something does. */
export type FadeEffect = {
  readonly name: 'fade';
  readonly in: Ticks;
  readonly out: Ticks;
};

/** What is done to the whole mix. */
export type MasterSettings = {
  /** Absent: the mix is left as it is (and only limited where it would clip). */
  readonly loudness?: { readonly targetLufs: number; readonly ceilingDbtp: number };
};

/** Lowers a track of music while other tracks are spoken on. */
export type Ducking = {
  /** How much lower under speech, in dB, −30 … 0; −8 is usual. */
  readonly amountDb: number;
  readonly attackMs: number;
  readonly releaseMs: number;
};

export type TextPosition = 'top' | 'center' | 'bottom' | 'lower-third';

/** The named looks of text; how each is drawn is in engine/render. */
export const textPresets = [
  'title',
  'title-bold',
  'title-elegant',
  'title-neon',
  'lower-third',
  'lower-third-bar',
  'lower-third-news',
  'end-card',
  'quote',
  'chapter',
  'label',
  'caption',
  'caption-box',
  'caption-outline',
  'caption-karaoke',
  'caption-pop',
] as const;
export type TextPreset = (typeof textPresets)[number];

export const textAnimations = ['none', 'fade', 'slide-up', 'slide-left', 'pop', 'typewriter', 'blur-in'] as const;
export type TextAnimation = (typeof textAnimations)[number];

export type TextStyle = {
  readonly preset: TextPreset;
  readonly position: TextPosition;
  /** `#rrggbb`. */
  readonly color: string;
  /** `#rrggbb` of bars, boxes, spoken words; absent: the preset's own. */
  readonly accent?: string;
  /** Fraction of the canvas height, 0.02 … 0.3. */
  readonly size: number;
  readonly fadeIn: Ticks;
  readonly fadeOut: Ticks;
  /** How it comes and goes, over `fadeIn` and `fadeOut`; absent: `fade`. */
  readonly animation?: TextAnimation;
};
