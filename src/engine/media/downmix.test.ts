import { expect, test } from 'vitest';
import { downmixMatrix } from './downmix.ts';

const half = Math.SQRT1_2;

test('mono and stereo keep their level', () => {
  expect(downmixMatrix(4n, 1, 1)).toEqual([1]);
  expect(downmixMatrix(4n, 1, 2)).toEqual([1, 1]);
  expect(downmixMatrix(3n, 2, 2)).toEqual([1, 0, 0, 1]);
  expect(downmixMatrix(3n, 2, 1)).toEqual([0.5, 0.5]);
});

test('5.1 and 7.1 follow BS.775 without LFE', () => {
  // FL FR FC LFE SL SR, and FL FR FC LFE BL BR SL SR.
  expect(downmixMatrix(0x60fn, 6, 2)).toEqual([1, 0, half, 0, half, 0, 0, 1, half, 0, 0, half]);
  expect(downmixMatrix(0x63fn, 8, 2)).toEqual([1, 0, half, 0, half, 0, half, 0, 0, 1, half, 0, 0, half, 0, half]);
  expect(downmixMatrix(0x60fn, 6, 1)).toEqual([0.5, 0.5, half, 0, half / 2, half / 2]);
});

test('channels without a place: the first two are left and right', () => {
  expect(downmixMatrix(0n, 4, 2)).toEqual([1, 0, 0, 0, 0, 1, 0, 0]);
});
