/** Where one signal lies in another: correlation by Fourier transform. */
import { createRealFft } from './fft.ts';

export type Lags = { readonly from: number; readonly to: number };

/**
 * Correlation of `signal` with `pattern` for every lag from `lags.from` to `lags.to`, both included.
 *
 * Shape: value i is `Σ signal[n + lags.from + i] · pattern[n]`; places outside either count as 0. Several signals with as
 * many patterns (bands) are summed. Not scaled.
 */
export function correlate(signals: readonly Float32Array[], patterns: readonly Float32Array[], lags: Lags): Float64Array {
  const longest = patterns.reduce((most, pattern) => Math.max(most, pattern.length), 0);
  const count = lags.to - lags.from + 1;
  const fft = createRealFft(powerOfTwo(longest + count));
  const [sumRe, sumIm] = [new Float64Array(fft.bins), new Float64Array(fft.bins)];
  const [aRe, aIm] = [new Float64Array(fft.bins), new Float64Array(fft.bins)];
  const [bRe, bIm] = [new Float64Array(fft.bins), new Float64Array(fft.bins)];
  const padded = new Float64Array(fft.size);
  for (const [band, pattern] of patterns.entries()) {
    layPart(signals[band]!, { from: lags.from, count: longest + count }, padded);
    fft.forward(padded, aRe, aIm);
    padded.fill(0);
    padded.set(pattern);
    fft.forward(padded, bRe, bIm);
    for (let bin = 0; bin < fft.bins; bin++) {
      sumRe[bin]! += aRe[bin]! * bRe[bin]! + aIm[bin]! * bIm[bin]!;
      sumIm[bin]! += aIm[bin]! * bRe[bin]! - aRe[bin]! * bIm[bin]!;
    }
  }
  fft.inverse(sumRe, sumIm, padded);
  return padded.slice(0, count);
}

function layPart(signal: Float32Array, part: { readonly from: number; readonly count: number }, target: Float64Array): void {
  target.fill(0);
  const start = Math.max(0, part.from);
  const end = Math.min(signal.length, part.from + part.count);
  for (let index = start; index < end; index++) target[index - part.from] = signal[index]!;
}

export type WhitenedPeak = {
  /** Samples that `b` lags behind `a`, to a fraction of one. */
  readonly lag: number;
  /** How far the peak stands over the rest, in standard deviations of the rest. */
  readonly score: number;
};

export type WhitenedOptions = {
  readonly sampleRateHz: number;
  readonly reach: number;
  readonly lowHz: number;
  readonly highHz: number;
};

/**
 * How much later the same sound is in `b` than in `a`, both of one length, up to `reach` samples either way.
 *
 * Each bin counts by the root of how loud it is among its neighbours, between the whitened correlation (PHAT) and the plain
 * one: two microphones colour a sound differently, and a voice has more to say where it is loud. Polarity does not matter.
 */
export function whitenedLag(a: Float32Array, b: Float32Array, options: WhitenedOptions): WhitenedPeak {
  return peakOf(whitened(a, b, options), options.reach);
}

/** The same before its peak is looked for: lags −reach … reach in order, in standard deviations. */
export function whitenedLags(a: Float32Array, b: Float32Array, options: WhitenedOptions): Float64Array {
  const correlation = whitened(a, b, options);
  const { reach } = options;
  const lags = Float64Array.from(
    { length: 2 * reach + 1 },
    (_, index) => correlation[(index - reach + correlation.length) % correlation.length]!,
  );
  const deviation = Math.sqrt(lags.reduce((sum, value) => sum + value * value, 1e-30) / lags.length);
  return lags.map((value) => value / deviation);
}

function whitened(a: Float32Array, b: Float32Array, options: WhitenedOptions): Float64Array {
  const fft = createRealFft(powerOfTwo(a.length + options.reach + 1));
  const [aRe, aIm] = spectrumOf(fft, a);
  const [bRe, bIm] = spectrumOf(fft, b);
  const binHz = options.sampleRateHz / fft.size;
  const low = Math.max(1, Math.round(options.lowHz / binHz));
  const high = Math.min(fft.bins - 1, Math.round(options.highHz / binHz));
  const power = new Float64Array(fft.bins);
  for (let bin = low; bin < high; bin++) {
    const re = bRe[bin]! * aRe[bin]! + bIm[bin]! * aIm[bin]!;
    const im = bIm[bin]! * aRe[bin]! - bRe[bin]! * aIm[bin]!;
    aRe[bin] = re;
    aIm[bin] = im;
    power[bin] = Math.hypot(re, im);
  }
  const around = smooth(power, low, high, Math.max(2, Math.round(60 / binHz)));
  for (let bin = 0; bin < fft.bins; bin++) {
    const inside = bin >= low && bin < high && power[bin]! > 0;
    const weight = inside ? 1 / Math.sqrt(power[bin]! * around[bin]!) : 0;
    aRe[bin] = inside ? aRe[bin]! * weight : 0;
    aIm[bin] = inside ? aIm[bin]! * weight : 0;
  }
  const correlation = new Float64Array(fft.size);
  fft.inverse(aRe, aIm, correlation);
  return correlation;
}

function spectrumOf(fft: ReturnType<typeof createRealFft>, samples: Float32Array): readonly [Float64Array, Float64Array] {
  const padded = new Float64Array(fft.size);
  padded.set(samples);
  const [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)];
  fft.forward(padded, re, im);
  return [re, im];
}

function smooth(values: Float64Array, from: number, to: number, reach: number): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (let index = 0; index < values.length; index++) sums[index + 1] = sums[index]! + values[index]!;
  const result = new Float64Array(values.length);
  for (let index = from; index < to; index++) {
    const [first, end] = [Math.max(from, index - reach), Math.min(to, index + reach + 1)];
    result[index] = (sums[end]! - sums[first]!) / (end - first) + 1e-30;
  }
  return result;
}

function peakOf(correlation: Float64Array, reach: number): WhitenedPeak {
  const at = (lag: number) => correlation[(lag + correlation.length) % correlation.length]!;
  let [best, energy] = [0, 0];
  for (let lag = -reach; lag <= reach; lag++) {
    energy += at(lag) ** 2;
    if (Math.abs(at(lag)) > Math.abs(at(best))) best = lag;
  }
  const peak = Math.abs(at(best));
  const rest = Math.sqrt(Math.max(energy - peak ** 2, 1e-30) / (2 * reach));
  return { lag: best + topOf(Math.abs(at(best - 1)), peak, Math.abs(at(best + 1))), score: peak / rest };
}

/** Where the parabola through three values, the middle one the largest, has its top: −0.5 … 0.5 from the middle. */
export function topOf(before: number, middle: number, after: number): number {
  const bend = before - 2 * middle + after;
  return bend >= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend)));
}

function powerOfTwo(least: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(4, least)));
}
