import { expect, test } from 'vitest';
import { createLimiter } from './limiter.ts';

const rate = 48_000;

function limited(channels: readonly Float32Array[], ceilingDbtp: number, blockSamples: number) {
  const limiter = createLimiter({ channels: channels.length, sampleRateHz: rate, ceilingDbtp });
  const parts: Float32Array[][] = [];
  for (let start = 0; start < channels[0]!.length; start += blockSamples) {
    parts.push(limiter.process(channels.map((samples) => samples.subarray(start, start + blockSamples))));
  }
  parts.push(limiter.flush());
  const result = channels.map((_, channel) => Float32Array.from(parts.flatMap((part) => [...part[channel]!])));
  return result;
}

/** The largest magnitude at 16 points per sample, by a long windowed sinc: finer than the limiter's own. */
function truePeakDb(samples: Float32Array): number {
  let peak = 0;
  for (let index = 32; index < samples.length - 32; index++) {
    if (Math.abs(samples[index]!) < 0.3) continue;
    for (let phase = 0; phase < 16; phase++) {
      let value = 0;
      for (let tap = -31; tap <= 32; tap++) {
        const distance = tap - phase / 16;
        const sinc = distance === 0 ? 1 : Math.sin(Math.PI * distance) / (Math.PI * distance);
        value += samples[index + tap]! * sinc * (0.5 + 0.5 * Math.cos((Math.PI * distance) / 33));
      }
      peak = Math.max(peak, Math.abs(value));
    }
  }
  return 20 * Math.log10(peak);
}

/** A quarter of the rate, 45° off: no sample comes near the peaks, which lie 3 dB above between the samples. */
const betweenSamples = Float32Array.from({ length: 9600 }, (_, index) => {
  const swell = Math.sin((Math.PI * index) / 9600);
  return 1.2 * swell * Math.sin((Math.PI / 2) * index + Math.PI / 4);
});

test('createLimiter() holds peaks between samples under the ceiling', () => {
  expect(truePeakDb(betweenSamples)).toBeGreaterThan(1.4);
  const result = limited([betweenSamples], -1, 1024);
  expect(truePeakDb(result[0]!)).toBeLessThan(-0.9);
});

test('createLimiter() leaves what is under the ceiling bit-exact and in place', () => {
  const quiet = betweenSamples.map((value) => value * 0.5);
  const result = limited([quiet, quiet], -1, 1000);
  expect(result[0]).toEqual(quiet);
  expect(result[1]).toEqual(quiet);
});

test('createLimiter() turns all channels down together and recovers slowly', () => {
  const left = new Float32Array(rate);
  const right = new Float32Array(rate).fill(0.1);
  left.fill(2, 10_000, 10_010);
  const result = limited([left, right], -1, 4800);
  expect(Math.max(...result[0]!)).toBeLessThan(0.8913);
  expect(result[1]![10_005]! / 0.1).toBeLessThan(0.46);
  // Nothing moves before the look-ahead begins, and the way back takes longer than the way down.
  expect(result[1]![9_700]).toBe(Math.fround(0.1));
  expect(result[1]![10_000 + rate / 20]! / 0.1).toBeLessThan(0.8);
  expect(result[1]![rate - 1]! / 0.1).toBeGreaterThan(0.995);
});

for (const count of [1, 5, 244, 245, 246, 1000]) {
  test(`createLimiter() gives back ${count} samples for ${count}`, () => {
    const loud = new Float32Array(count).fill(1.5);
    const result = limited([loud], -1, 100);
    expect(result[0]!.length).toBe(count);
    expect(Math.max(...result[0]!)).toBeLessThan(0.8913);
  });
}
