import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSoundLine } from './sound-line.ts';

/** What the line must hold: the first block that covers a sample wins, and nothing is silence. */
function expectedLine(blocks: readonly { position: number; values: readonly number[] }[], first: number, end: number): number[] {
  const line = Array<number>(end - first).fill(0);
  let next = first;
  for (const { position, values } of blocks) {
    values.forEach((value, index) => {
      const at = position + index;
      if (at >= next && at >= first && at < end) line[at - first] = value;
    });
    next = Math.max(next, Math.min(end, position + values.length));
  }
  return line;
}

test('createSoundLine() gives exactly the asked samples, whatever blocks come', () => {
  const block = fc.record({
    position: fc.integer({ min: -20, max: 120 }),
    values: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 30 }),
  });
  fc.assert(
    fc.property(
      fc.array(block, { maxLength: 8 }),
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 0, max: 90 }),
      fc.integer({ min: 1, max: 17 }),
      (blocks, first, length, blockSamples) => {
        const line = createSoundLine(first, first + length, 1, blockSamples);
        const out: Float32Array[][] = [];
        for (const { position, values } of blocks) out.push(...line.place(position, [Float32Array.from(values)], values.length));
        out.push(...line.finish());
        expect(out.flatMap(([plane]) => [...plane!])).toEqual(expectedLine(blocks, first, first + length));
        expect(out.slice(0, -1).every(([plane]) => plane!.length === blockSamples)).toBe(true);
      },
    ),
    { seed: 20261121 },
  );
});

test('without an end the line stops with the last sample', () => {
  const line = createSoundLine(0, undefined, 2, 4);
  const out = [...line.place(2, [Float32Array.of(1, 2, 3), Float32Array.of(4, 5, 6)], 3), ...line.finish()];
  expect(out.map((planes) => planes.map((plane) => [...plane]))).toEqual([
    [
      [0, 0, 1, 2],
      [0, 0, 4, 5],
    ],
    [[3], [6]],
  ]);
});
