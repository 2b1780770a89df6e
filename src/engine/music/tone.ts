/** The last shaping of the whole: nothing under 30 Hz, no glare, room for a voice. */
import { musicRateHz } from './form.ts';
import type { Room } from './style.ts';

const rumbleHz = 33;
/** Where words are understood. */
const presence = { hz: 2100, q: 0.6 };

type Coefficients = readonly [b0: number, b1: number, b2: number, a1: number, a2: number];

/** Shapes both sides in place. */
export function createTone(room: Room): (left: Float32Array, right: Float32Array) => void {
  const sections = [
    highPass(rumbleHz),
    highPass(rumbleHz),
    peak(presence.hz, presence.q, room.presenceDb),
    lowPass(room.brightHz),
    lowPass(13_000),
  ];
  const sides = [sections.map(createSection), sections.map(createSection)];
  return (left, right) => {
    for (const section of sides[0]!) section(left);
    for (const section of sides[1]!) section(right);
  };
}

function createSection([b0, b1, b2, a1, a2]: Coefficients): (samples: Float32Array) => void {
  let [keptFirst, keptSecond] = [0, 0];
  return (samples) => {
    let [first, second] = [keptFirst, keptSecond];
    for (let index = 0; index < samples.length; index++) {
      const input = samples[index]!;
      const output = b0 * input + first;
      first = b1 * input - a1 * output + second;
      second = b2 * input - a2 * output;
      samples[index] = output;
    }
    [keptFirst, keptSecond] = [first, second];
  };
}

/** Sections after Robert Bristow-Johnson's "Cookbook formulae for audio equalizer biquad filter coefficients". */
function lowPass(hz: number): Coefficients {
  const { cos, alpha } = turn(hz, Math.SQRT1_2);
  const side = (1 - cos) / 2;
  return scaled([side, 1 - cos, side], [1 + alpha, -2 * cos, 1 - alpha]);
}

function highPass(hz: number): Coefficients {
  const { cos, alpha } = turn(hz, Math.SQRT1_2);
  const side = (1 + cos) / 2;
  return scaled([side, -1 - cos, side], [1 + alpha, -2 * cos, 1 - alpha]);
}

function peak(hz: number, q: number, db: number): Coefficients {
  const { cos, alpha } = turn(hz, q);
  const a = 10 ** (db / 40);
  return scaled([1 + alpha * a, -2 * cos, 1 - alpha * a], [1 + alpha / a, -2 * cos, 1 - alpha / a]);
}

function turn(hz: number, q: number): { cos: number; alpha: number } {
  const angle = (2 * Math.PI * hz) / musicRateHz;
  return { cos: Math.cos(angle), alpha: Math.sin(angle) / (2 * q) };
}

function scaled([b0, b1, b2]: readonly [number, number, number], [a0, a1, a2]: readonly [number, number, number]): Coefficients {
  return [b0 / a0, b1 / a0, b2 / a0, a1 / a0, a2 / a0];
}
