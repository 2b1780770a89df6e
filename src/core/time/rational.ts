/** Rates and timebases as whole-number ratios, and the exact way between them and ticks. */
import { fail } from '#core/errors';
import { roundBy, ticks, ticksPerSecond, type Rounding, type Ticks } from './ticks.ts';

/** A positive ratio of two integers, e.g. a speed or an aspect. */
export type Ratio = { readonly num: number; readonly den: number };
/** Frames per second; `{ num: 30000, den: 1001 }`, never 29.97. */
export type FrameRate = Ratio;
/** Seconds per unit of a stream's stamps; `{ num: 1, den: 90000 }`. */
export type Timebase = Ratio;

/** Reduces and checks a ratio. Errors: REQUEST_INVALID for zero, negative or fractional parts. */
export function ratio(num: number, den: number): Ratio {
  if (!Number.isSafeInteger(num) || !Number.isSafeInteger(den) || num <= 0 || den <= 0) {
    throw fail('REQUEST_INVALID', { reason: `${num}/${den} is not a positive ratio` });
  }
  const divisor = greatestCommonDivisor(num, den);
  return { num: num / divisor, den: den / divisor };
}

export function ratioToNumber(value: Ratio): number {
  return value.num / value.den;
}

export function sameRatio(a: Ratio, b: Ratio): boolean {
  return a.num * b.den === b.num * a.den;
}

export function isUnity(value: Ratio): boolean {
  return value.num === value.den;
}

/** Length of one frame; exact for every usual rate, else rounded to the nearest tick. */
export function frameDuration(rate: FrameRate): Ticks {
  return ticks(Math.round((ticksPerSecond * rate.den) / rate.num));
}

/** The frame number that `time` lies in (floor), is nearest to (round) or is not later than (ceil). */
export function toFrame(time: Ticks, rate: FrameRate, rounding: Rounding): number {
  return Number(divideBig(BigInt(time) * BigInt(rate.num), BigInt(ticksPerSecond) * BigInt(rate.den), rounding));
}

/** The time at which frame `frame` starts, rounded to the nearest tick once. */
export function fromFrame(frame: number, rate: FrameRate): Ticks {
  return ticks(Number(divideBig(BigInt(frame) * BigInt(ticksPerSecond) * BigInt(rate.den), BigInt(rate.num), 'round')));
}

/** Moves `time` to a frame border of `rate`. */
export function snapToFrame(time: Ticks, rate: FrameRate, rounding: Rounding = 'round'): Ticks {
  return fromFrame(toFrame(time, rate, rounding), rate);
}

/** Sample index of `time` at `sampleRateHz`. */
export function toSample(time: Ticks, sampleRateHz: number, rounding: Rounding): number {
  return toFrame(time, { num: sampleRateHz, den: 1 }, rounding);
}

export function fromSample(sample: number, sampleRateHz: number): Ticks {
  return fromFrame(sample, { num: sampleRateHz, den: 1 });
}

/** A stream's stamp to ticks, rounded to the nearest tick once. */
export function fromTimebase(stamp: number | bigint, base: Timebase): Ticks {
  return ticks(Number(divideBig(BigInt(stamp) * BigInt(base.num) * BigInt(ticksPerSecond), BigInt(base.den), 'round')));
}

/** Ticks to a stream's stamp. */
export function toTimebase(time: Ticks, base: Timebase, rounding: Rounding): number {
  return Number(divideBig(BigInt(time) * BigInt(base.den), BigInt(base.num) * BigInt(ticksPerSecond), rounding));
}

/** `time × num / den`, rounded once; how a clip's source length becomes its record length: `scaleTicks(length, den, num)` of its speed. */
export function scaleTicks(time: Ticks, num: number, den: number, rounding: Rounding = 'round'): Ticks {
  const exact = time * num;
  if (Number.isSafeInteger(exact)) return ticks(roundBy(exact / den, rounding));
  return ticks(Number(divideBig(BigInt(time) * BigInt(num), BigInt(den), rounding)));
}

function divideBig(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  if (rounding === 'floor') return floorDivide(numerator, denominator);
  if (rounding === 'ceil') return -floorDivide(-numerator, denominator);
  return floorDivide(numerator * 2n + denominator, denominator * 2n);
}

function floorDivide(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator % denominator !== 0n && numerator < 0n ? quotient - 1n : quotient;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
