/** From beginnings to a beat: what pulse goes through them, and where each beat of it lies. */
import { createRealFft } from '#core/dsp';
import { beatFramesPerSecond, type OnsetStrength } from './onset-strength.ts';

export const [slowestBpm, fastestBpm] = [60, 180] as const;
/** How stiff the pulse is: the cost of a beat that comes early or late, in standard deviations of the beginnings. */
const tightness = 120;
/** Tempi are told from each other in octaves from here. */
const usualBpm = 112;
const relatives = [1, 2, 1 / 2, 3 / 2, 2 / 3, 3 / 4, 4 / 3, 3, 1 / 3];
const multiples = [1 / 4, 1 / 2, 3 / 4, 1, 3 / 2, 2, 3, 4];
/** Frames; four of the longest beats. */
const longestLag = 450;
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
const tempoWeights = [2.482, -0.123] as const;
const slack = 3;

export type BeatTrack = {
  /** Frames, rising, to a fraction of one. */
  readonly beats: readonly number[];
  /** Mean beats per minute. */
  readonly bpm: number;
  /** 0 … 1: how well the music repeats itself after one, two and four beats. */
  readonly confidence: number;
};

/** Undefined where nothing pulses: silence, speech without a metre, a single tone. */
export function trackBeats(strength: OnsetStrength): BeatTrack | undefined {
  const envelopes = [strength.all, strength.low, strength.middle, strength.high, strength.loud].map(toEnvelope);
  const [all, low, , , loud] = envelopes;
  const envelope = all!.map((value, index) => (value + loud![index]! + 0.7 * low![index]!) / 2);
  if (envelope.length < 2 * beatFramesPerSecond) return undefined;
  const chosen = choosePeriod(envelopes);
  if (chosen === undefined) return undefined;
  const { period, regularity } = chosen;
  const found = bestBeats(envelope, period);
  const contrast = contrastOf(envelope, found);
  const beats = trimEnds(found, envelope);
  if (beats.length < 4 || contrast <= 0) return undefined;
  const bpm = (60 * beatFramesPerSecond * (beats.length - 1)) / (beats.at(-1)! - beats[0]!);
  return { beats: beats.map((beat) => refine(envelope, beat)), bpm, confidence: regularity };
}

/** Without what is slower than a second, deviation 1. */
function toEnvelope(onsets: Float32Array): Float32Array {
  const sums = new Float64Array(onsets.length + 1);
  for (let index = 0; index < onsets.length; index++) sums[index + 1] = sums[index]! + onsets[index]!;
  const reach = beatFramesPerSecond / 2;
  const smooth = onsets.map((_, index) => {
    const [from, to] = [Math.max(0, index - reach), Math.min(onsets.length, index + reach + 1)];
    const [a, b] = [onsets[Math.max(0, index - 1)]!, onsets[Math.min(onsets.length - 1, index + 1)]!];
    return Math.max(0, (a + 2 * onsets[index]! + b) / 4 - (sums[to]! - sums[from]!) / (to - from));
  });
  let energy = 0;
  for (const value of smooth) energy += value * value;
  const deviation = Math.sqrt(energy / Math.max(1, smooth.length));
  return deviation < 1e-6 ? smooth.fill(0) : smooth.map((value) => Math.min(6, value / deviation));
}

/** The period in frames that the music is felt in; undefined where nothing repeats. */
function choosePeriod(envelopes: readonly Float32Array[]): { readonly period: number; readonly regularity: number } | undefined {
  const same = envelopes.map((envelope) => autocorrelation(envelope, longestLag));
  const scored = steadyPeriods(same[0]!);
  let best: { readonly period: number; readonly score: number } | undefined;
  for (const period of withRelatives(scored)) {
    const score = metreScore(same, period);
    if (best === undefined || score > best.score) best = { period, score };
  }
  if (best === undefined) return undefined;
  const likeness = [1, 2, 4].map((multiple) => same[0]![Math.min(longestLag - 1, Math.round(best.period * multiple))]!);
  const mean = likeness.reduce((sum, value) => sum + value, 0) / likeness.length;
  return { period: best.period, regularity: Math.max(0, Math.min(1, 2 * mean)) };
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
  const octaves = Math.log2((60 * beatFramesPerSecond) / period / usualBpm);
  let score = tempoWeights[0] * octaves + tempoWeights[1] * octaves ** 2;
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
function autocorrelation(envelope: Float32Array, lags: number): Float64Array {
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

/** How far beats stand out of what lies halfway between them, in deviations of the envelope. */
function contrastOf(envelope: Float32Array, beats: readonly number[]): number {
  const near = (place: number) => {
    const middle = Math.round(place);
    let most = 0;
    for (let index = Math.max(0, middle - slack); index <= Math.min(envelope.length - 1, middle + slack); index++)
      most = Math.max(most, envelope[index]!);
    return most;
  };
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const others = envelope.reduce((sum, value) => sum + value, 0) / envelope.length;
  return meanOf(beats.map(near)) - 2 * others;
}

/** Dynamic programming over all places of beats. Source: Ellis, "Beat tracking by dynamic programming", JNMR 2007. */
function bestBeats(envelope: Float32Array, period: number): number[] {
  const count = envelope.length;
  const score = new Float64Array(count);
  const from = new Int32Array(count).fill(-1);
  const [least, most] = [Math.round(period * 0.7), Math.round(period * 1.4)];
  const cost = Float64Array.from({ length: most + 1 }, (_, lag) => tightness * Math.log(Math.max(1, lag) / period) ** 2);
  for (let place = 0; place < count; place++) {
    let best = 0;
    for (let lag = least; lag <= most && lag <= place; lag++) {
      const value = score[place - lag]! - cost[lag]!;
      if (value > best) {
        best = value;
        from[place] = place - lag;
      }
    }
    score[place] = envelope[place]! + best;
  }
  let last = count - 1;
  for (let place = Math.max(0, count - most); place < count; place++) if (score[place]! > score[last]!) last = place;
  const beats: number[] = [];
  for (let place = last; place >= 0; place = from[place]!) beats.push(place);
  return beats.reverse();
}

/** Beats in the silence before the first and after the last sound are guesses. */
function trimEnds(beats: readonly number[], envelope: Float32Array): number[] {
  const heard = (beat: number) => {
    for (let index = Math.max(0, beat - slack); index <= Math.min(envelope.length - 1, beat + slack); index++)
      if (envelope[index]! > 0.5) return true;
    return false;
  };
  const first = beats.findIndex(heard);
  const last = beats.findLastIndex(heard);
  return first < 0 ? [] : beats.slice(first, last + 1);
}

/** The top of the beginning near a beat, by a parabola. */
function refine(envelope: Float32Array, beat: number): number {
  let top = beat;
  for (let index = Math.max(1, beat - 2); index <= Math.min(envelope.length - 2, beat + 2); index++)
    if (envelope[index]! > envelope[top]!) top = index;
  if (top < 1 || top > envelope.length - 2 || envelope[top]! < 0.5) return beat;
  const [a, b, c] = [envelope[top - 1]!, envelope[top]!, envelope[top + 1]!];
  const bend = a - 2 * b + c;
  return bend >= 0 ? top : top + Math.max(-0.5, Math.min(0.5, (a - c) / (2 * bend)));
}
