/** Bass lines: roots where they count, fifths and steps that lead on. */
import { stepAt, stepsLong, type Bar, type Note, type Part } from '../bar.ts';
import { nearestPitch, stepInScale } from '../pitch.ts';
import { pick, type Random } from '../random.ts';
import type { VoiceName } from '../voices/index.ts';
import { vary } from './chords.ts';

/** What a note of a line is: the chord's root, its fifth, the octave, or a step of the scale below the next root. */
type BassTone = 'root' | 'fifth' | 'octave' | 'lead';
export type BassNote = { readonly step: number; readonly steps: number; readonly tone: BassTone; readonly velocity?: number };

/** Near the low E of a bass guitar; fundamentals stay over 40 Hz. */
const center = 34;
const [lowest, highest] = [29, 45];

export function bassLine(voice: VoiceName, lines: readonly (readonly BassNote[])[]): Part {
  return (bar) => {
    const random = bar.random(`bass ${voice}`);
    const line = pick(bar.last ? random : bar.steady(`bass ${voice}`), lines);
    return line.map((note) => play(bar, voice, note, random));
  };
}

/** One tone for the whole bar, always the same: a pedal under the chords. */
export function pedal(voice: VoiceName, options: { readonly near: number; readonly fifth?: boolean }): Part {
  return (bar) => {
    const tonic = nearestPitch(bar.scale[0]!, options.near);
    const pitches = options.fifth === true ? [tonic, tonic + 7] : [tonic];
    return pitches.map((midi) => ({ voice, at: 0, midi, length: bar.samples, velocity: 0.6 }));
  };
}

function play(bar: Bar, voice: VoiceName, note: BassNote, random: Random): Note {
  return {
    voice,
    at: stepAt(bar.timing, note.step, random),
    midi: pitchOf(bar, note.tone),
    length: stepsLong(bar.timing, note.steps * 0.92),
    velocity: vary(note.velocity ?? 0.75, random, 0.05),
  };
}

function pitchOf(bar: Bar, tone: BassTone): number {
  const root = inRange(nearestPitch(bar.chord.root, center));
  switch (tone) {
    case 'root':
      return root;
    case 'fifth':
      return inRange(root + 7);
    case 'octave':
      return root + 12;
    case 'lead': {
      const next = inRange(nearestPitch(bar.next.root, center));
      return inRange(stepInScale(next, next > root ? -1 : 1, bar.scale));
    }
  }
}

function inRange(midi: number): number {
  return midi < lowest ? midi + 12 : midi > highest ? midi - 12 : midi;
}
