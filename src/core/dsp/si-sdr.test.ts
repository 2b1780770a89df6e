import { expect, test } from 'vitest';
import { siSdrDb } from './si-sdr.ts';

const tone = Float32Array.from({ length: 4800 }, (_, n) => Math.sin((2 * Math.PI * n * 10) / 4800));
const other = Float32Array.from({ length: 4800 }, (_, n) => Math.sin((2 * Math.PI * n * 25) / 4800));

test('siSdrDb() is the ratio of wanted to foreign power, whatever the level', () => {
  for (const gain of [0.1, 1, -3]) {
    const mixed = tone.map((value, n) => gain * (value + 0.1 * other[n]!));
    expect(siSdrDb(tone, mixed)).toBeCloseTo(20, 3);
  }
});

test('siSdrDb() is endless for the same sound and none for a foreign one', () => {
  expect(siSdrDb(tone, tone)).toBeGreaterThan(120);
  expect(siSdrDb(tone, other)).toBeLessThan(-100);
});
