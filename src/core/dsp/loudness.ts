/**
 * Loudness of a whole programme: ITU-R BS.1770-4 gated loudness, EBU Tech 3342 range, true and sample peak, streaming.
 *
 * Energies of 100 ms steps are all that is kept (0.6 MB an hour); gates and percentiles are exact, not from a histogram.
 */
import { fail } from '#core/errors';
import { createKWeighting } from './k-weighting.ts';
import { amplitudeToDb, silenceDb } from './level.ts';
import { createTruePeakMeter } from './true-peak.ts';

/** The fields of `LoudnessFacts`; −Infinity is written as −120. */
export type LoudnessReading = {
  /** BS.1770-4 gated. A sound shorter than one 400 ms block is measured whole and ungated. */
  readonly integratedLufs: number;
  /** EBU Tech 3342 on 3 s windows every 100 ms; 0 where there is no such window over the gate. */
  readonly rangeLu: number;
  readonly truePeakDbtp: number;
  readonly samplePeakDbfs: number;
};

export type LoudnessMeter = {
  /** The next samples of every channel, all of one length, −1 … 1. */
  push(planar: readonly Float32Array[]): void;
  /** The measures of all that was pushed; may be asked for at any time, and pushing may go on. */
  result(): LoudnessReading;
};

const stepsPerBlock = 4;
const stepsPerShortTerm = 30;
const absoluteGateLufs = -70;
const integratedGateLu = -10;
const rangeGateLu = -20;

/** BS.1770-4 table 3, by channel count in FFmpeg's order of channels; LFE counts nothing, surrounds +1.5 dB. */
const weights: Readonly<Record<number, readonly number[]>> = {
  4: [1, 1, 1.41, 1.41],
  5: [1, 1, 1, 1.41, 1.41],
  6: [1, 1, 1, 0, 1.41, 1.41],
  8: [1, 1, 1, 0, 1.41, 1.41, 1.41, 1.41],
};

/**
 * A meter that has heard nothing yet.
 *
 * Units:  `sampleRateHz` 4 000 … 768 000. Mono counts once, as the recommendation has it.
 * Errors: REQUEST_INVALID for a rate or channel count that cannot be.
 */
export function createLoudnessMeter(sampleRateHz: number, channels: number): LoudnessMeter {
  if (!(sampleRateHz >= 4000 && sampleRateHz <= 768_000))
    throw fail('REQUEST_INVALID', { reason: `${sampleRateHz} Hz is no sample rate to measure at` });
  if (!(Number.isInteger(channels) && channels > 0))
    throw fail('REQUEST_INVALID', { reason: `${channels} is no number of channels` });
  const step = Math.round(sampleRateHz / 10);
  const filters = Array.from({ length: channels }, () => createKWeighting(sampleRateHz));
  const peaks = createTruePeakMeter(channels);
  const steps = createEnergyList();
  let energy = 0;
  let filled = 0;

  return {
    push(planar) {
      const count = planar[0]?.length ?? 0;
      peaks.push(planar);
      for (let position = 0; position < count;) {
        const end = Math.min(count, position + step - filled);
        for (let channel = 0; channel < channels; channel++) {
          const weight = weights[channels]?.[channel] ?? 1;
          if (weight > 0) energy += weight * filters[channel]!.energy(planar[channel]!, position, end);
        }
        filled += end - position;
        position = end;
        if (filled < step) continue;
        steps.add(energy / step);
        energy = 0;
        filled = 0;
      }
    },
    result() {
      const all = steps.all();
      const whole = all.length < stepsPerBlock ? meanOfShort(all, { step, energy, filled }) : undefined;
      return {
        integratedLufs: whole === undefined ? gatedLufs(all) : toLufs(whole),
        rangeLu: range(windows(all, stepsPerShortTerm)),
        truePeakDbtp: amplitudeToDb(peaks.truePeak()),
        samplePeakDbfs: amplitudeToDb(peaks.samplePeak()),
      };
    },
  };
}

/** Mean square after weighting to LUFS; nothing gives −120. */
export function toLufs(meanSquare: number): number {
  return meanSquare > 0 ? Math.max(silenceDb, -0.691 + 10 * Math.log10(meanSquare)) : silenceDb;
}

function fromLufs(lufs: number): number {
  return 10 ** ((lufs + 0.691) / 10);
}

function meanOfShort(
  all: Float64Array,
  open: { readonly step: number; readonly energy: number; readonly filled: number },
): number {
  const samples = all.length * open.step + open.filled;
  return samples === 0 ? 0 : (all.reduce((sum, value) => sum + value * open.step, 0) + open.energy) / samples;
}

/** Mean squares of all windows of `length` steps, one step apart. */
function windows(steps: Float64Array, length: number): Float64Array {
  const result = new Float64Array(Math.max(0, steps.length - length + 1));
  for (let index = 0; index < result.length; index++) {
    let sum = 0;
    // Summed anew: a running sum would leave a loud past's rounding error in quiet windows.
    for (let inner = index; inner < index + length; inner++) sum += steps[inner]!;
    result[index] = sum / length;
  }
  return result;
}

/**
 * Integrated loudness of a programme told by the weighted energies of its 100 ms steps (mean squares, channels summed):
 * what a change of level in some steps would make of the whole. Under four steps there is nothing to gate: −120.
 */
export function gatedLufs(steps: Float64Array): number {
  return integrated(windows(steps, stepsPerBlock));
}

function integrated(blocks: Float64Array): number {
  const absolute = meanOver(blocks, fromLufs(absoluteGateLufs));
  if (absolute === 0) return silenceDb;
  return toLufs(meanOver(blocks, Math.max(fromLufs(absoluteGateLufs), absolute * 10 ** (integratedGateLu / 10))));
}

function range(shortTerm: Float64Array): number {
  const floor = fromLufs(absoluteGateLufs);
  const gate = Math.max(floor, meanOver(shortTerm, floor) * 10 ** (rangeGateLu / 10));
  const kept = shortTerm.filter((value) => value >= gate).sort();
  if (kept.length === 0) return 0;
  const at = (share: number) => kept[Math.round((kept.length - 1) * share)]!;
  return toLufs(at(0.95)) - toLufs(at(0.1));
}

function meanOver(values: Float64Array, gate: number): number {
  let sum = 0;
  let count = 0;
  for (const value of values) {
    if (value < gate) continue;
    sum += value;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

function createEnergyList(): { add(value: number): void; all(): Float64Array } {
  let values = new Float64Array(1024);
  let count = 0;
  return {
    add(value) {
      if (count === values.length) {
        const larger = new Float64Array(2 * count);
        larger.set(values);
        values = larger;
      }
      values[count++] = value;
    },
    all: () => values.subarray(0, count),
  };
}
