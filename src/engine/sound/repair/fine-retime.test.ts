import { expect, test } from 'vitest';
import { createFineRetime } from './fine-retime.ts';

test('an hour at 150 ppm: every sample lies where the ratio says, whatever the blocks', () => {
  const source = (at: number) => Math.sin(at * 0.05) * Math.sin(at * 0.0013) + 0.3 * Math.sin(at * 0.31);
  const speed = { num: 100_015_000, den: 100_000_000 };
  const first = 3600 * 48_000 + 0.37;
  const retime = createFineRetime({
    speed,
    firstSource: first,
    read: (from, count) => [Float32Array.from({ length: count }, (_, index) => source(from + index))],
  });
  let at = 0;
  for (const count of [1, 1000, 4097, 16_384]) {
    const [block] = retime.next(count);
    expect(block).toHaveLength(count);
    for (let index = 0; index < count; index++) {
      expect(Math.abs(block![index]! - source(first + ((at + index) * speed.num) / speed.den))).toBeLessThan(0.004);
    }
    at += count;
  }
});
