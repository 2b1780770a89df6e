/** What a voice gives for a note. */
import type { Random } from '../random.ts';

/** Both sides of a sound; one array twice where they are the same. */
export type Sound = { readonly left: Float32Array; readonly right: Float32Array };

export type Tone = {
  readonly midi: number;
  /** Samples until the key is let go. */
  readonly length: number;
  /** 0 … 1: how hard; changes the colour, the level is the mixer's. */
  readonly velocity: number;
  /** The same for the same tone. */
  readonly random: Random;
};

export type Voice = (tone: Tone) => Sound;

export function mono(samples: Float32Array): Sound {
  return { left: samples, right: samples };
}
