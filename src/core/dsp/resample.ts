/**
 * Change of sample rate by a polyphase windowed sinc, streaming, in place: sample n of the output is at the same time
 * as `n · from / to` of the input.
 *
 * For analysis: flat to 0.8 of the lower Nyquist frequency, 60 dB down in what would fold back. Sound that is heard is
 * converted by the media library.
 */
import { fail } from '#core/errors';
import { createHeldSamples } from './held-samples.ts';

export type Resampler = {
  /** The next samples; gives those of the output that no later input can change. */
  push(samples: Float32Array): Float32Array;
  /** The rest, as if silence followed: `⌈count · to / from⌉` samples in all. */
  flush(): Float32Array;
};

/** Zero crossings of the sinc on each side, at the lower of the two rates. */
const crossings = 10;
/** Kaiser's β for 60 dB. */
const beta = 5.65;
const cutOff = 0.91;

/** A converter that has heard nothing; rates in whole Hz. Errors: REQUEST_INVALID. */
export function createResampler(fromHz: number, toHz: number): Resampler {
  if (![fromHz, toHz].every((rate) => Number.isInteger(rate) && rate > 0)) {
    throw fail('REQUEST_INVALID', { reason: `${fromHz} Hz to ${toHz} Hz is no change of sample rate` });
  }
  if (fromHz === toHz) return { push: (samples) => samples, flush: () => new Float32Array(0) };
  const divisor = greatestCommonDivisor(fromHz, toHz);
  const [phases, step] = [toHz / divisor, fromHz / divisor];
  const reach = Math.ceil(crossings * Math.max(1, fromHz / toHz));
  const table = makeTable(phases, reach, Math.min(1, toHz / fromHz));
  // Input that is still needed; its first sample is input sample `first`. Silence lies before the start.
  const held = createHeldSamples(reach - 1);
  let first = -(reach - 1);
  let heard = 0;
  let given = 0;

  function produce(all: Float32Array, until: number): Float32Array {
    const count = Math.max(0, until - given);
    const output = new Float32Array(count);
    let index = 0;
    // Where all outputs lie alike between inputs, two are weighed at once: one sum alone would wait for itself.
    if (phases === 1)
      for (; index + 1 < count; index += 2)
        weighTwo(all, { start: (given + index) * step - first - (reach - 1), step }, table, output, index);
    for (; index < count; index++) {
      const position = (given + index) * step;
      const whole = Math.floor(position / phases);
      output[index] = weigh(all, whole - first - (reach - 1), table, (position - whole * phases) * 2 * reach, 2 * reach);
    }
    given += count;
    const keep = Math.floor((given * step) / phases) - (reach - 1);
    held.drop(Math.max(0, keep - first));
    first = Math.max(first, keep);
    return output;
  }

  return {
    push(samples) {
      heard += samples.length;
      // Output n needs input up to ⌊n · step / phases⌋ + reach.
      return produce(held.push(samples), Math.ceil(((heard - reach) * phases) / step));
    },
    flush() {
      return produce(held.push(new Float32Array(reach + 1)), Math.ceil((heard * phases) / step));
    },
  };
}

/** The same as `weigh` for two outputs whose inputs lie `step` apart. */
function weighTwo(
  held: Float32Array,
  { start, step }: { readonly start: number; readonly step: number },
  table: Float32Array,
  output: Float32Array,
  place: number,
): void {
  let even = 0;
  let odd = 0;
  let nextEven = 0;
  let nextOdd = 0;
  for (let tap = 0; tap < table.length; tap += 2) {
    const at = start + tap;
    const [first, second] = [table[tap]!, table[tap + 1]!];
    even += held[at]! * first;
    odd += held[at + 1]! * second;
    nextEven += held[at + step]! * first;
    nextOdd += held[at + step + 1]! * second;
  }
  output[place] = even + odd;
  output[place + 1] = nextEven + nextOdd;
}

function weigh(held: Float32Array, start: number, table: Float32Array, tableStart: number, count: number): number {
  let even = 0;
  let odd = 0;
  for (let tap = 0; tap < count; tap += 2) {
    even += held[start + tap]! * table[tableStart + tap]!;
    odd += held[start + tap + 1]! * table[tableStart + tap + 1]!;
  }
  return even + odd;
}

/** For each phase the weights of the `2 · reach` samples around the point; each phase sums to 1, so that DC is exact. */
function makeTable(phases: number, reach: number, bandwidth: number): Float32Array {
  const table = new Float32Array(phases * 2 * reach);
  for (let phase = 0; phase < phases; phase++) {
    const row = table.subarray(phase * 2 * reach, (phase + 1) * 2 * reach);
    let sum = 0;
    for (let tap = 0; tap < 2 * reach; tap++) {
      const distance = tap - (reach - 1) - phase / phases;
      row[tap] = sinc(distance * bandwidth * cutOff) * kaiser(distance / reach);
      sum += row[tap]!;
    }
    for (let tap = 0; tap < 2 * reach; tap++) row[tap]! /= sum;
  }
  return table;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : besselI0(beta * Math.sqrt(1 - x * x)) / besselI0(beta);
}

function besselI0(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-12 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
