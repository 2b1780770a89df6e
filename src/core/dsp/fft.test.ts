import { expect, test } from 'vitest';
import { createRealFft } from './fft.ts';

function samplesOf(count: number, seed: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

test.each([4, 8, 16, 32, 64, 512])('createRealFft(%i) gives the sums of the definition', (size) => {
  const samples = samplesOf(size, size);
  const fft = createRealFft(size);
  const [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)];
  fft.forward(samples, re, im);
  for (let k = 0; k < fft.bins; k++) {
    let [sumRe, sumIm] = [0, 0];
    for (let n = 0; n < size; n++) {
      sumRe += samples[n]! * Math.cos((2 * Math.PI * k * n) / size);
      sumIm -= samples[n]! * Math.sin((2 * Math.PI * k * n) / size);
    }
    expect(re[k]).toBeCloseTo(sumRe, 9);
    expect(im[k]).toBeCloseTo(sumIm, 9);
  }
});

test.each([4, 8, 128, 1024, 2048])('createRealFft(%i).inverse() undoes forward()', (size) => {
  const samples = samplesOf(size, size + 1);
  const fft = createRealFft(size);
  const [re, im, back] = [new Float64Array(fft.bins), new Float64Array(fft.bins), new Float64Array(size)];
  fft.forward(samples, re, im);
  fft.inverse(re, im, back);
  for (let n = 0; n < size; n++) expect(back[n]).toBeCloseTo(samples[n]!, 12);
});

test('createRealFft() refuses sizes that are not powers of two', () => {
  expect(() => createRealFft(960)).toThrow('on our side');
  expect(() => createRealFft(2)).toThrow('on our side');
});
