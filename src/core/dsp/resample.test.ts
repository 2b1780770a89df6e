import { describe, expect, test } from 'vitest';
import { createResampler } from './index.ts';

function tone(hz: number, sampleRateHz: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => Math.sin((2 * Math.PI * hz * index) / sampleRateHz));
}

function convert(input: Float32Array, fromHz: number, toHz: number, block = 1009): Float32Array {
  const resampler = createResampler(fromHz, toHz);
  const parts: number[] = [];
  for (let start = 0; start < input.length; start += block) parts.push(...resampler.push(input.subarray(start, start + block)));
  return Float32Array.from([...parts, ...resampler.flush()]);
}

describe('createResampler()', () => {
  test.each([
    [48000, 16000],
    [44100, 16000],
    [22050, 16000],
    [8000, 16000],
    [11025, 16000],
    [96000, 16000],
  ])('%i → %i Hz keeps a 1 kHz tone in place, in level and in length', (fromHz, toHz) => {
    const output = convert(tone(1000, fromHz, fromHz / 4), fromHz, toHz);
    expect(output.length).toBe(Math.ceil(toHz / 4));
    const expected = tone(1000, toHz, output.length);
    // The ends lean on the silence around.
    for (let index = 400; index < output.length - 400; index++)
      expect(Math.abs(output[index]! - expected[index]!)).toBeLessThan(2e-3);
  });

  test('what would fold back is 55 dB down', () => {
    const output = convert(tone(9500, 48000, 12000), 48000, 16000).subarray(400, 3600);
    expect(Math.max(...output.map(Math.abs))).toBeLessThan(10 ** (-55 / 20));
  });

  test('gives the same whatever the blocks are, and all of a sound shorter than the filter', () => {
    const input = tone(440, 44100, 5000);
    expect(convert(input, 44100, 16000, 1)).toEqual(convert(input, 44100, 16000, 5000));
    expect(convert(input.subarray(0, 3), 44100, 16000).length).toBe(2);
    expect(convert(input.subarray(0, 0), 44100, 16000).length).toBe(0);
  });

  test('refuses rates that are not whole', () => {
    expect(() => createResampler(44100.5, 16000)).toThrow('no change of sample rate');
  });
});
