import { expect, test } from 'vitest';
import type { JumpCut } from '#core/facts';
import { ticksPerSecond, type Ticks } from '#core/time';
import { isLettering, withoutBeat } from './false-jumps.ts';

const picture = (ticksPerSecond / 25) as Ticks;
const jumpAt = (frame: number, strength = 2.6): JumpCut => ({ at: (frame * picture) as Ticks, strength, area: 0.1 });

test('jumps on every fifth picture are left-out pictures; a strong one among them and those of a cutter stay', () => {
  const beat = [22, 37, 42, 47, 82, 112, 197, 242].map((frame) => jumpAt(frame));
  expect(withoutBeat(beat, picture)).toEqual([]);
  expect(withoutBeat([...beat, jumpAt(100, 9)], picture)).toEqual([jumpAt(100, 9)]);
  const cutter = [63, 196, 297, 405, 522].map((frame) => jumpAt(frame));
  expect(withoutBeat(cutter, picture)).toEqual(cutter);
});

test('a strip below is lettering, a head is not', () => {
  const [columns, rows] = [16, 9];
  const block = (column: number, row: number) => row * columns + column;
  expect(isLettering([block(1, 6), block(8, 7), block(15, 6)], columns, rows)).toBe(true);
  expect(isLettering([block(4, 0), block(9, 0)], columns, rows)).toBe(true);
  expect(isLettering([block(7, 2), block(8, 3), block(7, 4)], columns, rows)).toBe(false);
  expect(isLettering([block(7, 2), block(8, 7)], columns, rows)).toBe(false);
});
