/** What frame rate a list of stamps means, and whether the stamps keep to it. Pure. */
import { ratio, type FrameRate, type Timebase } from '#core/time';

/** Rates that cameras, screens and editors use. */
const usualRates: readonly FrameRate[] = [
  { num: 10, den: 1 },
  { num: 12, den: 1 },
  { num: 15, den: 1 },
  { num: 20, den: 1 },
  { num: 24000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30000, den: 1001 },
  { num: 30, den: 1 },
  { num: 48000, den: 1001 },
  { num: 48, den: 1 },
  { num: 50, den: 1 },
  { num: 60000, den: 1001 },
  { num: 60, den: 1 },
  { num: 90, den: 1 },
  { num: 100, den: 1 },
  { num: 120000, den: 1001 },
  { num: 120, den: 1 },
  { num: 144, den: 1 },
  { num: 240000, den: 1001 },
  { num: 240, den: 1 },
];

/** Two rates closer than this are the same one, measured with an uncertain clock. */
const sameWithin = 0.001;
const jitterSeconds = 0.0005;

export type MeasuredRate = { readonly frameRate: FrameRate; readonly variable: boolean };

/** The usual rate within 0.1 % of `value`, the nearest where there are two; else `value` itself to a thousandth. */
export function cleanRate(value: number): FrameRate {
  const near = usualRates
    .map((rate) => ({ rate, off: Math.abs(rate.num / rate.den / value - 1) }))
    .filter(({ off }) => off <= sameWithin)
    .toSorted((a, b) => a.off - b.off)[0];
  if (near !== undefined) return near.rate;
  const whole = Math.round(value);
  return Math.abs(value - whole) < 1e-6 && whole > 0
    ? { num: whole, den: 1 }
    : ratio(Math.max(1, Math.round(value * 1000)), 1000);
}

/**
 * Rate of frames with these stamps, in any order. Constant means: some usual rate (or the average) puts every stamp
 * within half a millisecond, plus the container's rounding, of an even grid. Otherwise the rate is the one that four
 * fifths of the frames keep, or the average where there is none.
 *
 * `declared` is the container's own claim; it decides between rates that fit equally and stands where stamps are few.
 */
export function measureRate(stamps: Float64Array, timebase: Timebase, declared: FrameRate | undefined): MeasuredRate {
  const sorted = stamps.filter((stamp) => !Number.isNaN(stamp)).toSorted();
  const tick = timebase.num / timebase.den;
  const spanSeconds = (sorted.at(-1)! - sorted[0]!) * tick;
  if (sorted.length < 2 || !(spanSeconds > 0)) return { frameRate: declared ?? { num: 25, den: 1 }, variable: false };
  const average = (sorted.length - 1) / spanSeconds;
  const tolerance = jitterSeconds + tick / 2;
  const claimed = declared === undefined ? [] : [declared];
  for (const rate of [...claimed, cleanRate(average), ...usualRates, exact(average, timebase)]) {
    const off = Math.abs(rate.num / rate.den / average - 1);
    // Over a short span even a wrong rate stays near; over a long one the tolerance itself is the judge.
    if (off <= 0.05 && spread(sorted, tick, rate) <= 2 * tolerance) return { frameRate: rate, variable: false };
  }
  return { frameRate: cleanRate(commonRate(sorted, tick, tolerance) ?? average), variable: true };
}

/** A recording with a few missing frames still has the rate that nearly all of its frames keep. */
function commonRate(sorted: Float64Array, tick: number, tolerance: number): number | undefined {
  const steps = sorted.subarray(1).map((stamp, index) => (stamp - sorted[index]!) * tick);
  const median = steps.toSorted()[steps.length >> 1]!;
  const common = steps.filter((step) => Math.abs(step - median) <= 2 * tolerance);
  if (common.length < steps.length * 0.8) return undefined;
  return common.length / common.reduce((sum, step) => sum + step, 0);
}

/** Difference between the latest and the earliest stamp against an even grid of `rate`, in seconds. */
function spread(sorted: Float64Array, tick: number, rate: FrameRate): number {
  const step = rate.den / rate.num;
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < sorted.length; index++) {
    const residue = (sorted[index]! - sorted[0]!) * tick - index * step;
    if (residue < least) least = residue;
    if (residue > most) most = residue;
  }
  return most - least;
}

function exact(average: number, timebase: Timebase): FrameRate {
  const stampsPerFrame = timebase.den / timebase.num / average;
  const whole = Math.round(stampsPerFrame);
  return whole > 0 && Math.abs(stampsPerFrame - whole) < 1e-3
    ? ratio(timebase.den, timebase.num * whole)
    : ratio(Math.max(1, Math.round(average * 1000)), 1000);
}
