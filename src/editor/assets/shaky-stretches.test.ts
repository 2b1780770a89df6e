import { expect, test } from 'vitest';
import { seconds, timeRange } from '#core/time';
import { shakyStretches } from './shaky-stretches.ts';

const range = (index: number, shakePercent: number, usualPercent: number, filled = 1) => ({
  ...timeRange(seconds(2 * index), seconds(2)),
  shakePercent,
  usualPercent,
  filled,
  panPercent: 0,
});

test.each([
  ['a hand-held camera all along', [0, 1, 2, 3].map((index) => range(index, 0.9, 0.5)), 4],
  ['one jolt', [range(0, 4.5, 0.2), ...[1, 2, 3].map((index) => range(index, 0.02, 0.01))], 0],
  [
    'a whip pan of four seconds in a long film',
    [range(0, 4.8, 1.9), range(1, 4.3, 1), ...[2, 3, 4, 5, 6, 7, 8, 9, 10].map((index) => range(index, 0.1, 0.05))],
    0,
  ],
  ['lettering on black', [0, 1, 2, 3].map((index) => range(index, 2.4, 1.2, 0.3)), 0],
] as const)('%s', (_, ranges, count) => {
  expect(shakyStretches({ ranges, shakePercent: 1 }, seconds(2 * ranges.length))).toHaveLength(count);
});
