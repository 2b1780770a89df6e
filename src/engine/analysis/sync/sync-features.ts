/**
 * What two recordings of one event have in common whatever their microphones, rooms and noise: when each band gets louder
 * and quieter, every 10 ms. 290 kB a minute; the samples themselves are not kept.
 */
import { createRealFft } from '#core/dsp';
import { createFloatList } from '../float-list.ts';

export const syncRateHz = 16_000;
/** Frames per second; frame f begins at `f · 10 ms`. */
export const syncFramesPerSecond = 100;
const hop = syncRateHz / syncFramesPerSecond;
const size = 512;
/** Lower edges of the bands, and the upper edge of the last. */
const edgesHz = [200, 400, 650, 1000, 1500, 2200, 3200, 4700, 7000] as const;
const bandCount = edgesHz.length - 1;
/** The level is compared with its mean over so many frames on each side: what is slower is the room, or a gain that adapts. */
const meanReach = 50;
/** Standard deviations that one moment may count for: a bang must not decide alone. */
const most = 3;

export type SyncFeatures = {
  readonly frames: number;
  /** One array per band, mean 0, deviation about 1. */
  readonly bands: readonly Float32Array[];
};

export type SyncFeatureReader = {
  /** The next samples, mono, at `syncRateHz`. */
  push(samples: Float32Array): void;
  finish(): SyncFeatures;
};

export function createSyncFeatures(): SyncFeatureReader {
  const fft = createRealFft(size);
  const shape = Float64Array.from({ length: size }, (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / size));
  const firstBins = edgesHz.map((edge) => Math.round((edge * size) / syncRateHz));
  const powers = createFloatList();
  const row = new Float32Array(bandCount);
  const windowed = new Float64Array(size);
  const [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)];
  let held = new Float32Array(0);

  function measure(start: number): void {
    for (let index = 0; index < size; index++) windowed[index] = held[start + index]! * shape[index]!;
    fft.forward(windowed, re, im);
    for (let band = 0; band < bandCount; band++) {
      let sum = 0;
      for (let bin = firstBins[band]!; bin < firstBins[band + 1]!; bin++) sum += re[bin]! ** 2 + im[bin]! ** 2;
      row[band] = sum;
    }
    powers.append(row);
  }

  return {
    push(samples) {
      const joined = new Float32Array(held.length + samples.length);
      joined.set(held);
      joined.set(samples, held.length);
      held = joined;
      let start = 0;
      for (; start + size <= held.length; start += hop) measure(start);
      held = held.slice(start);
    },
    finish: () => toFeatures(powers.all()),
  };
}

function toFeatures(powers: Float32Array): SyncFeatures {
  const frames = Math.floor(powers.length / bandCount);
  const bands = Array.from({ length: bandCount }, (_, band) => {
    const values = new Float32Array(frames);
    for (let frame = 0; frame < frames; frame++) values[frame] = powers[frame * bandCount + band]!;
    const floor = values.toSorted()[Math.floor(frames * 0.3)] ?? 0;
    for (let frame = 0; frame < frames; frame++) values[frame] = Math.log(values[frame]! + floor + 1e-9);
    return standardised(withoutMean(values));
  });
  return { frames, bands };
}

function withoutMean(values: Float32Array): Float32Array {
  const sums = new Float64Array(values.length + 1);
  for (let index = 0; index < values.length; index++) sums[index + 1] = sums[index]! + values[index]!;
  return values.map((value, index) => {
    const [from, to] = [Math.max(0, index - meanReach), Math.min(values.length, index + meanReach + 1)];
    return value - (sums[to]! - sums[from]!) / (to - from);
  });
}

function standardised(values: Float32Array): Float32Array {
  let energy = 0;
  for (const value of values) energy += value * value;
  const deviation = Math.sqrt(energy / Math.max(1, values.length));
  // Silence has no features; dividing by its rounding errors would make some.
  if (deviation < 1e-3) return values.fill(0);
  return values.map((value) => Math.max(-most, Math.min(most, value / deviation)));
}
