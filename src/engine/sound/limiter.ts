/**
 * A true-peak limiter that looks ahead: the gain falls before a peak arrives and rises slowly after it.
 *
 * The needed gain is held over the look-ahead, released with a time constant and then averaged over the look-ahead,
 * which can only lower it where a peak is: no sample and no interpolated point between two goes over the ceiling by
 * more than the movement of the gain inside the interpolator's 12 samples. All channels share one gain, so the image stays.
 */
import type { SoundProcess } from './sound-reader.ts';

const lookAheadMs = 5;
const releaseMs = 120;
/** Points between two samples that are looked at, and samples on each side that each is made of. */
const phases = 4;
const reach = 6;

export type LimiterFacts = {
  /** The strongest reduction, dB, 0 or negative. */
  readonly deepestDb: number;
  /** Samples that were taken down by more than 3 and by more than 6 dB. */
  readonly over3Db: number;
  readonly over6Db: number;
};

export type Limiter = SoundProcess & { facts(): LimiterFacts };

/** Blocks in, the same number of samples out, in place to the sample. `ceilingDbtp` in dBTP. */
export function createLimiter(options: {
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly ceilingDbtp: number;
}): Limiter {
  const ceiling = 10 ** (options.ceilingDbtp / 20);
  const ahead = Math.round((options.sampleRateHz * lookAheadMs) / 1000);
  const gains = createGainRider(ahead, options.sampleRateHz);
  const delay = reach + ahead - 1;
  // Samples not given out yet; before the start lies silence for the interpolator.
  let held: Float32Array[] = Array.from({ length: options.channels }, () => new Float32Array(2 * reach));
  let given = -2 * reach;
  let seen = 0;

  function process(block: readonly Float32Array[]): Float32Array[] {
    const count = block[0]?.length ?? 0;
    held = held.map((old, channel) => joined(old, block[channel]!));
    const end = seen + count;
    // Peaks are known up to `reach` samples before the end; gains `ahead - 1` samples before that.
    const firstPeak = Math.max(0, seen - reach);
    const peaks = findPeaks(held, { from: firstPeak - given, to: Math.max(firstPeak, end - reach) - given, least: ceiling });
    seen = end;
    const curve = gains.push(peaks, ceiling);
    // What lies before sample 0, and as much before the next peak as the interpolator needs, is kept.
    const done = Math.max(0, end - delay);
    const firstOut = Math.max(0, done - curve.length);
    const result = held.map((samples) => {
      const out = samples.slice(firstOut - given, done - given);
      for (let index = 0; index < out.length; index++) out[index]! *= curve[index]!;
      return out;
    });
    const keepFrom = Math.max(given, Math.min(done, end - 2 * reach - 1));
    held = held.map((samples) => samples.slice(keepFrom - given));
    given = keepFrom;
    return result;
  }

  function flush(): Float32Array[] {
    return process(Array.from({ length: options.channels }, () => new Float32Array(delay)));
  }

  return { process, flush, facts: gains.facts };
}

/** Turns needed gains into a curve that never lies above them; gives `ahead - 1` fewer values at first. */
function createGainRider(ahead: number, sampleRateHz: number) {
  const release = 1 - Math.exp(-1000 / (releaseMs * sampleRateHz));
  const queue = createMinimum(ahead);
  const window = new Float64Array(ahead).fill(1);
  let sum = ahead;
  let slot = 0;
  let gain = 1;
  let restingFor = ahead;
  let pushed = 0;
  let deepest = 1;
  let over3Db = 0;
  let over6Db = 0;

  function push(peaks: Float32Array, ceiling: number): Float32Array {
    const skipped = Math.max(0, Math.min(peaks.length, ahead - 1 - pushed));
    const curve = new Float32Array(peaks.length - skipped);
    for (let index = 0; index < peaks.length; index++) {
      const peak = peaks[index]!;
      const needed = queue.push(peak > ceiling ? ceiling / peak : 1);
      pushed++;
      gain = Math.min(needed, gain + (1 - gain) * release);
      if (gain > 0.9999 && needed === 1) gain = 1;
      restingFor = gain === 1 ? restingFor + 1 : 0;
      sum += gain - window[slot]!;
      window[slot] = gain;
      slot = slot + 1 === ahead ? 0 : slot + 1;
      // Before sample 0 the gain may already have to come down for it: those values count, but none is given.
      if (pushed < ahead) continue;
      if (restingFor >= ahead) {
        sum = ahead;
        curve[index - skipped] = 1;
        continue;
      }
      const smooth = Math.min(1, sum / ahead);
      curve[index - skipped] = smooth;
      if (smooth < deepest) deepest = smooth;
      if (smooth < 0.7079) over3Db++;
      if (smooth < 0.5012) over6Db++;
    }
    return curve;
  }

  return { push, facts: (): LimiterFacts => ({ deepestDb: 20 * Math.log10(deepest), over3Db, over6Db }) };
}

/** The least of the last `size` values. */
function createMinimum(size: number) {
  const values = new Float64Array(size);
  const places = new Float64Array(size);
  let head = 0;
  let length = 0;
  let count = 0;
  return {
    push(value: number): number {
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
    },
  };
}

/** For each sample of `[from, to)`: the largest magnitude there and halfway to its neighbours, over all channels. */
function findPeaks(
  channels: readonly Float32Array[],
  range: { readonly from: number; readonly to: number; readonly least: number },
): Float32Array {
  const peaks = new Float32Array(Math.max(0, range.to - range.from));
  // Between samples the signal rises at most to about twice the larger one nearby; below half the ceiling none can matter.
  const worth = range.least / 2;
  for (const samples of channels) {
    for (let index = range.from; index < range.to; index++) {
      const here = Math.abs(samples[index]!);
      const next = Math.abs(samples[index + 1]!);
      const peak = index - range.from;
      if (here > peaks[peak]!) peaks[peak] = here;
      if (here <= worth && next <= worth) continue;
      const between = interpolate(samples, index);
      if (between > peaks[peak]!) peaks[peak] = between;
      if (peak + 1 < peaks.length && between > peaks[peak + 1]!) peaks[peak + 1] = between;
    }
  }
  return peaks;
}

/** The largest magnitude at the three points between sample `index` and the next one. */
function interpolate(samples: Float32Array, index: number): number {
  let largest = 0;
  for (let phase = 1; phase < phases; phase++) {
    const taps = kernels[phase]!;
    let value = 0;
    for (let tap = 0; tap < 2 * reach; tap++) value += taps[tap]! * samples[index - reach + 1 + tap]!;
    largest = Math.max(largest, Math.abs(value));
  }
  return largest;
}

/** Blackman-windowed sinc, each phase scaled to unit sum. */
const kernels = Array.from({ length: phases }, (_, phase) => {
  const taps = Float64Array.from({ length: 2 * reach }, (__, tap) => {
    const distance = tap - reach + 1 - phase / phases;
    if (distance === 0) return 1;
    const turn = (Math.PI * distance) / reach;
    const window = 0.42 + 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn);
    return (Math.sin(Math.PI * distance) / (Math.PI * distance)) * window;
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
});

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const result = new Float32Array(a.length + b.length);
  result.set(a);
  result.set(b, a.length);
  return result;
}
