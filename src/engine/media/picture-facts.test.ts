import { expect, test } from 'vitest';
import { bitDepthOf, cleanAspect, displaySize, readDisplayMatrix } from './picture-facts.ts';

function matrix(...values: number[]): Buffer {
  const bytes = Buffer.alloc(36);
  values.forEach((value, index) => bytes.writeInt32LE(value * 65_536, index * 4));
  return bytes;
}

test('readDisplayMatrix() knows the four turns and a mirror', () => {
  expect(readDisplayMatrix(matrix(1, 0, 0, 0, 1, 0))).toEqual({ rotation: 0, mirrored: false });
  expect(readDisplayMatrix(matrix(0, 1, 0, -1, 0, 0))).toEqual({ rotation: 90, mirrored: false });
  expect(readDisplayMatrix(matrix(-1, 0, 0, 0, -1, 0))).toEqual({ rotation: 180, mirrored: false });
  expect(readDisplayMatrix(matrix(0, -1, 0, 1, 0, 0))).toEqual({ rotation: 270, mirrored: false });
  expect(readDisplayMatrix(matrix(-1, 0, 0, 0, 1, 0)).mirrored).toBe(true);
  expect(readDisplayMatrix(matrix())).toEqual({ rotation: 0, mirrored: false });
  expect(readDisplayMatrix(null)).toEqual({ rotation: 0, mirrored: false });
});

test('displaySize() makes pixels square, turns, and is even', () => {
  const square = { num: 1, den: 1 };
  expect(displaySize({ width: 1920, height: 1080 }, square, 90)).toEqual({ width: 1080, height: 1920 });
  expect(displaySize({ width: 720, height: 576 }, { num: 64, den: 45 }, 0)).toEqual({ width: 1024, height: 576 });
  expect(displaySize({ width: 640, height: 360 }, { num: 2, den: 3 }, 0)).toEqual({ width: 640, height: 540 });
  expect(displaySize({ width: 161, height: 121 }, square, 0)).toEqual({ width: 160, height: 120 });
  expect(displaySize({ width: 1, height: 1 }, square, 0)).toEqual({ width: 2, height: 2 });
});

test('cleanAspect() ignores nothing and nonsense', () => {
  expect(cleanAspect({ num: 0, den: 1 }, { num: 4, den: 3 })).toEqual({ num: 4, den: 3 });
  expect(cleanAspect({ num: 1, den: 1000 }, { num: 0, den: 0 })).toEqual({ num: 1, den: 1 });
});

test('bitDepthOf() reads pixel format names', () => {
  const depths = [
    'yuv420p',
    'yuvj420p',
    'yuv420p10le',
    'yuv444p12be',
    'p010le',
    'gbrp',
    'gbrp10le',
    'gray16be',
    'rgb48le',
    'rgb24',
    'rgba64be',
    'pal8',
    'nv12',
  ];
  expect(depths.map(bitDepthOf)).toEqual([8, 8, 10, 12, 10, 8, 10, 16, 16, 8, 16, 8, 8]);
});
