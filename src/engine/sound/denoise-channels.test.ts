import { expect, test } from 'vitest';
import { createChannelsDenoise, type ChannelProcess } from './denoise-channels.ts';

/** Turns what it hears into its negative, and holds 480 samples back. */
function negate(): ChannelProcess {
  let held = new Float32Array(0);
  return {
    process(block) {
      const all = Float32Array.from([...held, ...block.map((value) => -value)]);
      held = all.slice(Math.max(0, all.length - 480));
      return all.slice(0, Math.max(0, all.length - 480));
    },
    flush: () => held,
  };
}

function run(left: Float32Array, right: Float32Array) {
  let made = 0;
  const process = createChannelsDenoise(2, () => (made++, negate()), 2000);
  const parts: Float32Array[][] = [];
  for (let start = 0; start < left.length; start += 1000) {
    parts.push(process.process([left.subarray(start, start + 1000), right.subarray(start, start + 1000)]));
  }
  parts.push(process.flush());
  const joined = [0, 1].map((channel) => Float32Array.from(parts.flatMap((part) => [...part[channel]!])));
  return { left: joined[0]!, right: joined[1]!, made };
}

const wave = Float32Array.from({ length: 10_300 }, (_, index) => Math.fround(Math.sin(index * 0.01) / 2));

test('createChannelsDenoise() runs one process for the same sound in both channels', () => {
  const { left, right, made } = run(wave, wave);
  expect(made).toBe(1);
  expect(left.every((value, index) => value === -wave[index]!)).toBe(true);
  expect(left.length).toBe(wave.length);
  expect(right.every((value, index) => value === left[index])).toBe(true);
});

test('createChannelsDenoise() starts the side where it begins, in place to the sample', () => {
  // The right channel goes its own way from 5200 on: in the middle of a block.
  const other = wave.map((value, index) => (index < 5200 ? value : value / 3));
  const { left, right, made } = run(wave, other);
  expect(made).toBe(2);
  expect(left.length).toBe(wave.length);
  for (let index = 0; index < wave.length; index++) {
    expect(left[index]).toBeCloseTo(-wave[index]!, 6);
    expect(right[index]).toBeCloseTo(-other[index]!, 6);
  }
});
