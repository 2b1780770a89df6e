/** Times as subtitle files write them. */
import { milliseconds, toMilliseconds, type Ticks } from '#core/time';

type ClockForm = {
  /** Between seconds and their fraction. */
  readonly mark: ',' | '.';
  /** Digits of the fraction: 3 or 2. */
  readonly digits: 2 | 3;
  /** Digits of the hours at least. */
  readonly hourDigits: 1 | 2;
};

/** `00:01:02,345`: rounded once, to the last digit. */
export function writeClock(time: Ticks, { mark, digits, hourDigits }: ClockForm): string {
  const scale = digits === 3 ? 1000 : 100;
  const all = digits === 3 ? toMilliseconds(time) : toCentiseconds(time);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = String(Math.floor(all / (3600 * scale))).padStart(hourDigits, '0');
  const [minutes, seconds] = [Math.floor(all / (60 * scale)) % 60, Math.floor(all / scale) % 60];
  return `${hours}:${two(minutes)}:${two(seconds)}${mark}${String(all % scale).padStart(digits, '0')}`;
}

/** Whole hundredths of a second, the nearest. */
export function toCentiseconds(time: Ticks): number {
  return Math.round(time / 7_056_000);
}

/**
 * Hours (may be absent), minutes, seconds, and a fraction of one to three digits that may be absent; `12:34` is minutes and
 * seconds. Undefined for anything else, and for minutes or seconds over 59.
 */
export function readClock(text: string): Ticks | undefined {
  const match = /^(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?$/.exec(text);
  if (match === null) return undefined;
  const [hours, minutes, seconds] = [Number(match[1] ?? 0), Number(match[2]), Number(match[3])];
  if (minutes > 59 || seconds > 59) return undefined;
  return milliseconds((hours * 3600 + minutes * 60 + seconds) * 1000 + Number((match[4] ?? '0').padEnd(3, '0')));
}
