/** One bar as the players see it: what is sounding, where its steps are, and chance that is the same each time. */
import { beatsPerBar, musicRateHz, type Phrase } from './form.ts';
import type { Chord } from './pitch.ts';
import type { Random } from './random.ts';
import type { VoiceName } from './voices/index.ts';

/** A note of one voice; `at` and `length` in samples, `at` from the bar's start. */
export type Note = {
  readonly voice: VoiceName;
  readonly at: number;
  readonly midi: number;
  readonly length: number;
  /** 0 … 1. */
  readonly velocity: number;
};

export type Bar = {
  readonly phrase: Phrase;
  /** Place in the progression, 0 … 3. */
  readonly index: number;
  /** The phrase's last one. */
  readonly last: boolean;
  readonly chord: Chord;
  readonly next: Chord;
  /** What the hands hold, low to high. */
  readonly voicing: readonly number[];
  readonly scale: readonly number[];
  readonly samples: number;
  readonly timing: Timing;
  /** Chance for one part: the same in bars of equal phrases. */
  readonly random: (part: string) => Random;
  /** Chance that is the same in all bars of a phrase kind: for patterns that repeat. */
  readonly steady: (part: string) => Random;
};

/** A part of the piece: the notes that it adds to a bar. */
export type Part = (bar: Bar) => Note[];

export type Timing = {
  readonly samplesPerBeat: number;
  /** 0.5 is straight; where the second of two sixteenths falls. */
  readonly swing: number;
  /** 0 … 1: how far from the grid what is not on a beat may stray; 1 is 6 ms. */
  readonly looseness: number;
};

export const stepsPerBar = beatsPerBar * 4;
const mostStraySeconds = 0.006;

/** Where a sixteenth lies, in samples. Beats lie exactly on the grid. */
export function stepAt({ samplesPerBeat, swing, looseness }: Timing, step: number, random: Random): number {
  const pair = Math.floor(step / 2);
  const swung = pair * 2 + (step - pair * 2) * 2 * (step % 2 === 1 ? swing : 0.5);
  const exact = Math.round((swung * samplesPerBeat) / 4);
  const stray = (2 * random() - 1) * mostStraySeconds * musicRateHz * looseness;
  return step % 4 === 0 ? exact : Math.max(0, exact + Math.round(stray));
}

/** Samples of so many sixteenths. */
export function stepsLong({ samplesPerBeat }: Timing, steps: number): number {
  return Math.round((steps * samplesPerBeat) / 4);
}
