/** Effects as data: what a timeline says should happen. How it happens is in engine/sound and engine/render. */
import type { Ticks } from '#core/time';

/** A named, parameterised process on one clip. At most one of each name per clip, in this order of application. */
export type ClipEffect = DenoiseEffect | FadeEffect;

/** Takes noise away from a clip's sound, guarded by measurement so that words are never lost. */
export type DenoiseEffect = {
  readonly name: 'denoise';
  /** 0 … 1: how much of the noise to take; 1 is as much as speech allows. */
  readonly strength: number;
  /** `auto` chooses and blends by measurement. */
  readonly engine: 'auto' | 'rnnoise' | 'spectral' | 'neural';
};

/** Fades a clip in and out: sound to silence, picture to black. Linear in picture, equal-power in sound. */
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

export type TextPosition = 'top' | 'center' | 'bottom' | 'lower-third';

export type TextStyle = {
  /** One of the named styles; `title` is centred and large. */
  readonly preset: 'title' | 'lower-third' | 'caption';
  readonly position: TextPosition;
  /** `#rrggbb`. */
  readonly color: string;
  /** Fraction of the canvas height, 0.02 … 0.3. */
  readonly size: number;
  readonly fadeIn: Ticks;
  readonly fadeOut: Ticks;
};
