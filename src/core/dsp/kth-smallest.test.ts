import fc from 'fast-check';
import { expect, test } from 'vitest';
import { kthSmallest, kthSmallestMagnitude } from './kth-smallest.ts';

test('the value at a place is the one that sorting would put there, whatever repeats', () => {
  const values = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(values, fc.nat(), (list, place) => {
      const at = place % list.length;
      expect(kthSmallest(Float32Array.from(list), at)).toBe(list.toSorted((a, b) => a - b)[at]! + 0);
      const sizes = Float32Array.from(list, (value) => Math.abs(value) / 7);
      expect(kthSmallestMagnitude(sizes, at)).toBe(sizes.toSorted()[at]);
    }),
    { seed: 5, numRuns: 300 },
  );
});
