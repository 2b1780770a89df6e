/** Periods that a piece of music may be felt in, by how alike it is to itself after them. */
import { createRealFft } from '#core/dsp';
import { beatFramesPerSecond } from './onset-strength.ts';

export const [slowestBpm, fastestBpm] = [60, 180] as const;
const relatives = [1, 2, 1 / 2, 3 / 2, 2 / 3, 3 / 4, 4 / 3, 3, 1 / 3];
const multiples = [1 / 4, 1 / 2, 3 / 4, 1, 3 / 2, 2, 3, 4];
/** Frames; four of the longest beats. */
export const longestLag = 450;
/**
 * Fitted by conditional logistic regression on 180 made pieces (twelve styles, 60 to 180 bpm) whose beats are known, so that the
 * true period scores over its relatives; one row for each part (all, low, middle, high, loud), one column for each multiple.
 */
const metreWeights = [
  [-1.92, -0.5, 0.28, -0.61, -1.31, 3.44, -0.66, 2.1],
  [-1.57, -1.38, -3.4, -0.01, 1.33, -0.26, -1.18, 5.14],
  [-0.57, 2.0, 2.03, 0.99, 0.72, 3.28, 1.07, 2.13],
  [-1.37, 2.44, -0.65, 0.72, 2.24, 2.62, 0.99, 2.99],
  [-0.94, -2.21, -1.19, 1.42, -1.32, 1.03, 0.56, 2.99],
] as const;

export type Period = {
  /** Frames. */
  readonly frames: number;
  /** How well it fits its fractions and multiples; higher is likelier. */
  readonly metre: number;
};

/** The likeliest periods, best first, at most `count`; none where nothing repeats. `same`: one autocorrelation per part, all of it first. */
export function likelyPeriods(same: readonly Float64Array[], count: number): Period[] {
  return withRelatives(steadyPeriods(same[0]!))
    .map((frames) => ({ frames, metre: metreScore(same, frames) }))
    .sort((a, b) => b.metre - a.metre)
    .slice(0, count);
}

/** The five periods at which beginnings repeat best. */
function steadyPeriods(same: Float64Array): number[] {
  const at = (lag: number) => {
    const whole = Math.floor(lag);
    return same[whole]! + (lag - whole) * (same[whole + 1]! - same[whole]!);
  };
  const scored: { readonly period: number; readonly score: number }[] = [];
  for (let bpm: number = slowestBpm * 0.97; bpm <= fastestBpm * 1.03; bpm *= 1.004) {
    const period = (60 * beatFramesPerSecond) / bpm;
    scored.push({ period, score: [1, 2, 3, 4].reduce((sum, multiple) => sum + at(period * multiple), 0) });
  }
  return scored
    .filter(({ score }, index) => {
      const [before, after] = [scored[index - 1]?.score ?? 0, scored[index + 1]?.score ?? 0];
      return score > 0 && score >= before && score >= after;
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, 5)
    .map(({ period }) => period);
}

/** And those that share beats with them. */
function withRelatives(periods: readonly number[]): number[] {
  const [shortest, longest] = [
    (60 * beatFramesPerSecond) / (fastestBpm * 1.03),
    (60 * beatFramesPerSecond) / (slowestBpm * 0.97),
  ];
  const kept: number[] = [];
  for (const period of periods.flatMap((one) => relatives.map((factor) => one * factor))) {
    if (period < shortest || period > longest) continue;
    if (kept.every((other) => Math.abs(Math.log(other / period)) > 0.012)) kept.push(period);
  }
  return kept;
}

/** How likely it is that a period is the beat, by how alike each part of the music is to itself at the fractions and multiples of it. */
function metreScore(same: readonly Float64Array[], period: number): number {
  let score = 0;
  for (const [part, lags] of same.entries()) {
    for (const [index, multiple] of multiples.entries()) {
      const middle = Math.round(period * multiple);
      let most = -Infinity;
      for (let lag = Math.max(0, middle - 2); lag <= Math.min(lags.length - 1, middle + 2); lag++)
        most = Math.max(most, lags[lag]!);
      score += metreWeights[part]![index]! * most;
    }
  }
  return score;
}

/** How alike the envelope is to itself, per lag, longer lags not disadvantaged. */
export function autocorrelation(envelope: Float32Array, lags: number): Float64Array {
  const size = 2 ** Math.ceil(Math.log2(2 * envelope.length + lags));
  const fft = createRealFft(size);
  const padded = new Float64Array(size);
  const mean = envelope.reduce((sum, value) => sum + value, 0) / envelope.length;
  envelope.forEach((value, index) => (padded[index] = value - mean));
  const [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)];
  fft.forward(padded, re, im);
  for (let bin = 0; bin < fft.bins; bin++) {
    re[bin] = re[bin]! ** 2 + im[bin]! ** 2;
    im[bin] = 0;
  }
  fft.inverse(re, im, padded);
  const whole = padded[0]! / envelope.length;
  if (whole < 1e-9) return new Float64Array(lags);
  return Float64Array.from({ length: lags }, (_, lag) =>
    lag < envelope.length ? padded[lag]! / (envelope.length - lag) / whole : 0,
  );
}
