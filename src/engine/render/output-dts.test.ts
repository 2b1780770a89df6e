import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDtsMaker } from './output-dts.ts';

/** Shuffles stamps as B-frames do: every picture at most `reorder` places before its turn. */
function decodeOrder(stamps: readonly number[], reorder: number, pick: (limit: number) => number): number[] {
  const order: number[] = [];
  for (let at = 0; at < stamps.length;) {
    const size = Math.min(stamps.length - at, 1 + pick(reorder + 1));
    // The last of a small group is decoded first, as an anchor is.
    order.push(stamps[at + size - 1]!, ...stamps.slice(at, at + size - 1));
    at += size;
  }
  return order;
}

test('createDtsMaker() rises strictly, is never after the picture is due, and lags by the reordering only', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 60 }),
      fc.array(fc.nat(9), { minLength: 60, maxLength: 60 }),
      (gaps, picks) => {
        let at = 100;
        const stamps = gaps.map((gap) => (at += gap));
        const reorder = 1;
        const order = decodeOrder(stamps, reorder, (limit) => picks.pop()! % (limit + 1));
        const deepest = Math.max(...order.map((stamp, index) => index - stamps.indexOf(stamp)));
        const dts = createDtsMaker(stamps[0]!, deepest, 40);
        let last = -Infinity;
        order.forEach((stamp, index) => {
          const value = dts.next(stamp);
          expect(value).toBeGreaterThan(last);
          expect(value).toBeLessThanOrEqual(stamp);
          if (index >= deepest) expect(value).toBe(stamps[index - deepest]);
          last = value;
        });
      },
    ),
  );
});
