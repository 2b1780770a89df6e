/**
 * A true-peak limiter that looks ahead: the gain falls before a peak arrives and rises slowly after it.
 *
 * The needed gain is held over the look-ahead, released with a time constant and then averaged over the look-ahead,
 * which can only lower it where a peak is: no sample and no interpolated point between two goes over the ceiling by
 * more than the movement of the gain inside the interpolator's 12 samples. All channels share one gain, so the image stays.
 */
import { createPeakFinder, peakDelaySamples } from './inter-sample-peaks.ts';
import { raisePeaks, type LoweredCeiling } from './lowered-ceiling.ts';
import type { SoundProcess } from './sound-reader.ts';

const lookAheadMs = 5;
const releaseMs = 120;

export type LimiterOptions = {
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly ceilingDbtp: number;
  readonly lowered?: LoweredCeiling;
};

/** Blocks in, the same number of samples out, in place to the sample. */
export function createLimiter(options: LimiterOptions): SoundProcess {
  const ceiling = 10 ** (options.ceilingDbtp / 20);
  const ahead = Math.round((options.sampleRateHz * lookAheadMs) / 1000);
  const finder = createPeakFinder(options.channels, ceiling / 2);
  const gains = createGainRider(ahead, options.sampleRateHz);
  // Samples whose gain is not known yet.
  let held: Float32Array[] = Array.from({ length: options.channels }, () => new Float32Array(0));

  function process(block: readonly Float32Array[]): Float32Array[] {
    const { first, peaks } = finder.push(block);
    if (options.lowered !== undefined) raisePeaks(peaks, first, options.lowered);
    const curve = gains.push(peaks, ceiling);
    const all = held.map((old, channel) => joined(old, block[channel]!));
    held = all.map((samples) => samples.slice(curve.length));
    return all.map((samples) => {
      const out = samples.subarray(0, curve.length);
      for (let index = 0; index < out.length; index++) out[index]! *= curve[index]!;
      return out;
    });
  }

  function flush(): Float32Array[] {
    const silence = new Float32Array(peakDelaySamples + ahead - 1);
    return process(held.map(() => silence));
  }

  return { process, flush };
}

/** Turns needed gains into a curve that never lies above them; gives `ahead - 1` fewer values at first. */
function createGainRider(ahead: number, sampleRateHz: number) {
  const release = 1 - Math.exp(-1000 / (releaseMs * sampleRateHz));
  const queue = createMinimum(ahead);
  const window = new Float64Array(ahead).fill(1);
  let sum = ahead;
  let slot = 0;
  let gain = 1;
  /** For how many values the held, released gain has been 1. */
  let restingFor = ahead;
  /** For how many values nothing was over the ceiling. */
  let underFor = ahead;
  let pushed = 0;

  function step(peak: number, ceiling: number): number {
    const over = peak > ceiling;
    underFor = over ? 0 : underFor + 1;
    const needed = queue.push(over ? ceiling / peak : 1);
    pushed++;
    gain = Math.min(needed, gain + (1 - gain) * release);
    if (gain > 0.9999 && needed === 1) gain = 1;
    restingFor = gain === 1 ? restingFor + 1 : 0;
    sum += gain - window[slot]!;
    window[slot] = gain;
    slot = slot + 1 === ahead ? 0 : slot + 1;
    // The running sum gathers rounding errors; at rest it is known.
    if (restingFor >= ahead) sum = ahead;
    return Math.min(1, sum / ahead);
  }

  /** The whole block at rest: nothing over the ceiling in it nor in the look-ahead before it. */
  function rest(count: number): void {
    queue.skip(count);
    pushed += count;
    underFor += count;
    restingFor += count;
  }

  function push(peaks: Float32Array, ceiling: number): Float32Array {
    // Before sample 0 the gain may already have to come down for it: those values count, but none is given.
    const skipped = Math.max(0, Math.min(peaks.length, ahead - 1 - pushed));
    const curve = new Float32Array(peaks.length - skipped);
    for (let from = 0; from < peaks.length; from += ahead) {
      const to = Math.min(peaks.length, from + ahead);
      if (underFor >= ahead && restingFor >= ahead && pushed >= ahead && staysUnder(peaks, { from, to, ceiling })) {
        rest(to - from);
        curve.fill(1, from - skipped, to - skipped);
        continue;
      }
      for (let index = from; index < to; index++) {
        const smooth = step(peaks[index]!, ceiling);
        if (index >= skipped) curve[index - skipped] = smooth;
      }
    }
    return curve;
  }

  return { push };
}

function staysUnder(
  peaks: Float32Array,
  { from, to, ceiling }: { readonly from: number; readonly to: number; readonly ceiling: number },
): boolean {
  for (let index = from; index < to; index++) if (peaks[index]! > ceiling) return false;
  return true;
}

/** The least of the last `size` values. */
function createMinimum(size: number) {
  const values = new Float64Array(size);
  const places = new Float64Array(size);
  let head = 0;
  let length = 0;
  let count = 0;

  function push(value: number): number {
    while (length > 0 && values[(head + length - 1) % size]! >= value) length--;
    if (length > 0 && places[head]! <= count - size) {
      head = (head + 1) % size;
      length--;
    }
    const end = (head + length) % size;
    values[end] = value;
    places[end] = count++;
    length++;
    return values[head]!;
  }

  return {
    push,
    /** As if 1 had been pushed `times` often, where all of the last `size` values are 1. */
    skip(times: number): void {
      length = 0;
      count += times - 1;
      push(1);
    },
  };
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const result = new Float32Array(a.length + b.length);
  result.set(a);
  result.set(b, a.length);
  return result;
}
