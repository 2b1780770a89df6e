import { describe, expect, test } from 'vitest';
import type { FrameRate } from '#core/time';
import { cleanRate, measureRate } from './frame-rate.ts';

const milliseconds = { num: 1, den: 1000 };

/** Stamps of `count` frames at `rate`, rounded to whole milliseconds as Matroska does. */
function grid(rate: FrameRate, count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => Math.round((index * 1000 * rate.den) / rate.num));
}

test('cleanRate() takes the usual rate nearest within 0.1 %, and leaves others alone', () => {
  expect(cleanRate(29.97)).toEqual({ num: 30_000, den: 1001 });
  expect(cleanRate(29.9999)).toEqual({ num: 30, den: 1 });
  expect(cleanRate(23.976)).toEqual({ num: 24_000, den: 1001 });
  expect(cleanRate(18)).toEqual({ num: 18, den: 1 });
  expect(cleanRate(7.493)).toEqual({ num: 7493, den: 1000 });
});

describe('measureRate()', () => {
  test.each([
    [{ num: 24_000, den: 1001 }, 500],
    [{ num: 25, den: 1 }, 40],
    [{ num: 30_000, den: 1001 }, 500],
    [{ num: 60, den: 1 }, 300],
    [{ num: 7, den: 1 }, 50],
  ])('sees %o behind stamps in milliseconds', (rate, count) => {
    expect(measureRate(grid(rate, count), milliseconds, undefined)).toEqual({ frameRate: rate, variable: false });
  });

  test('lets the container decide where a short stretch fits two rates', () => {
    const stamps = grid({ num: 30, den: 1 }, 12);
    for (const rate of [
      { num: 30_000, den: 1001 },
      { num: 30, den: 1 },
    ]) {
      expect(measureRate(stamps, milliseconds, rate)).toEqual({ frameRate: rate, variable: false });
    }
  });

  test('does not believe a declared rate that the stamps contradict', () => {
    const measured = measureRate(grid({ num: 25, den: 1 }, 100), milliseconds, { num: 50, den: 1 });
    expect(measured).toEqual({ frameRate: { num: 25, den: 1 }, variable: false });
  });

  test('order of decoding does not matter', () => {
    const stamps = Float64Array.from([0, 160, 80, 40, 120, 320, 240, 200, 280]);
    expect(measureRate(stamps, milliseconds, undefined)).toEqual({ frameRate: { num: 25, den: 1 }, variable: false });
  });

  test('a hole makes the rate variable and leaves its number', () => {
    const stamps = grid({ num: 30, den: 1 }, 100).map((stamp) => (stamp > 1000 ? stamp + 250 : stamp));
    expect(measureRate(stamps, milliseconds, undefined)).toEqual({ frameRate: { num: 30, den: 1 }, variable: true });
  });

  test('one stamp or none tells nothing', () => {
    expect(measureRate(Float64Array.from([40]), milliseconds, undefined)).toEqual({
      frameRate: { num: 25, den: 1 },
      variable: false,
    });
    expect(measureRate(new Float64Array(0), milliseconds, { num: 50, den: 1 }).frameRate).toEqual({ num: 50, den: 1 });
  });
});
