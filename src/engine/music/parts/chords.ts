/** Parts that carry the harmony: pads, comping, broken chords, ostinatos. */
import { stepAt, stepsLong, stepsPerBar, type Bar, type Note, type Part } from '../bar.ts';
import { nearestPitch } from '../pitch.ts';
import { pick, type Random } from '../random.ts';
import type { VoiceName } from '../voices/index.ts';

/** Steps with how long and how hard. */
export type Stroke = { readonly step: number; readonly steps: number; readonly velocity: number };

/** The whole chord for the whole bar. */
export function held(
  voice: VoiceName,
  options: { readonly velocity?: number; readonly octave?: number; readonly voices?: number } = {},
): Part {
  const { velocity = 0.6, octave = 0, voices = 4 } = options;
  return (bar) =>
    bar.voicing.slice(-voices).map((midi) => ({ voice, at: 0, midi: midi + 12 * octave, length: bar.samples, velocity }));
}

/** Chords struck in one of several rhythms; the phrase chooses, its last bar may choose again. */
export function comping(voice: VoiceName, rhythms: readonly (readonly Stroke[])[], octave = 0): Part {
  return (bar) => {
    const random = bar.random(`comping ${voice}`);
    const rhythm = pick(bar.last ? random : bar.steady(`comping ${voice}`), rhythms);
    return rhythm.flatMap((stroke) => strum(bar, { voice, octave, stroke, random }));
  };
}

/** From the lowest up, a few milliseconds apart but for strokes on the beat, which stay together. */
function strum(
  bar: Bar,
  {
    voice,
    octave,
    stroke,
    random,
  }: { readonly voice: VoiceName; readonly octave: number; readonly stroke: Stroke; readonly random: Random },
): Note[] {
  const at = stepAt(bar.timing, stroke.step, random);
  return bar.voicing.map((midi, index) => ({
    voice,
    at: at + Math.round(index * 90 * bar.timing.looseness * (stroke.step % 4 === 0 ? 1 : 1.5)),
    midi: midi + 12 * octave,
    length: stepsLong(bar.timing, stroke.steps),
    velocity: vary(stroke.velocity, random, 0.06),
  }));
}

/** Chord tones one after the other. Patterns are places in the voicing, one for each `every` sixteenths; −1 is a rest. */
export function broken(
  voice: VoiceName,
  patterns: readonly (readonly number[])[],
  options: { readonly every?: number; readonly octave?: number; readonly ring?: number; readonly velocity?: number } = {},
): Part {
  const { every = 2, octave = 0, ring = 1.5, velocity = 0.6 } = options;
  return (bar) => {
    const random = bar.random(`broken ${voice}`);
    const pattern = pick(bar.steady(`broken ${voice}`), patterns);
    const notes: Note[] = [];
    for (let step = 0, turn = 0; step < stepsPerBar; step += every, turn++) {
      const place = pattern[turn % pattern.length]!;
      if (place < 0) continue;
      const accent = step % 8 === 0 ? 0.12 : step % 4 === 0 ? 0.04 : -0.06;
      notes.push({
        voice,
        at: stepAt(bar.timing, step, random),
        midi: toneAt(bar.voicing, place) + 12 * octave,
        length: stepsLong(bar.timing, every * ring),
        velocity: vary(velocity + accent, random, 0.06),
      });
    }
    return notes;
  };
}

/** Beyond the voicing's top it goes on an octave higher. */
function toneAt(voicing: readonly number[], place: number): number {
  return voicing[place % voicing.length]! + 12 * Math.floor(place / voicing.length);
}

/** One tone of the chord repeated, the root or what lies nearest to `near`. */
export function ostinato(
  voice: VoiceName,
  options: { readonly near: number; readonly every?: number; readonly accents?: readonly number[]; readonly velocity?: number },
): Part {
  const { near, every = 2, accents = [1, 0.7, 0.8, 0.7], velocity = 0.75 } = options;
  return (bar) => {
    const random = bar.random(`ostinato ${voice}`);
    const midi = nearestPitch(bar.chord.root, near);
    const notes: Note[] = [];
    for (let step = 0, turn = 0; step < stepsPerBar; step += every, turn++) {
      notes.push({
        voice,
        at: stepAt(bar.timing, step, random),
        midi,
        length: stepsLong(bar.timing, every * 0.8),
        velocity: vary(velocity * accents[turn % accents.length]!, random, 0.04),
      });
    }
    return notes;
  };
}

export function vary(value: number, random: Random, by: number): number {
  return Math.min(1, Math.max(0.1, value + (2 * random() - 1) * by));
}
