/** Drum patterns as strings: a character for each sixteenth, `.` nothing, `1` … `9` how hard, in tenths. */
import { stepAt, stepsLong, stepsPerBar, type Note, type Part } from '../bar.ts';
import { pick } from '../random.ts';
import type { VoiceName } from '../voices/index.ts';
import { vary } from './chords.ts';

/** One of several patterns, the same through a phrase; `fill` takes its place in a last bar that leads on. */
export function beat(voice: VoiceName, patterns: readonly string[], fill?: string): Part {
  return (bar) => {
    const random = bar.random(`beat ${voice}`);
    const pattern = bar.last && bar.phrase.fill && fill !== undefined ? fill : pick(bar.steady(`beat ${voice}`), patterns);
    const notes: Note[] = [];
    for (let step = 0; step < stepsPerBar; step++) {
      const strength = Number(pattern[step]);
      if (!(strength > 0)) continue;
      notes.push({
        voice,
        at: stepAt(bar.timing, step, random),
        // Takes of one stroke: never twice the same in a row.
        midi: (step >> 1) % 4,
        length: stepsLong(bar.timing, 2),
        velocity: vary(strength / 10, random, 0.06),
      });
    }
    return notes;
  };
}

/** Something over the whole bar: air, specks, a rise. `only` says in which bars. */
export function texture(voice: VoiceName, only: 'all' | 'before-change' = 'all', velocity = 0.7): Part {
  return (bar) => {
    if (only === 'before-change' && !(bar.last && bar.phrase.fill)) return [];
    return [{ voice, at: 0, midi: bar.index, length: bar.samples, velocity }];
  };
}

/** A brush over the skin on the first and third beat. */
export function brushes(): Part {
  return (bar) =>
    [0, 8].map((step) => ({
      voice: 'brush',
      at: stepsLong(bar.timing, step),
      midi: step,
      length: stepsLong(bar.timing, 6),
      velocity: 0.6,
    }));
}
