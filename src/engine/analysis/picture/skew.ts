/**
 * How a picture leans against the one before: rows that a shutter reads later are farther along (Forssén and Ringaby, 2010). Solved
 * together with all that the picture did as a whole, since leaning looks half like turning.
 */
import type { Plane } from './change.ts';

/** Textured points of a picture and its slopes there. */
export type Points = { readonly count: number; readonly at: Uint16Array; readonly gx: Float32Array; readonly gy: Float32Array };

/** What is to be added to where points came from: shift, turn, growth; and cells across and down for each cell below the middle. */
export type Lean = { readonly change: readonly [number, number, number, number]; readonly x: number; readonly y: number };

const unknowns = 7;

/** `residuals` of the points as they are known to have moved; those beyond `limit` do not count. Undefined where they say nothing. */
export function findLean(
  { count, at, gx, gy }: Points,
  { width, height }: Plane,
  residuals: Float32Array,
  limit: number,
): Lean | undefined {
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  const rows = new Float64Array(unknowns * (unknowns + 1));
  const slopes = new Float64Array(unknowns);
  for (let index = 0; index < count; index++) {
    const residual = residuals[index]!;
    if (!(residual < limit && residual > -limit)) continue;
    const share = residual / limit;
    const weight = (1 - share * share) * (1 - share * share);
    const place = at[index]!;
    const row = (place / width) | 0;
    const [px, py] = [place - row * width - cx, row - cy];
    const [dx, dy] = [gx[index]!, gy[index]!];
    slopes[0] = dx;
    slopes[1] = dy;
    slopes[2] = dy * px - dx * py;
    slopes[3] = dx * px + dy * py;
    slopes[4] = 1;
    slopes[5] = dx * py;
    slopes[6] = dy * py;
    for (let i = 0, start = 0; i < unknowns; i++, start += unknowns + 1) {
      const weighted = weight * slopes[i]!;
      for (let j = i; j < unknowns; j++) rows[start + j]! += weighted * slopes[j]!;
      rows[start + unknowns]! += weighted * residual;
    }
  }
  const found = solve(rows);
  if (found === undefined) return undefined;
  return { change: [found[0]!, found[1]!, found[2]!, found[3]!], x: found[5]!, y: found[6]! };
}

/** Of equations of which the upper half is given. */
function solve(rows: Float64Array): Float64Array | undefined {
  const width = unknowns + 1;
  for (let i = 0; i < unknowns; i++) for (let j = 0; j < i; j++) rows[i * width + j] = rows[j * width + i]!;
  for (let pivot = 0; pivot < unknowns; pivot++) {
    const own = rows[pivot * width + pivot]! * 1.0002;
    rows[pivot * width + pivot] = own;
    if (!(own > 1e-6)) return undefined;
    for (let other = pivot + 1; other < unknowns; other++) {
      const factor = rows[other * width + pivot]! / own;
      for (let column = pivot; column < width; column++) rows[other * width + column]! -= factor * rows[pivot * width + column]!;
    }
  }
  const result = new Float64Array(unknowns);
  for (let row = unknowns - 1; row >= 0; row--) {
    let value = rows[row * width + unknowns]!;
    for (let column = row + 1; column < unknowns; column++) value -= rows[row * width + column]! * result[column]!;
    result[row] = value / rows[row * width + row]!;
  }
  return result;
}
