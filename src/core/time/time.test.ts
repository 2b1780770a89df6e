import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatClock,
  fromFrame,
  fromTimebase,
  milliseconds,
  rangeBetween,
  seconds,
  subtractRanges,
  ticks,
  ticksPerSecond,
  timeRange,
  toFrame,
  toTimebase,
  totalDuration,
  unite,
  type TimeRange,
} from './index.ts';

const rates = [
  [24000, 1001],
  [24, 1],
  [25, 1],
  [30000, 1001],
  [30, 1],
  [50, 1],
  [60000, 1001],
  [48000, 1],
  [44100, 1],
] as const;

describe('ticks', () => {
  test.each(rates)('fromFrame() is exact at %i/%i, so that an hour of frames does not drift', (num, den) => {
    expect((ticksPerSecond * den) % num).toBe(0);
    const frames = Math.round((3600 * num) / den);
    expect(fromFrame(frames, { num, den })).toBe((frames * ticksPerSecond * den) / num);
  });

  test('toFrame() undoes fromFrame() for any frame and rate, negative ones included', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.constantFrom(...rates), (frame, [num, den]) => {
        for (const rounding of ['floor', 'round', 'ceil'] as const)
          expect(toFrame(fromFrame(frame, { num, den }), { num, den }, rounding)).toBe(frame);
      }),
    );
  });

  test('a stamp of any timebase comes back the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -90_000, max: 400_000_000 }),
        fc.constantFrom(90_000, 1_000_000, 10_240, 15_360, 12_800),
        (stamp, den) => {
          expect(toTimebase(fromTimebase(stamp, { num: 1, den }), { num: 1, den }, 'round')).toBe(stamp);
        },
      ),
    );
  });

  test('ticks() refuses fractions and hides minus zero', () => {
    expect(() => ticks(0.5)).toThrow('0.5 is not a whole number of ticks');
    expect(Object.is(ticks(-0), 0)).toBe(true);
  });
});

describe('ranges', () => {
  const anyRange = fc
    .tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 200 }))
    .map(([start, length]) => timeRange(ticks(start), ticks(length)));

  test('what is kept and what is removed add up to the whole', () => {
    fc.assert(
      fc.property(fc.array(anyRange), (holes: TimeRange[]) => {
        const whole = rangeBetween(ticks(100), ticks(900));
        const kept = subtractRanges(whole, holes);
        const removed = subtractRanges(whole, kept);
        expect(totalDuration(kept) + totalDuration(removed)).toBe(whole.duration);
        expect(unite(kept)).toEqual(kept);
      }),
    );
  });
});

test.each([
  [0, '0:00'],
  [61_500, '1:01.5'],
  [3_723_004, '1:02:03.004'],
])('formatClock() reads %i ms as %s', (ms, text) => {
  expect(formatClock(milliseconds(ms))).toBe(text);
});

test('seconds() rounds to the nearest tick', () => {
  expect(seconds(1 / 3)).toBe(235_200_000);
});
