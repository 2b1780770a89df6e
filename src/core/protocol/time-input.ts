/** Time as people write it; the one converter at the rim. */
import { fail } from '#core/errors';
import { fromFrame, ticks, ticksPerSecond, type FrameRate, type Ticks } from '#core/time';

/** A day: nobody names a moment behind it, and it keeps every sum of times a safe integer. */
const longest = 86_400 * ticksPerSecond;

const second = ticksPerSecond;
/** Ticks of each unit; all are whole. */
const units: Readonly<Record<string, number>> = {
  ms: second / 1000,
  msec: second / 1000,
  millisecond: second / 1000,
  毫秒: second / 1000,
  s: second,
  sec: second,
  second: second,
  秒: second,
  秒钟: second,
  m: 60 * second,
  min: 60 * second,
  minute: 60 * second,
  分: 60 * second,
  分钟: 60 * second,
  h: 3600 * second,
  hr: 3600 * second,
  hour: 3600 * second,
  时: 3600 * second,
  小时: 3600 * second,
};

/**
 * Reads `12.5` (seconds), `1:30`, `01:02:03.5`, `0:01:30,5`, `90s`, `1m30s`, `1 min 20`, `2 minutes and 5 seconds`, `1h2m`, `500ms`, `5秒`,
 * `1分30秒`, `12f` and `1:02:03:12` (the last two need `frameRate`).
 *
 * Range:  0 to 24 hours. Digits decide, not floats: `1:00.1` is exact.
 * Errors: REQUEST_INVALID for what is no time.
 */
export function parseTimeInput(input: string | number, options: { readonly frameRate?: FrameRate } = {}): Ticks {
  const text = typeof input === 'number' ? decimalText(input) : normalize(input);
  const time = readClock(text, options.frameRate) ?? readUnits(text, options.frameRate);
  if (time === undefined || time < 0) throw notTime(input, 'it is not a time such as 0:30, 90s or 1m30s');
  if (time > longest) throw notTime(input, 'it is later than 24 hours');
  return time;
}

function notTime(input: string | number, reason: string): Error {
  return fail('REQUEST_INVALID', { reason: `"${String(input).slice(0, 40)}": ${reason}` });
}

function decimalText(value: number): string {
  // Exponents would be read as letters; a day with microseconds has eleven digits.
  return Number.isFinite(value) && Math.abs(value) < 1e9 ? value.toFixed(9).replace(/\.?0+$/, '') : '';
}

/** Full-width digits and signs, Unicode spaces and letter case out of the way. */
function normalize(text: string): string {
  return text.length > 60 ? '' : text.normalize('NFKC').trim().toLowerCase();
}

/** `1:30`, `1:02:03.5`, `1:02:03:12`, and bare seconds. */
function readClock(text: string, frameRate: FrameRate | undefined): Ticks | undefined {
  const match = /^(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6})(?:[.,](\d{1,9}))?$/.exec(text);
  if (match !== null) {
    const [, hours, minutes, seconds, fraction] = match;
    if (minutes !== undefined && Number(seconds) >= 60) return undefined;
    if (hours !== undefined && Number(minutes) >= 60) return undefined;
    const whole = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds);
    return ticks(amountOf(whole, fraction ?? '', second));
  }
  const frames = /^(\d{1,2}):(\d{2}):(\d{2})[:;](\d{1,3})$/.exec(text);
  if (frames === null || frameRate === undefined) return undefined;
  const [hours, minutes, seconds, frame] = frames.slice(1).map(Number) as [number, number, number, number];
  if (minutes >= 60 || seconds >= 60 || frame * frameRate.den >= frameRate.num) return undefined;
  const base = ticks((hours * 3600 + minutes * 60 + seconds) * ticksPerSecond);
  return ticks(base + fromFrame(frame, frameRate));
}

/** `1m30s`, `1 min 20`, `5秒`, `12f`: amounts with units, each unit smaller than the one before. */
function readUnits(text: string, frameRate: FrameRate | undefined): Ticks | undefined {
  const amount = /^(\d{1,9})(?:[.,](\d{1,9}))?\s*([a-z]+|[毫秒分钟小时帧]+|)\.?\s*(?:,|and\b|又|零)?\s*/;
  let rest = text;
  let total = 0;
  let smallest = Infinity;
  while (rest !== '') {
    const match = amount.exec(rest);
    if (match === null || match[0] === '') return undefined;
    rest = rest.slice(match[0].length);
    const [, whole = '', fraction = '', name = ''] = match;
    if (/^(f|frames?|帧)$/.test(name)) {
      if (frameRate === undefined || fraction !== '' || rest !== '') return undefined;
      total += fromFrame(Number(whole), frameRate);
      continue;
    }
    const size = name === '' ? unitAfter(smallest) : unitNamed(name);
    if (size === undefined || size >= smallest) return undefined;
    smallest = size;
    total += amountOf(Number(whole), fraction, size);
  }
  return smallest === Infinity && total === 0 && !/\d/.test(text) ? undefined : ticks(total);
}

function unitNamed(name: string): number | undefined {
  const singular = /^[a-z]{3,}s$/.test(name) && name !== 'ms' ? name.slice(0, -1) : name;
  return Object.hasOwn(units, singular) ? units[singular] : undefined;
}

/** What a bare number after a unit means: seconds after minutes, minutes after hours. Alone it is no amount with a unit. */
function unitAfter(larger: number): number | undefined {
  return larger === 3600 * second ? 60 * second : larger === 60 * second ? second : undefined;
}

/** So many units in ticks, exact to the tick wherever the digits are; anything over a day counts as just over a day. */
function amountOf(whole: number, fraction: string, unit: number): number {
  const scale = 10n ** BigInt(fraction.length);
  const part = fraction === '' ? 0 : Number((BigInt(fraction) * BigInt(unit) * 2n + scale) / (2n * scale));
  return Math.min(whole * unit + part, longest + 1);
}
