import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatClock, fromFrame, milliseconds, ticksPerSecond } from '#core/time';
import { parseTimeInput } from './index.ts';

const ntsc = { num: 30_000, den: 1001 };

test.each<[string | number, number]>([
  [12.5, 12_500],
  ['12.5', 12_500],
  ['12,5', 12_500],
  [0, 0],
  ['0', 0],
  ['1:30', 90_000],
  ['0:00', 0],
  ['90:00', 5_400_000],
  ['01:02:03.5', 3_723_500],
  ['0:01:30.25', 90_250],
  ['90s', 90_000],
  ['90 s', 90_000],
  ['1m30s', 90_000],
  ['1m30', 90_000],
  ['1 min 20', 80_000],
  ['1 min 20 sec', 80_000],
  ['1.5 min', 90_000],
  ['2 minutes and 5 seconds', 125_000],
  ['2 minutes, 5 seconds', 125_000],
  ['1h2m3s', 3_723_000],
  ['1 hour', 3_600_000],
  ['1h20', 4_800_000],
  ['500ms', 500],
  ['1s 250ms', 1250],
  ['5秒', 5000],
  ['1分30秒', 90_000],
  ['1分钟', 60_000],
  ['1小时2分', 3_720_000],
  ['1分零5秒', 65_000],
  ['500毫秒', 500],
  ['１：３０', 90_000],
  ['  1:30  ', 90_000],
])('%j is %i ms', (input, ms) => {
  expect(parseTimeInput(input)).toBe(milliseconds(ms));
});

test('frames need a rate, and are exact at it', () => {
  expect(parseTimeInput('12f', { frameRate: ntsc })).toBe(fromFrame(12, ntsc));
  expect(parseTimeInput('12帧', { frameRate: ntsc })).toBe(fromFrame(12, ntsc));
  expect(parseTimeInput('1s 12 frames', { frameRate: ntsc })).toBe(ticksPerSecond + fromFrame(12, ntsc));
  expect(parseTimeInput('00:00:01:29', { frameRate: ntsc })).toBe(ticksPerSecond + fromFrame(29, ntsc));
  expect(() => parseTimeInput('00:00:01:30', { frameRate: ntsc })).toThrow('is not a time');
  expect(() => parseTimeInput('12f')).toThrow('is not a time');
});

test.each([
  '',
  ' ',
  'abc',
  '-5',
  -1,
  '1:99',
  '1:60',
  '1:60:00',
  's',
  'min',
  '5 5',
  '1s1m',
  '1s 2s',
  '1e5',
  '5x',
  '5 parsecs',
  '.',
  ':',
  '1:',
  '::',
  NaN,
  Infinity,
  1e300,
  '25:00:00',
  '999999s',
  '1'.repeat(61),
  '١٢',
  '0x10',
  '__proto__',
  '5 constructor',
  '1.2.3',
])('%j is no time', (input) => {
  expect(() => parseTimeInput(input)).toThrow(/is not a time|later than 24 hours/);
});

test('reads what formatClock() writes, to the millisecond', () => {
  fc.assert(
    fc.property(fc.nat({ max: 86_400_000 }), (ms) => {
      expect(parseTimeInput(formatClock(milliseconds(ms)))).toBe(milliseconds(ms));
      expect(parseTimeInput(`${ms}ms`)).toBe(milliseconds(ms));
    }),
  );
});

test('any text is a time or an error of ours, quickly', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 80 }), fc.stringMatching(/^[0-9:.,smh 分秒]{0,60}$/)), (text) => {
      try {
        expect(Number.isSafeInteger(parseTimeInput(text))).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ code: 'REQUEST_INVALID' });
      }
    }),
  );
});
