/** How high a signal stands at each sample and between it and its neighbours, while it streams by. */
import { truePeakPhases } from '#core/dsp';

/** Samples on each side that a point between two samples is made of. */
const reach = 6;

/** A peak is known this many samples late. */
export const peakDelaySamples = reach;

export type PeakFinder = {
  /**
   * The next block. Gives one peak (magnitude, the largest of all channels) for each sample from the last one given up
   * to `peakDelaySamples` before the end of what was pushed; `first` is the position of the first of them.
   */
  push(block: readonly Float32Array[]): { readonly first: number; readonly peaks: Float32Array };
};

/** Points between samples are looked at only where they can reach `least` (magnitude). */
export function createPeakFinder(channels: number, least: number): PeakFinder {
  let held: Float32Array[] = Array.from({ length: channels }, () => new Float32Array(2 * reach));
  let seen = 0;
  return {
    push(block) {
      const all = held.map((tail, channel) => joined(tail, block[channel]!));
      const start = seen - 2 * reach;
      seen += block[0]?.length ?? 0;
      const first = Math.max(0, start + reach);
      const end = Math.max(first, seen - reach);
      const peaks = findPeaks(all, { from: first - start, to: end - start, least });
      held = all.map((samples) => samples.slice(samples.length - 2 * reach));
      return { first, peaks };
    },
  };
}

function findPeaks(
  channels: readonly Float32Array[],
  range: { readonly from: number; readonly to: number; readonly least: number },
): Float32Array {
  const peaks = new Float32Array(range.to - range.from);
  // Between samples the signal rises at most to about twice the larger one nearby; below half of it none can matter.
  const worth = range.least / 2;
  for (const samples of channels) {
    let here = Math.abs(samples[range.from] ?? 0);
    for (let index = range.from; index < range.to; index++) {
      const next = Math.abs(samples[index + 1]!);
      const peak = index - range.from;
      if (here > peaks[peak]!) peaks[peak] = here;
      if (here > worth || next > worth) {
        const between = interpolate(samples, index);
        if (between > peaks[peak]!) peaks[peak] = between;
        if (peak + 1 < peaks.length && between > peaks[peak + 1]!) peaks[peak + 1] = between;
      }
      here = next;
    }
  }
  return peaks;
}

/** The largest magnitude at the points between sample `index` and the next one. */
function interpolate(samples: Float32Array, index: number): number {
  let [p0, p1, p2, p3] = [0, 0, 0, 0];
  for (let tap = 0; tap < 2 * reach; tap++) {
    const value = samples[index + reach - tap]!;
    p0 += value * phase0[tap]!;
    p1 += value * phase1[tap]!;
    p2 += value * phase2[tap]!;
    p3 += value * phase3[tap]!;
  }
  return Math.max(Math.abs(p0), Math.abs(p1), Math.abs(p2), Math.abs(p3));
}

/** The meter's own interpolators, so that what it will find is what is looked for. */
const [phase0, phase1, phase2, phase3] = truePeakPhases.map((taps) => Float64Array.from(taps)) as [
  Float64Array,
  Float64Array,
  Float64Array,
  Float64Array,
];

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const result = new Float32Array(a.length + b.length);
  result.set(a);
  result.set(b, a.length);
  return result;
}
