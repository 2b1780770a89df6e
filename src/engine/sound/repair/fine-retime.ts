/**
 * Speed within a thousandth of 1 by plain resampling: what two clocks differ by. Pitch moves by less than two hundredths of a
 * semitone, and every sample lies where the ratio says, which windows laid over each other cannot promise.
 */
import type { Ratio } from '#core/time';

/** Speeds this near to 1 are clocks that differ, not a wish for another tempo. */
export const mostRetime = 0.001;

/** Taps on each side of a sample. */
const reach = 16;
/** Places between two samples that weights are kept for. */
const phases = 512;
let weights: Float32Array | undefined;

export type FineRetimeOptions = {
  readonly speed: Ratio;
  /** Where output sample 0 lies in the source, in samples; need not be whole. */
  readonly firstSource: number;
  readonly read: (first: number, count: number) => Float32Array[];
};

/** Shape: `next(count)` gives the next samples, one array per channel. */
export function createFineRetime({ speed, firstSource, read }: FineRetimeOptions): { next(count: number): Float32Array[] } {
  const table = (weights ??= makeWeights());
  let given = 0;
  return {
    next(count) {
      // From the count, not from the last position: nothing adds up.
      const place = (index: number) => firstSource + ((given + index) * speed.num) / speed.den;
      const start = Math.floor(place(0)) - reach;
      const held = read(start, Math.floor(place(Math.max(0, count - 1))) - start + reach + 2);
      const result = held.map((samples) => {
        const output = new Float32Array(count);
        for (let index = 0; index < count; index++) {
          const position = place(index) - start;
          const scaled = Math.round(position * phases);
          const whole = Math.floor(scaled / phases);
          output[index] = weigh(samples, whole - reach + 1, table, (scaled - whole * phases) * 2 * reach);
        }
        return output;
      });
      given += count;
      return result;
    },
  };
}

function weigh(samples: Float32Array, start: number, table: Float32Array, row: number): number {
  let sum = 0;
  for (let tap = 0; tap < 2 * reach; tap++) sum += (samples[start + tap] ?? 0) * table[row + tap]!;
  return sum;
}

/** A sinc under a Hann window for each phase, each summing to 1. */
function makeWeights(): Float32Array {
  const table = new Float32Array(phases * 2 * reach);
  for (let phase = 0; phase < phases; phase++) {
    const row = table.subarray(phase * 2 * reach, (phase + 1) * 2 * reach);
    let sum = 0;
    for (let tap = 0; tap < 2 * reach; tap++) {
      const x = tap - (reach - 1) - phase / phases;
      const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
      row[tap] = sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / (reach + 0.5)));
      sum += row[tap]!;
    }
    for (let tap = 0; tap < 2 * reach; tap++) row[tap]! /= sum;
  }
  return table;
}
