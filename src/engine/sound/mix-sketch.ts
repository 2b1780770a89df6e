/**
 * What of a mix decides how loud it can be made: for every 5 ms its peak and its weighted energy.
 *
 * With it a mastering is tried in a millisecond instead of a second, so that the right gain is found before the one pass
 * that makes the file.
 */
import { createKWeighting, gatedLufs } from '#core/dsp';

const slotsPerSecond = 200;
const slotsPerStep = 20;
/** As the limiter does it: see limiter.ts. */
const releaseMs = 120;
/** Slots this far under the loudness of the whole are pauses, LU. */
const pauseLu = 20;

export type MixSketch = {
  /** Largest sample of each slot over all channels. */
  readonly peaks: Float32Array;
  /** Weighted mean square of each slot, channels summed. */
  readonly energies: Float32Array;
};

export type SketchMaker = { push(block: readonly Float32Array[]): void; finish(): MixSketch };

/** Takes planar blocks of any length. */
export function createSketchMaker(sampleRateHz: number, channels: number): SketchMaker {
  const slotSamples = Math.round(sampleRateHz / slotsPerSecond);
  const filters = Array.from({ length: channels }, () => createKWeighting(sampleRateHz));
  const peaks: number[] = [];
  const energies: number[] = [];
  let [filled, peak, energy] = [0, 0, 0];

  function close(): void {
    if (filled === 0) return;
    peaks.push(peak);
    energies.push(energy / filled);
    [filled, peak, energy] = [0, 0, 0];
  }

  return {
    push(block) {
      const count = block[0]?.length ?? 0;
      for (let from = 0; from < count;) {
        const to = Math.min(count, from + slotSamples - filled);
        for (const [channel, samples] of block.entries()) {
          energy += filters[channel]!.energy(samples, from, to);
          peak = Math.max(peak, largest(samples, from, to));
        }
        filled += to - from;
        from = to;
        if (filled === slotSamples) close();
      }
    },
    finish() {
      close();
      return { peaks: Float32Array.from(peaks), energies: Float32Array.from(energies) };
    },
  };
}

/** What a gain and a limiter would make of the mix. */
export type Forecast = {
  readonly integratedLufs: number;
  /** Loudness that the limiter takes away, LU. */
  readonly lossLu: number;
  /** Share of what is not a pause that is taken down by more than 6 dB, 0 … 1. */
  readonly over6Db: number;
};

/** The limiter's work in steps of 5 ms: within about 0.1 LU of what it does sample by sample. */
export function forecast(sketch: MixSketch, mastering: { readonly gainDb: number; readonly ceilingDbtp: number }): Forecast {
  const { peaks, energies } = sketch;
  const gain = 10 ** (mastering.gainDb / 20);
  const ceiling = 10 ** (mastering.ceilingDbtp / 20);
  const release = 1 - Math.exp(-1000 / (slotsPerSecond * releaseMs));
  const reductions = new Float32Array(peaks.length);
  let [held, before] = [1, 1];
  for (let slot = 0; slot < peaks.length; slot++) {
    const peak = Math.max(peaks[slot]!, peaks[slot + 1] ?? 0) * gain;
    held = Math.min(peak > ceiling ? ceiling / peak : 1, held + (1 - held) * release);
    reductions[slot] = (held + before) / 2;
    before = held;
  }
  const straight = lufsOf(energies, () => gain);
  const integratedLufs = lufsOf(energies, (slot) => gain * reductions[slot]!);
  const pause = 10 ** ((straight - 20 * Math.log10(gain) - pauseLu + 0.691) / 10);
  let [heard, over] = [0, 0];
  for (let slot = 0; slot < peaks.length; slot++) {
    if (energies[slot]! < pause) continue;
    heard++;
    if (reductions[slot]! < 0.5012) over++;
  }
  return { integratedLufs, lossLu: straight - integratedLufs, over6Db: heard === 0 ? 0 : over / heard };
}

function lufsOf(energies: Float32Array, gainOf: (slot: number) => number): number {
  const steps = new Float64Array(Math.floor(energies.length / slotsPerStep));
  for (let step = 0; step < steps.length; step++) {
    let sum = 0;
    for (let slot = step * slotsPerStep; slot < (step + 1) * slotsPerStep; slot++) sum += energies[slot]! * gainOf(slot) ** 2;
    steps[step] = sum / slotsPerStep;
  }
  if (steps.length >= 4) return gatedLufs(steps);
  // Too short for a gate: the mean of all.
  const mean = energies.reduce((sum, energy, slot) => sum + energy * gainOf(slot) ** 2, 0) / Math.max(1, energies.length);
  return -0.691 + 10 * Math.log10(Math.max(mean, 1e-12));
}

function largest(samples: Float32Array, from: number, to: number): number {
  let most = 0;
  for (let index = from; index < to; index++) {
    const value = Math.abs(samples[index]!);
    if (value > most) most = value;
  }
  return most;
}
