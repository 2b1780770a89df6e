import { describe, expect, test } from 'vitest';
import { milliseconds, timeRange } from '#core/time';
import { duckingPoints } from './ducking.ts';

const ducking = { amountDb: -8, attackMs: 300, releaseMs: 600 };
const speech = (...ranges: readonly (readonly [number, number])[]) =>
  ranges.map(([start, end]) => timeRange(milliseconds(start), milliseconds(end - start)));
/** Milliseconds and decibels. */
const pointsOf = (ranges: ReturnType<typeof speech>, how = ducking) =>
  duckingPoints(ranges, how, 48_000).map(({ at, gainDb }) => [at / 48, Math.round(gainDb * 100) / 100]);

describe('duckingPoints()', () => {
  test('is down when speech begins and up after it', () => {
    expect(pointsOf(speech([2000, 5000]))).toEqual([
      [1700, 0],
      [2000, -8],
      [5000, -8],
      [5600, 0],
    ]);
    expect(pointsOf([])).toEqual([]);
  });

  test('holds pauses under a second, and joins speech of several people whatever its order', () => {
    expect(pointsOf(speech([5000, 6000], [2000, 4100], [3000, 4200]))).toEqual([
      [1700, 0],
      [2000, -8],
      [6000, -8],
      [6600, 0],
    ]);
    expect(pointsOf(speech([2000, 3000], [4000, 5000]))).toHaveLength(8);
  });

  test('turns back where a slow way up meets the next way down', () => {
    const points = pointsOf(speech([2000, 4000], [5200, 6000]), { amountDb: -12, attackMs: 1000, releaseMs: 1000 });
    expect(points).toEqual([
      [1000, 0],
      [2000, -12],
      [4000, -12],
      [4600, -4.8],
      [5200, -12],
      [6000, -12],
      [7000, 0],
    ]);
    for (const [index, [at]] of points.entries()) expect(at).toBeGreaterThan(points[index - 1]?.[0] ?? -Infinity);
  });
});
