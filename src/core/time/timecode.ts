/** Time as people read it. */
import { toMilliseconds, type Ticks } from './ticks.ts';

/** `1:02:03.4`, `2:03.45`, `3.5 s`-like clock text: hours only where there are some, milliseconds without trailing zeros. */
export function formatClock(time: Ticks): string {
  const total = toMilliseconds(time);
  const sign = total < 0 ? '-' : '';
  const all = Math.abs(total);
  const [hours, minutes, secondsPart, rest] = [
    Math.floor(all / 3_600_000),
    Math.floor(all / 60_000) % 60,
    Math.floor(all / 1000) % 60,
    all % 1000,
  ];
  const fraction = rest === 0 ? '' : `.${String(rest).padStart(3, '0').replace(/0+$/, '')}`;
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0
    ? `${sign}${hours}:${two(minutes)}:${two(secondsPart)}${fraction}`
    : `${sign}${minutes}:${two(secondsPart)}${fraction}`;
}

/** Seconds with at most `digits` decimals and their unit: `12.5 s`. */
export function formatSeconds(time: Ticks, digits = 1): string {
  const value = toMilliseconds(time) / 1000;
  return `${Number(value.toFixed(digits))} s`;
}
