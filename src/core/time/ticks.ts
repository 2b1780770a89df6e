/**
 * Time as integer ticks of 1/705 600 000 s (the "flick").
 *
 * Exact for 23.976 … 240 frames/s, NTSC rates included, for 8 … 192 kHz, for milliseconds and the 90 kHz clock.
 * Not exact for microseconds, 1/10240 or 1/15360: such stamps are rounded once, on entry (at most 0.7 ns).
 * A safe integer holds 147 days. Source: facebookarchive/Flicks.
 */
import { fail } from '#core/errors';

declare const unit: unique symbol;
/** An integer count of 1/705 600 000 s. */
export type Ticks = number & { readonly [unit]: 'ticks' };

export const ticksPerSecond = 705_600_000;
export const zero = 0 as Ticks;

/** A named way to get from a real number to an integer; every conversion that can lose something asks for one. */
export type Rounding = 'floor' | 'round' | 'ceil';

/** Checks that `count` is a safe integer and types it. Errors: REQUEST_INVALID. */
export function ticks(count: number): Ticks {
  if (!Number.isSafeInteger(count)) throw fail('REQUEST_INVALID', { reason: `${count} is not a whole number of ticks` });
  // -0 would make two equal timelines differ as JSON text.
  return (count === 0 ? 0 : count) as Ticks;
}

export function roundBy(value: number, rounding: Rounding): number {
  return rounding === 'floor' ? Math.floor(value) : rounding === 'ceil' ? Math.ceil(value) : Math.round(value);
}

/** Seconds to ticks, rounded to the nearest tick. */
export function seconds(value: number): Ticks {
  return ticks(Math.round(value * ticksPerSecond));
}

/** Milliseconds to ticks; exact for whole milliseconds. */
export function milliseconds(value: number): Ticks {
  return ticks(Math.round(value * (ticksPerSecond / 1000)));
}

/** Ticks to seconds, as a float for display and for foreign APIs only. */
export function toSeconds(time: Ticks): number {
  return time / ticksPerSecond;
}

/** Ticks to whole milliseconds. */
export function toMilliseconds(time: Ticks, rounding: Rounding = 'round'): number {
  return roundBy(time / (ticksPerSecond / 1000), rounding);
}

export function addTicks(a: Ticks, b: Ticks): Ticks {
  return (a + b) as Ticks;
}

export function subtractTicks(a: Ticks, b: Ticks): Ticks {
  return (a - b) as Ticks;
}

export function minTicks(a: Ticks, b: Ticks): Ticks {
  return a < b ? a : b;
}

export function maxTicks(a: Ticks, b: Ticks): Ticks {
  return a > b ? a : b;
}
