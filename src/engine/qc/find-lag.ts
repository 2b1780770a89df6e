/** How much later one sound is than another, by the correlation of their shapes. */
import { createRealFft } from '#core/dsp';

export type Lag = {
  /** Positive: `actual` is late. Units: samples at the rate of the input. */
  readonly samples: number;
  /** Normalised correlation there, 0 … 1: below about 0.2 the two have little to do with each other. */
  readonly strength: number;
  /** The best correlation away from there over `strength`: near 1 the sound repeats itself, and the lag may be another. */
  readonly rival: number;
};

/** Nearer than this to the best lag is the same lag. */
const apartSeconds = 0.02;

/** The coarse search works on a signal thinned to about this rate. */
const coarseHz = 8000;
/** Among lags that fit about as well (a hum repeats itself) the smallest one is believed; envelopes are coarser. */
const asGood = { sound: 0.98, envelope: 0.9 } as const;

/**
 * Finds `actual(t) ≈ expected(t − lag)` for lags up to `most` samples either way.
 *
 * Shape:  both of one length, longer than `2 × most`; undefined where one of them has no sound.
 * Method: pre-emphasis of sound (so that hum and rumble do not decide), normalised correlation, coarse, then to the sample.
 */
export function findLag(
  expected: Float32Array,
  actual: Float32Array,
  options: { readonly sampleRateHz: number; readonly most: number; readonly kind?: 'sound' | 'envelope' },
): Lag | undefined {
  const [a, b] = options.kind === 'envelope' ? [expected, actual] : [sharpen(expected), sharpen(actual)];
  const factor = Math.max(1, Math.floor(options.sampleRateHz / coarseHz));
  const most = Math.ceil(options.most / factor);
  const good = asGood[options.kind ?? 'sound'];
  const coarse = correlate(thin(a, factor), thin(b, factor), {
    margin: most,
    from: -most,
    to: most,
    good,
    apart: (apartSeconds * options.sampleRateHz) / factor,
  });
  if (coarse === undefined) return undefined;
  if (factor === 1) return coarse;
  const middle = coarse.samples * factor;
  const fine = correlate(a, b, {
    margin: options.most + factor,
    from: middle - factor,
    to: middle + factor,
    good,
    apart: Infinity,
  });
  return fine && { ...fine, rival: coarse.rival };
}

/** The best lag of `[from, to]`, comparing the middle of `expected` (without `margin` at both ends). */
function correlate(
  expected: Float32Array,
  actual: Float32Array,
  range: { readonly margin: number; readonly from: number; readonly to: number; readonly good: number; readonly apart: number },
): Lag | undefined {
  const count = expected.length - 2 * range.margin;
  if (count <= 0) return undefined;
  const shape = expected.subarray(range.margin, range.margin + count);
  const shapeEnergy = shape.reduce((sum, value) => sum + value * value, 0);
  const sums = runningEnergy(actual);
  const scores = new Float64Array(range.to - range.from + 1);
  const product = scores.length > fewLags ? productsByFourier(shape, actual) : (start: number) => dot(shape, actual, start);
  for (let lag = range.from; lag <= range.to; lag++) {
    const start = range.margin + lag;
    if (start < 0 || start + count > actual.length) continue;
    const energy = shapeEnergy * (sums[start + count]! - sums[start]!);
    if (energy > 1e-18) scores[lag - range.from] = product(start) / Math.sqrt(energy);
  }
  const top = scores.reduce((most, score) => Math.max(most, score), 0);
  if (top <= 0) return undefined;
  let best = Infinity;
  for (const [index, score] of scores.entries()) {
    const lag = index + range.from;
    if (score >= top * range.good && isPeak(scores, index) && Math.abs(lag) < Math.abs(best)) best = lag;
  }
  const strength = scores[best - range.from]!;
  const rivals = scores.filter((_, index) => Math.abs(index + range.from - best) > range.apart);
  return { samples: best, strength, rival: rivals.reduce((most, score) => Math.max(most, score), 0) / strength };
}

/** Up to this many lags are summed one by one, more of them by transforms. */
const fewLags = 64;

function dot(shape: Float32Array, actual: Float32Array, start: number): number {
  let sum = 0;
  for (let index = 0; index < shape.length; index++) sum += shape[index]! * actual[start + index]!;
  return sum;
}

/** `dot` at every start, from one spectrum of each. */
function productsByFourier(shape: Float32Array, actual: Float32Array): (start: number) => number {
  const size = 2 ** Math.ceil(Math.log2(shape.length + actual.length));
  const fft = createRealFft(size);
  const spectrumOf = (samples: Float32Array) => {
    const padded = new Float64Array(size);
    padded.set(samples);
    const [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)];
    fft.forward(padded, re, im);
    return { re, im };
  };
  const [a, b] = [spectrumOf(actual), spectrumOf(shape)];
  for (let bin = 0; bin < fft.bins; bin++) {
    const re = a.re[bin]! * b.re[bin]! + a.im[bin]! * b.im[bin]!;
    a.im[bin] = a.im[bin]! * b.re[bin]! - a.re[bin]! * b.im[bin]!;
    a.re[bin] = re;
  }
  const products = new Float64Array(size);
  fft.inverse(a.re, a.im, products);
  return (start) => products[start]!;
}

function isPeak(scores: Float64Array, index: number): boolean {
  return scores[index]! >= (scores[index - 1] ?? -Infinity) && scores[index]! >= (scores[index + 1] ?? -Infinity);
}

function runningEnergy(samples: Float32Array): Float64Array {
  const sums = new Float64Array(samples.length + 1);
  for (let index = 0; index < samples.length; index++) sums[index + 1] = sums[index]! + samples[index]! ** 2;
  return sums;
}

function sharpen(samples: Float32Array): Float32Array {
  const result = new Float32Array(samples.length);
  for (let index = 1; index < samples.length; index++) result[index] = samples[index]! - 0.95 * samples[index - 1]!;
  return result;
}

function thin(samples: Float32Array, factor: number): Float32Array {
  if (factor === 1) return samples;
  const result = new Float32Array(Math.floor(samples.length / factor));
  for (let index = 0; index < result.length; index++) {
    let sum = 0;
    for (let part = 0; part < factor; part++) sum += samples[index * factor + part]!;
    result[index] = sum;
  }
  return result;
}
