/** Times of OTIO, whose rates are floats: back to the exact rate where one is meant. */
import { ratio, ticks, ticksPerSecond, type FrameRate, type Ticks } from '#core/time';

const ntscBases = [24, 30, 48, 60, 120];

/** 23.976, 23.98, 29.97002997 … as the exact ratio; whole rates as they are; undefined for what is no rate. */
export function rateOf(value: number): FrameRate | undefined {
  if (!(value >= 1 && value <= 1_000_000)) return undefined;
  if (Math.abs(value - Math.round(value)) < 1e-6) return ratio(Math.round(value), 1);
  const base = ntscBases.find((one) => Math.abs(value - one / 1.001) < 0.005);
  if (base !== undefined) return ratio(base * 1000, 1001);
  return ratio(Math.round(value * 1000), 1000);
}

/** `value` units of 1/`rate` seconds, to the nearest tick; undefined where it is none or over a year. */
export function rationalTicks(value: number, rate: number): Ticks | undefined {
  const exact = rateOf(rate);
  if (exact === undefined || !Number.isFinite(value)) return undefined;
  const count = Math.round((value * exact.den * ticksPerSecond) / exact.num);
  return Math.abs(count) <= ticksPerSecond * 3600 * 24 * 30 ? ticks(count) : undefined;
}
