import { expect, test } from 'vitest';
import { findLag } from './find-lag.ts';

const rate = 48_000;

function noise(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return state / 0x3fffffff - 1;
  });
}

/** Speech-like: noise in syllables, smoothed so that most of it lies low. */
function syllables(count: number, seed: number): Float32Array {
  const raw = noise(count, seed);
  let smooth = 0;
  return raw.map((value, index) => {
    smooth += 0.2 * (value - smooth);
    return smooth * Math.max(0, Math.sin(index / 2600) * Math.sin(index / 17_000)) * 0.5;
  });
}

for (const lag of [0, 1, -1, 37, -480, 4800, -14_000]) {
  test(`findLag() finds ${lag} samples through added noise and hum`, () => {
    const source = syllables(rate * 3, 11);
    const wanted = source.slice(20_000, 20_000 + rate * 2);
    const other = noise(rate * 2, 5);
    const actual = source
      .slice(20_000 - lag, 20_000 - lag + rate * 2)
      .map((value, index) => value * 0.4 + other[index]! * 0.004 + 0.3 * Math.sin((index * 2 * Math.PI * 50) / rate));
    const found = findLag(wanted, actual, { sampleRateHz: rate, most: 14_400 })!;
    expect(found.samples).toBe(lag);
    expect(found.strength).toBeGreaterThan(0.5);
  });
}

test('findLag() believes the smallest lag of a tone, and says that unlike sounds are unlike', () => {
  const tone = Float32Array.from({ length: rate * 2 }, (_, index) => Math.sin((index * 2 * Math.PI * 440) / rate));
  expect(findLag(tone, tone, { sampleRateHz: rate, most: 14_400 })!.samples).toBe(0);
  const strange = findLag(syllables(rate * 2, 3), syllables(rate * 2, 999), { sampleRateHz: rate, most: 14_400 })!;
  expect(strange.strength).toBeLessThan(0.2);
});

test('findLag() does not guess where there is no sound', () => {
  expect(findLag(new Float32Array(rate * 2), syllables(rate * 2, 3), { sampleRateHz: rate, most: 14_400 })).toBeUndefined();
});
