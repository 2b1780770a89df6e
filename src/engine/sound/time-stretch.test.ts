import { expect, test } from 'vitest';
import { createTimeStretch } from './time-stretch.ts';

const rate = 48_000;

function stretched(source: Float32Array, speed: { num: number; den: number }, count: number, blockSamples: number): Float32Array {
  const read = (first: number, length: number) => [Float32Array.from({ length }, (_, index) => source[first + index] ?? 0)];
  const stretch = createTimeStretch({ channels: 1, sampleRateHz: rate, speed, firstSource: 0, read });
  const result = new Float32Array(count);
  for (let position = 0; position < count; position += blockSamples) {
    result.set(stretch.next(Math.min(blockSamples, count - position))[0]!, position);
  }
  return result;
}

/** Rising zero crossings per second, away from the edges. */
function pitchOf(samples: Float32Array): number {
  let first = -1;
  let last = -1;
  let count = -1;
  for (let index = rate / 10; index < samples.length - rate / 10; index++) {
    if (samples[index - 1]! < 0 && samples[index]! >= 0) {
      const at = index - samples[index]! / (samples[index]! - samples[index - 1]!);
      if (first < 0) first = at;
      last = at;
      count++;
    }
  }
  return (count * rate) / (last - first);
}

for (const speed of [
  { num: 1, den: 2 },
  { num: 5, den: 4 },
  { num: 2, den: 1 },
  { num: 4, den: 1 },
]) {
  test(`createTimeStretch() keeps a tone's pitch and level at ${speed.num}/${speed.den}`, () => {
    const tone = Float32Array.from({ length: rate * 4 }, (_, index) => 0.5 * Math.sin((2 * Math.PI * 220 * index) / rate));
    const count = Math.floor((tone.length * speed.den) / speed.num);
    const result = stretched(tone, speed, count, 1000);
    expect(Math.abs(pitchOf(result) - 220)).toBeLessThan(0.5);
    const middle = result.subarray(rate / 10, count - rate / 10);
    const rms = Math.sqrt(middle.reduce((sum, value) => sum + value * value, 0) / middle.length);
    expect(Math.abs(20 * Math.log10(rms / (0.5 * Math.SQRT1_2)))).toBeLessThan(0.3);
  });
}

test.each([
  { num: 3, den: 2 },
  { num: 1, den: 4 },
  { num: 4, den: 1 },
])('createTimeStretch() at $num/$den puts events where the speed says, within its search, however far in', (speed) => {
  const source = new Float32Array(rate * 30);
  const clicks = [1, 7.3, 15.1, 29];
  let seed = 7;
  // Bursts of noise that no window steps over: nothing to lock on before them, so their place is told by the ideal time alone.
  for (const at of clicks) {
    for (let index = 0; index < 4800; index++) {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      source[Math.round(at * rate) + index] = seed / 0x3fffffff - 1;
    }
  }
  const count = Math.floor((source.length * speed.den) / speed.num);
  const result = stretched(source, speed, count, 4096);
  const found: number[] = [];
  for (const at of clicks) {
    // The middle of the burst, which a slow speed lengthens.
    const expected = ((at + 0.05) * rate * speed.den) / speed.num;
    const around = Math.round(expected - rate / 5);
    let [energy, moment] = [0, 0];
    for (let index = around; index < around + (2 * rate) / 5; index++) {
      const power = (result[index] ?? 0) ** 2;
      energy += power;
      moment += power * index;
    }
    found.push((moment / energy - expected) / rate);
  }
  // A window may move by 10 ms of source.
  const most = (0.01 * speed.den) / speed.num + 0.01;
  expect(Math.max(...found.map(Math.abs))).toBeLessThan(most);
});

test('createTimeStretch() gives the same samples whatever the block size', () => {
  const tone = Float32Array.from({ length: rate }, (_, index) => Math.sin(index * 0.05) * Math.cos(index * 0.0007));
  expect(stretched(tone, { num: 6, den: 5 }, 40_000, 777)).toEqual(stretched(tone, { num: 6, den: 5 }, 40_000, 40_000));
});
