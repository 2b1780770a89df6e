/** SMPTE timecode: frames as `hh:mm:ss:ff`, drop-frame with `;` where the rate has it. */
import type { FrameRate } from '#core/time';

/** Whole frames a timecode second counts: 30 for 29.97. */
export function timecodeBase(rate: FrameRate): number {
  return Math.round(rate.num / rate.den);
}

/** Whether drop-frame timecode exists at the rate: 29.97 and 59.94. */
export function hasDropFrame(rate: FrameRate): boolean {
  return rate.den === 1001 && (rate.num === 30_000 || rate.num === 60_000);
}

export type TimecodeForm = { readonly rate: FrameRate; readonly form: 'drop' | 'non-drop' };

/** `frame` from 0 up; after 23:59:59 hours go on. */
export function writeTimecode(frame: number, { rate, form }: TimecodeForm): string {
  const base = timecodeBase(rate);
  const count = form === 'drop' ? frame + droppedBefore(frame, base) : frame;
  const two = (value: number) => String(value).padStart(2, '0');
  const [seconds, rest] = [Math.floor(count / base), count % base];
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
  return `${clock}${form === 'drop' ? ';' : ':'}${two(rest)}`;
}

/** Numbers skipped up to a frame: two (four at 59.94) at every minute that is not a tenth. */
function droppedBefore(frame: number, base: number): number {
  const drop = base / 15;
  const perMinute = base * 60 - drop;
  const perTen = base * 600 - drop * 9;
  const [tens, rest] = [Math.floor(frame / perTen), frame % perTen];
  return drop * 9 * tens + (rest < base * 60 ? 0 : drop * (1 + Math.floor((rest - base * 60) / perMinute)));
}

const shape = /^(\d{1,3})[:;.](\d{2})[:;.](\d{2})([:;.])(\d{2,3})$/;

export function isTimecode(text: string): boolean {
  return shape.test(text);
}

/** Whether it says of itself that it is drop-frame. */
export function isDropTimecode(text: string): boolean {
  return shape.exec(text)?.[4] === ';';
}

/** The frame that a timecode names; undefined for minutes, seconds or frames that do not exist, dropped numbers included. */
export function readTimecode(text: string, { rate, form }: TimecodeForm): number | undefined {
  const match = shape.exec(text);
  if (match === null) return undefined;
  const base = timecodeBase(rate);
  const [hours, minutes, seconds, frames] = [match[1], match[2], match[3], match[5]].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  if (minutes > 59 || seconds > 59 || frames >= base) return undefined;
  const count = ((hours * 60 + minutes) * 60 + seconds) * base + frames;
  if (form === 'non-drop') return count;
  const drop = base / 15;
  if (minutes % 10 !== 0 && seconds === 0 && frames < drop) return undefined;
  const whole = hours * 60 + minutes;
  return count - drop * (whole - Math.floor(whole / 10));
}
