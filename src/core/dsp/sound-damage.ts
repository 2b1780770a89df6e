/** Damage that can be seen in the samples: clicks, and peaks that were cut off. */
import { autoRegression, residual } from './auto-regression.ts';
import { kthSmallestMagnitude } from './kth-smallest.ts';

/** Samples, end excluded. */
export type SampleSpan = { readonly start: number; readonly end: number };

export const clickOrder = 24;
/** A click's surprise is so many times the largest one near it, and so many times the usual. */
const [overNear, overUsual] = [3.2, 14];
/** Quieter surprises are not heard, full scale is 1. */
const leastSurprise = 0.004;
/** At 48 kHz: a click lasts up to 1 ms, and within 15 ms of it nothing alike happens: no voice is so low that its pulses lie further apart. */
const [shortest, longest, guard, near] = [14, 60, 60, 720];

/**
 * Clicks that begin between `from` and `to`: moments that nothing before them foretells and nothing near them resembles, which
 * the beginnings of notes and words, that last, do not do. 48 kHz; looks 780 samples beyond both ends where there are any.
 */
export function findClicks(samples: Float32Array, range: { readonly from: number; readonly to: number }): SampleSpan[] {
  const first = Math.max(0, range.from - near - longest);
  const end = Math.min(samples.length, range.to + near + longest);
  if (end - first < 4 * clickOrder) return [];
  const own = { from: range.from - first, to: Math.min(range.to, end) - first };
  const heard = samples.subarray(first, end);
  // Where the looking begins in the middle of a sound nothing foretells it, which is no click.
  const roughly = burstsIn(heard, heard, { from: first === 0 ? 0 : clickOrder, to: heard.length });
  if (roughly.length === 0) return [];
  // The clicks themselves colour the first model: the second is told from what lies between them.
  const found = burstsIn(heard, withoutSpans(heard, roughly), own);
  return found.map((span) => ({ start: first + span.start, end: first + span.end }));
}

/** Bursts in `heard` that a model of `calm` does not foretell. */
function burstsIn(heard: Float32Array, calm: Float32Array, range: { readonly from: number; readonly to: number }): SampleSpan[] {
  const surprise = residual(heard, autoRegression(calm, clickOrder), { from: 0, to: heard.length });
  let most = 0;
  for (let index = 0; index < surprise.length; index++) {
    const value = Math.abs(surprise[index]!);
    surprise[index] = value;
    if (value > most) most = value;
  }
  // Where nothing stands out at all, no median is needed to tell.
  if (most < leastSurprise) return [];
  const usual = kthSmallestMagnitude(surprise, surprise.length >> 1);
  const least = Math.max(leastSurprise, overUsual * usual);
  if (most < least) return [];
  const found: SampleSpan[] = [];
  for (let index = range.from; index < range.to; index++) {
    if (surprise[index]! < least) continue;
    const top = largest(surprise, index, Math.min(surprise.length, index + clickOrder));
    const stop = clickEnd(surprise, index, Math.max(least / 4, top / 6));
    const last = found.at(-1);
    const joins = last !== undefined && index - last.end < guard;
    if (joins && stop - last.start <= 2 * longest) found[found.length - 1] = { start: last.start, end: stop };
    else if (!joins && stop - index <= longest && standsAlone(surprise, top, { start: index, end: stop })) {
      found.push({ start: index, end: Math.max(stop, Math.min(heard.length, index + shortest)) });
    }
    // A click within the ringing of something softer begins there.
    const louder = surprise.subarray(index, stop).findIndex((value) => value > overNear * top);
    index = louder > 0 ? index + louder - 1 : stop;
  }
  return found;
}

/** The same with straight lines over the spans. */
function withoutSpans(samples: Float32Array, spans: readonly SampleSpan[]): Float32Array {
  const result = samples.slice();
  for (const { start, end } of spans) {
    const [a, b] = [samples[start - 4] ?? 0, samples[end + 4] ?? 0];
    for (let index = Math.max(0, start - 3); index < Math.min(samples.length, end + 4); index++)
      result[index] = a + ((b - a) * (index - start + 4)) / (end - start + 8);
  }
  return result;
}

/** Behind the last sample of a burst; twelve calm samples end it. */
function clickEnd(surprise: Float32Array, start: number, calm: number): number {
  let last = start;
  for (let index = start; index < surprise.length && index - last <= 12; index++) if (surprise[index]! > calm) last = index;
  return last + 1;
}

/** Whether nothing near a burst comes close to its top. */
function standsAlone(surprise: Float32Array, top: number, { start, end }: SampleSpan): boolean {
  for (let index = start - guard - 1; index >= Math.max(0, start - near); index--)
    if (top <= overNear * surprise[index]!) return false;
  for (let index = end + guard; index < Math.min(surprise.length, end + near); index++)
    if (top <= overNear * surprise[index]!) return false;
  return true;
}

function largest(values: Float32Array, from: number, to: number): number {
  let most = 0;
  for (let index = from; index < to; index++) if (values[index]! > most) most = values[index]!;
  return most;
}

export type ClippingMeter = {
  push(samples: Float32Array): void;
  /** The level at which peaks were cut off, and where; undefined for a recording whose peaks are whole. */
  finish(): { readonly level: number; readonly peaks: readonly number[] } | undefined;
};

/** Peaks under this are not looked at: who clips, clips loud, and gain after it seldom takes more. */
const leastPeak = 0.2;
/** Peaks within this share of the highest lie at its level; lossy coding spreads what was cut off by so much. */
const atLevel = 0.03;
/** Those and the ones below them, in shares of the level: loudness thins out towards its top, unless it was cut off there. */
const below = 0.75;
const leastPeaks = 12;
const pileUp = 2.2;
/** Of a peak that was cut off, several samples in a row lie at its top. */
const topShare = 0.97;
const leastTop = 3;
const leastFlat = 0.5;
/** A half-wave longer than 20 ms is no sound that peaks; samples at 48 kHz. */
const longestWave = 960;

/** Looks at every half-wave: peaks that were cut off are alike in height, flat, and far more than the ones just below them. */
export function createClippingMeter(): ClippingMeter {
  const peaks: { readonly at: number; readonly height: number; readonly top: number }[] = [];
  const wave = new Float64Array(longestWave);
  const state = { at: 0, sign: 0, filled: 0, height: 0 };
  let keepFrom = leastPeak;

  /** A half-wave that ends before `end`. */
  function keep(end: number, filled: number, height: number): void {
    if (height < keepFrom || filled < 4) return;
    let top = 0;
    for (let index = 0; index < filled; index++) if (wave[index]! >= topShare * height) top++;
    peaks.push({ at: end - filled, height, top });
    // Only what lies near the highest so far can matter; memory stays small.
    if (peaks.length > 200_000) {
      keepFrom = 0.6 * peaks.reduce((most, peak) => Math.max(most, peak.height), 0);
      peaks.splice(0, peaks.length, ...peaks.filter((peak) => peak.height >= keepFrom).slice(-100_000));
    }
  }

  return {
    push(samples) {
      let { sign, filled, height } = state;
      for (let index = 0; index < samples.length; index++) {
        const value = samples[index]!;
        const now = value < 0 ? -1 : 1;
        if (now !== sign) {
          if (height >= leastPeak) keep(state.at + index, filled, height);
          filled = 0;
          height = 0;
        }
        sign = now;
        if (filled === longestWave) continue;
        const size = Math.abs(value);
        wave[filled++] = size;
        if (size > height) height = size;
      }
      Object.assign(state, { at: state.at + samples.length, sign, filled, height });
    },
    finish() {
      keep(state.at, state.filled, state.height);
      state.filled = 0;
      if (peaks.length < leastPeaks) return undefined;
      const heights = Float64Array.from(peaks, ({ height }) => height).sort();
      // A few that stand out, a click or a ripple of the codec, do not hide the level.
      const top = heights[Math.max(0, heights.length - 1 - Math.ceil(heights.length * 0.002))]!;
      const level = levelNear(heights, top);
      const cut = peaks.filter(({ height }) => Math.abs(height - level) <= atLevel * level);
      const lower = peaks.filter(({ height }) => height < (1 - atLevel) * level && height >= below * level).length;
      const over = peaks.filter(({ height }) => height > (1 + atLevel) * level).length;
      const expected = (lower * 2 * atLevel) / (1 - atLevel - below);
      const flat = cut.filter((peak) => peak.top >= leastTop).length / Math.max(1, cut.length);
      if (cut.length < leastPeaks || cut.length < pileUp * expected || over > 0.15 * cut.length || flat < leastFlat)
        return undefined;
      return { level, peaks: cut.map((peak) => peak.at) };
    },
  };
}

/** Where near the top most peaks lie together. */
function levelNear(sorted: Float64Array, top: number): number {
  let [best, most] = [top, 0];
  for (let level = top * 1.01; level > top * 0.88; level *= 0.995) {
    const count = sorted.reduce((sum, height) => sum + (Math.abs(height - level) <= atLevel * level ? 1 : 0), 0);
    if (count > most) [best, most] = [level, count];
  }
  return best;
}
