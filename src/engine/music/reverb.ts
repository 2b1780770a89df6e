/**
 * A room: eight delay lines that feed each other through a Hadamard matrix, each losing its highs a little faster.
 *
 * Nothing in it moves over time, so equal sound before two places rings on equally after them: loops depend on that.
 * Source: Jot and Chaigne, "Digital delay networks for designing artificial reverberators", AES 1991.
 */
import { musicRateHz } from './form.ts';

const lineMs = [31.3, 37.7, 41.9, 47.3, 53.9, 61.1, 67.3, 73.9] as const;
const diffuserMs = [5.3, 12.7] as const;
const preDelayMs = 14;
const dampingHz = 4200;
/** Lows would fill the room with mud. */
const lowestHz = 170;

export type Reverb = (send: Float32Array, left: Float32Array, right: Float32Array, level: number) => void;

/** Adds the room's answer to `send` to both sides, `level` times; `seconds` until it is 60 dB down. */
export function createReverb(seconds: number): Reverb {
  const samples = (ms: number) => Math.round((ms * musicRateHz) / 1000);
  const lengths = lineMs.map(samples);
  const lines = lengths.map((length) => new Float32Array(length));
  const places = new Int32Array(8);
  const gains = lengths.map((length) => 10 ** ((-3 * length) / (musicRateHz * seconds)) / Math.sqrt(8));
  const damping = 1 - Math.exp((-2 * Math.PI * dampingHz) / musicRateHz);
  const damped = new Float64Array(8);
  const values = new Float64Array(8);
  const pre = new Float32Array(samples(preDelayMs));
  let prePlace = 0;
  const diffusers = diffuserMs.map((ms) => createAllPass(samples(ms), 0.6));
  const highPass = 1 - Math.exp((-2 * Math.PI * lowestHz) / musicRateHz);
  let under = 0;

  return (send, left, right, level) => {
    for (let index = 0; index < send.length; index++) {
      let input = pre[prePlace]!;
      pre[prePlace] = send[index]!;
      prePlace = prePlace + 1 === pre.length ? 0 : prePlace + 1;
      under += highPass * (input - under);
      input = diffusers[1]!(diffusers[0]!(input - under));
      for (let line = 0; line < 8; line++) {
        const value = lines[line]![places[line]!]!;
        damped[line]! += damping * (value - damped[line]!);
        values[line] = damped[line]!;
      }
      left[index]! += level * (values[0]! - values[2]! + values[4]! - values[6]!);
      right[index]! += level * (values[1]! - values[3]! + values[5]! - values[7]!);
      hadamard(values);
      for (let line = 0; line < 8; line++) {
        const place = places[line]!;
        lines[line]![place] = values[line]! * gains[line]! + (line % 2 === 0 ? input : -input);
        places[line] = place + 1 === lengths[line]! ? 0 : place + 1;
      }
    }
  };
}

function hadamard(values: Float64Array): void {
  for (let width = 1; width < 8; width *= 2) {
    for (let start = 0; start < 8; start += width * 2) {
      for (let index = start; index < start + width; index++) {
        const [a, b] = [values[index]!, values[index + width]!];
        values[index] = a + b;
        values[index + width] = a - b;
      }
    }
  }
}

function createAllPass(length: number, gain: number): (input: number) => number {
  const held = new Float32Array(length);
  let place = 0;
  return (input) => {
    const delayed = held[place]!;
    const fed = input + gain * delayed;
    held[place] = fed;
    place = place + 1 === length ? 0 : place + 1;
    return delayed - gain * fed;
  };
}
