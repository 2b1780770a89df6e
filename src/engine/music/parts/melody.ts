/** A tune over the chords: a motif that comes again, changed where the harmony asks for it, with room to breathe. */
import { stepAt, stepsLong, type Bar, type Note, type Part } from '../bar.ts';
import { classesOf, nearestPitch, stepInScale } from '../pitch.ts';
import { pick, type Random } from '../random.ts';
import type { VoiceName } from '../voices/index.ts';
import { vary } from './chords.ts';

/** Steps at which notes begin, and how many sixteenths they last. */
export type Rhythm = readonly (readonly [step: number, steps: number])[];

export type MelodyOptions = {
  /** Bars 1 and 3 take the first rhythm that is chosen, bar 2 another, bar 4 rests or ends. */
  readonly rhythms: readonly Rhythm[];
  readonly near: number;
  readonly velocity?: number;
  /** How many of the bars have notes at all, 0 … 1. */
  readonly density?: number;
};

export function melody(voice: VoiceName, { rhythms, near, velocity = 0.6, density = 1 }: MelodyOptions): Part {
  return (bar) => {
    const steady = bar.steady(`melody ${voice}`);
    const [first, second] = [pick(steady, rhythms), pick(steady, rhythms)];
    const contour = Array.from({ length: 8 }, () => pick(steady, [-2, -1, -1, 1, 1, 2]));
    const random = bar.random(`melody ${voice}`);
    if (random() > density) return [];
    const rhythm = bar.last ? first.slice(0, 1) : bar.index === 1 ? second : first;
    return line(bar, { voice, near, velocity, rhythm, contour, random });
  };
}

type Line = {
  readonly voice: VoiceName;
  readonly near: number;
  readonly velocity: number;
  readonly rhythm: Rhythm;
  readonly contour: readonly number[];
  readonly random: Random;
};

/** Strong places take chord tones, the ones between go by step. */
function line(bar: Bar, { voice, near, velocity, rhythm, contour, random }: Line): Note[] {
  let pitch = chordTone(bar, near);
  return rhythm.map(([step, steps], index) => {
    if (index > 0) {
      const moved = stepInScale(pitch, contour[index % contour.length]!, bar.scale);
      const back = Math.abs(moved - near) > 7 ? stepInScale(pitch, moved > near ? -2 : 2, bar.scale) : moved;
      const isStrong = step % 4 === 0 || steps >= 4;
      pitch = isStrong ? chordTone(bar, back) : back;
    }
    return {
      voice,
      at: stepAt(bar.timing, step, random),
      midi: pitch,
      length: stepsLong(bar.timing, steps * 0.95),
      velocity: vary(velocity + (step % 8 === 0 ? 0.06 : 0), random, 0.05),
    };
  });
}

/** Root, third, fifth or seventh, whichever is nearest; avoids the highest colours, which are for hands and not for tunes. */
function chordTone(bar: Bar, near: number): number {
  const tones = classesOf(bar.chord).slice(0, 4);
  return tones
    .map((tone) => nearestPitch(tone, near))
    .reduce((best, tone) => (Math.abs(tone - near) < Math.abs(best - near) ? tone : best));
}
