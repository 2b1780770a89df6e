import { expect, test } from 'vitest';
import { findFlow, type GreyPicture } from './dense-flow.ts';

/** Waves of several lengths; a disc of another pattern is shifted by `dx`, `dy` on it. */
function picture(dx: number, dy: number): GreyPicture {
  const [width, height] = [160, 90];
  const data = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [px, py] = [x - 80 - dx, y - 45 - dy];
      const inside = Math.min(1, Math.max(0, 24.5 - Math.hypot(px, py)));
      const ground = 110 + 25 * Math.sin(x / 4) * Math.cos(y / 5) + 15 * Math.sin((x + 2 * y) / 11);
      const disc = 170 + 30 * Math.sin(px / 5 + 1) * Math.sin(py / 4) + px;
      data[y * width + x] = ground + (disc - ground) * inside;
    }
  return { width, height, data };
}

test('a disc that moved is found where it went, and what lies far from it stays', () => {
  for (const [dx, dy] of [
    [2, 1],
    [-6, 3],
    [9, -4],
  ] as const) {
    const field = findFlow(picture(0, 0), picture(dx, dy));
    const at = 45 * 160 + 80;
    expect(Math.hypot(field.u[at]! - dx, field.v[at]! - dy)).toBeLessThan(0.3);
    const far = 12 * 160 + 14;
    expect(Math.hypot(field.u[far]!, field.v[far]!)).toBeLessThan(0.1);
  }
});

test('the same picture does not move, and a guess is refined', () => {
  const field = findFlow(picture(0, 0), picture(0, 0));
  expect(Math.max(...field.u.map(Math.abs), ...field.v.map(Math.abs))).toBeLessThan(0.01);
  const known = findFlow(picture(0, 0), picture(5, 2));
  const next = findFlow(picture(0, 0), picture(6, 2), known);
  expect(Math.abs(next.u[45 * 160 + 80]! - 6)).toBeLessThan(0.4);
});
