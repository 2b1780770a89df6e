/**
 * How the whole picture moved between two looks: a shift, a turn and a growth that make the most of it meet, found by
 * Gauss-Newton steps on textured points from coarse to fine (Lucas and Kanade, 1981; Baker and Matthews, 2004). What moves by
 * itself does not follow and loses its say (Tukey's weights).
 */
import { findShift, type Plane, type Sight } from './change.ts';
import { findLean, type Lean, type Points } from './skew.ts';

/** From the look before to this one. Shifts in cells; the middle of the picture is the origin. */
export type Motion = {
  readonly x: number;
  readonly y: number;
  /** Radians, clockwise. */
  readonly turn: number;
  /** 0.01: one per cent larger. */
  readonly growth: number;
  /** Share of the points that moved like this, 0 … 1. */
  readonly trust: number;
  /** Cells across and down that a row moved further for each row above it; found where `fine` is asked for. */
  readonly leanX: number;
  readonly leanY: number;
};

export const noMotion: Motion = { x: 0, y: 0, turn: 0, growth: 0, trust: 0, leanX: 0, leanY: 0 };

/** Points that are looked at on each level, most: precision beyond that is not worth its time. */
const mostPoints = 2600;
const levels = [
  { scale: 4, steps: 6 },
  { scale: 2, steps: 6 },
  { scale: 1, steps: 8 },
] as const;

/** `guess`: the motion just before, where there is one. `rough` is right to a tenth of a cell, at a fifth of the time. */
export function findMotion(before: Sight, now: Sight, guess: Motion = noMotion, precision: 'fine' | 'rough' = 'fine'): Motion {
  // Parameters say where a point of this look was in the one before.
  const [sx, sy] = findShift(before.quarter, now.quarter);
  const start = closer(before.quarter, now.quarter, [sx, sy, 0, 0], [-guess.x / 4, -guess.y / 4, 0, 0]);
  let [tx, ty, turn, growth] = start;
  let [trust, leanX, leanY] = [0, 0, 0];
  for (const { scale, steps } of precision === 'fine' ? levels : levels.slice(0, 2)) {
    const [from, to] = [levelOf(before, scale), levelOf(now, scale)];
    if (scale !== 4) [tx, ty] = [tx * 2, ty * 2];
    const points = pickPoints(to);
    const result = align(from, to, points, [tx, ty, turn, growth], steps);
    [tx, ty, turn, growth] = result.parameters;
    trust = result.trust;
    if (scale !== 1 || trust === 0) continue;
    const lean = leanOf(from, to, points, result);
    if (lean === undefined || Math.abs(lean.x) + Math.abs(lean.y) > mostLean) continue;
    [tx, ty, turn, growth] = [tx + lean.change[0], ty + lean.change[1], turn + lean.change[2], growth + lean.change[3]];
    [leanX, leanY] = [-lean.x, -lean.y];
  }
  if (precision === 'rough') [tx, ty] = [tx * 2, ty * 2];
  const det = (1 + growth) ** 2 + turn ** 2;
  // The way back of the map found: from where a point was to where it is.
  const [a, b] = [(1 + growth) / det, turn / det];
  return {
    x: -(a * tx + b * ty),
    y: -(-b * tx + a * ty),
    turn: Math.atan2(-b, a),
    growth: Math.hypot(a, b) - 1,
    trust,
    leanX,
    leanY,
  };
}

type Parameters = readonly [number, number, number, number];

const softened = new WeakMap<Sight, readonly [Plane, Plane]>();

/** Softened: slopes of hard edges lead only a fraction of a cell far. */
function levelOf(sight: Sight, scale: 1 | 2 | 4): Plane {
  if (scale === 4) return sight.quarter;
  let planes = softened.get(sight);
  if (planes === undefined) {
    planes = [soften({ width: sight.width, height: sight.height, data: sight.luma }), soften(sight.half)];
    softened.set(sight, planes);
  }
  return planes[scale - 1]!;
}

/** Binomial over three by three, times sixteen: fractions of a luma step count. */
function soften({ width, height, data }: Plane): Plane {
  const result = new Uint16Array(width * height);
  const sums = new Uint16Array(width);
  for (let row = 0; row < height; row++) {
    const [above, here, below] = [Math.max(0, row - 1) * width, row * width, Math.min(height - 1, row + 1) * width];
    for (let column = 0; column < width; column++)
      sums[column] = data[above + column]! + 2 * data[here + column]! + data[below + column]!;
    for (let column = 0; column < width; column++)
      result[here + column] =
        sums[column === 0 ? 0 : column - 1]! + 2 * sums[column]! + sums[column === width - 1 ? column : column + 1]!;
  }
  return { width, height, data: result };
}

function closer(from: Plane, to: Plane, one: Parameters, other: Parameters): Parameters {
  const cost = ([x, y]: Parameters) => {
    let [sum, count] = [0, 0];
    for (let row = 1; row < to.height - 1; row++)
      for (let column = 1; column < to.width - 1; column++) {
        const [u, v] = [column + x, row + y];
        if (u < 0 || v < 0 || u > from.width - 1.001 || v > from.height - 1.001) continue;
        sum += Math.abs(sample(from, u, v) - to.data[row * to.width + column]!);
        count++;
      }
    return count < to.data.length / 3 ? Infinity : sum / count;
  };
  return cost(one) <= cost(other) ? one : other;
}

function sample({ width, data }: Plane, x: number, y: number): number {
  const [left, top] = [x | 0, y | 0];
  const [fx, fy] = [x - left, y - top];
  const at = top * width + left;
  const upper = data[at]! + (data[at + 1]! - data[at]!) * fx;
  const lower = data[at + width]! + (data[at + width + 1]! - data[at + width]!) * fx;
  return upper + (lower - upper) * fy;
}

/** Parts of the picture, across and down, that are asked one by one. */
const [askedColumns, askedRows] = [6, 4];
/** What a part must gain, in squares of residuals, before it says anything. */
const leastGain = 0.04;
/** Parts at both sides that say something, and the share of them that must say that nothing moved. */
const [leastParts, mostlyStill] = [5, 0.7];

/**
 * Whether the camera stood between two looks, and `moved`, which was found, is somebody who moves before it: the edges of a face
 * outweigh the wall behind it by far. So the parts at both sides, where people are least, have one vote each on which of both
 * explains them better.
 */
export function stoodStill(before: Sight, now: Sight, moved: Pick<Motion, 'x' | 'y' | 'turn' | 'growth'>): boolean {
  const [from, to] = [levelOf(before, 2), levelOf(now, 2)];
  const points = pickPoints(to);
  const found = costOfParts(from, to, points, [-moved.x / 2, -moved.y / 2, -moved.turn, -moved.growth]);
  const none = costOfParts(from, to, points, [0, 0, 0, 0]);
  let [still, moving] = [0, 0];
  for (let part = 0; part < found.length; part++) {
    const column = part % askedColumns;
    if (column > 0 && column < askedColumns - 1) continue;
    const [left, right] = [none[part]!, found[part]!];
    if (left < right * (1 - leastGain)) still++;
    else if (right < left * (1 - leastGain)) moving++;
  }
  return still + moving >= leastParts && still > mostlyStill * (still + moving);
}

/** Mean square of what is left, for each part; nothing where too little of it is in both. */
function costOfParts(from: Plane, to: Plane, points: Points, parameters: Parameters): Float64Array {
  const unit = from.data instanceof Uint16Array ? 16 : 1;
  const most = 24 * unit;
  measureResiduals(from, to, points, parameters, 0);
  const known = Array.from(residuals.subarray(0, points.count)).filter((value) => Math.abs(value) < most);
  const light = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
  const sums = new Float64Array(askedColumns * askedRows);
  const counts = new Uint16Array(sums.length);
  for (let index = 0; index < points.count; index++) {
    const value = residuals[index]!;
    if (Number.isNaN(value)) continue;
    const place = points.at[index]!;
    const [x, y] = [place % to.width, Math.floor(place / to.width)];
    const part = Math.floor((y * askedRows) / to.height) * askedColumns + Math.floor((x * askedColumns) / to.width);
    sums[part]! += Math.min(most, Math.abs(value - light)) ** 2;
    counts[part]!++;
  }
  return sums.map((sum, part) => (counts[part]! < 4 ? Infinity : sum / counts[part]!));
}

/** The most textured point of each small square, so that they lie all over the picture. */
function pickPoints({ width, height, data }: Plane): Points {
  const least = data instanceof Uint16Array ? 9 * 64 : 9;
  const side = Math.max(1, Math.round(Math.sqrt((width * height) / mostPoints)));
  const most = Math.ceil(width / side) * Math.ceil(height / side);
  const at = new Uint16Array(most);
  const gx = new Float32Array(most);
  const gy = new Float32Array(most);
  let count = 0;
  for (let top = 1; top < height - 1; top += side) {
    for (let left = 1; left < width - 1; left += side) {
      let [best, place] = [least, -1];
      for (let y = top; y < Math.min(height - 1, top + side); y++)
        for (let x = left; x < Math.min(width - 1, left + side); x++) {
          const index = y * width + x;
          const dx = data[index + 1]! - data[index - 1]!;
          const dy = data[index + width]! - data[index - width]!;
          const strength = dx * dx + dy * dy;
          if (strength > best) [best, place] = [strength, index];
        }
      if (place < 0) continue;
      at[count] = place;
      gx[count] = (data[place + 1]! - data[place - 1]!) / 2;
      gy[count] = (data[place + width]! - data[place - width]!) / 2;
      count++;
    }
  }
  return { count, at, gx, gy };
}

const residuals = new Float32Array(4 * mostPoints);

/** No camera leans by more from picture to picture. */
const mostLean = 0.1;

function leanOf(from: Plane, to: Plane, points: Points, { parameters, light }: Aligned): Lean | undefined {
  const unit = from.data instanceof Uint16Array ? 16 : 1;
  if (measureResiduals(from, to, points, parameters, light) < 60) return undefined;
  return findLean(points, to, residuals, Math.max(3, 4.2 * medianAbsolute(points.count, unit)) * unit);
}

type Aligned = { readonly parameters: Parameters; readonly trust: number; readonly light: number };

/** How many of the points are inside the picture before. */
function measureResiduals(from: Plane, to: Plane, points: Points, parameters: Parameters, light: number): number {
  const [tx, ty, turn, growth] = parameters;
  const [cx, cy] = [(to.width - 1) / 2, (to.height - 1) / 2];
  const [maxX, maxY] = [from.width - 1.001, from.height - 1.001];
  let seen = 0;
  for (let index = 0; index < points.count; index++) {
    const place = points.at[index]!;
    const [px, py] = [(place % to.width) - cx, ((place / to.width) | 0) - cy];
    const x = cx + px + tx + growth * px - turn * py;
    const y = cy + py + ty + turn * px + growth * py;
    const inside = x >= 0 && y >= 0 && x <= maxX && y <= maxY;
    residuals[index] = inside ? to.data[place]! - sample(from, x, y) - light : NaN;
    if (inside) seen++;
  }
  return seen;
}

function align(from: Plane, to: Plane, points: Points, start: Parameters, steps: number): Aligned {
  let [tx, ty, turn, growth] = start;
  let light = 0;
  let trust = 0;
  const unit = from.data instanceof Uint16Array ? 16 : 1;
  if (points.count < 12) return { parameters: start, trust: 0, light };
  for (let step = 0; step < steps; step++) {
    const seen = measureResiduals(from, to, points, [tx, ty, turn, growth], light);
    if (seen < 12) return { parameters: [tx, ty, turn, growth], trust: 0, light };
    const limit = Math.max(3, 4.2 * medianAbsolute(points.count, unit)) * unit;
    const weightSum = sumEquations(points, to, limit, equations);
    trust = weightSum / points.count;
    const change = solve(equations, to.width);
    if (change === undefined) break;
    tx += change[0]!;
    ty += change[1]!;
    turn += change[2]!;
    growth += change[3]!;
    light += change[4]!;
    if (Math.abs(change[0]!) + Math.abs(change[1]!) + to.width * (Math.abs(change[2]!) + Math.abs(change[3]!)) < 0.002) break;
  }
  return { parameters: [tx, ty, turn, growth], trust, light };
}

/** Five rows of six: what the weighted points say about shift, turn, growth and light. */
const equations = new Float64Array(30);

/** Written out: this is where the time goes. Returns the sum of the weights. */
function sumEquations({ count, at, gx, gy }: Points, { width, height }: Plane, limit: number, into: Float64Array): number {
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  let [xx, xy, xt, xg, x1, xr, yy, yt, yg, y1, yr] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  let [tt, tg, t1, tr, gg, g1, gr, weights, lights] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let index = 0; index < count; index++) {
    const residual = residuals[index]!;
    if (!(residual < limit && residual > -limit)) continue;
    const share = residual / limit;
    const weight = (1 - share * share) * (1 - share * share);
    const place = at[index]!;
    const row = (place / width) | 0;
    const [px, py] = [place - row * width - cx, row - cy];
    const [dx, dy] = [gx[index]!, gy[index]!];
    const turn = dy * px - dx * py;
    const growth = dx * px + dy * py;
    const [wx, wy, wt, wg] = [weight * dx, weight * dy, weight * turn, weight * growth];
    xx += wx * dx;
    xy += wx * dy;
    xt += wx * turn;
    xg += wx * growth;
    x1 += wx;
    xr += wx * residual;
    yy += wy * dy;
    yt += wy * turn;
    yg += wy * growth;
    y1 += wy;
    yr += wy * residual;
    tt += wt * turn;
    tg += wt * growth;
    t1 += wt;
    tr += wt * residual;
    gg += wg * growth;
    g1 += wg;
    gr += wg * residual;
    weights += weight;
    lights += weight * residual;
  }
  into.set([
    xx,
    xy,
    xt,
    xg,
    x1,
    xr,
    xy,
    yy,
    yt,
    yg,
    y1,
    yr,
    xt,
    yt,
    tt,
    tg,
    t1,
    tr,
    xg,
    yg,
    tg,
    gg,
    g1,
    gr,
    x1,
    y1,
    t1,
    g1,
    weights,
    lights,
  ]);
  return weights;
}

/** Steps are held small: far from the truth the slope says little. Undefined where the points say nothing. */
function solve(rows: Float64Array, width: number): Float64Array | undefined {
  for (let pivot = 0; pivot < 5; pivot++) {
    rows[pivot * 7] = rows[pivot * 7]! * 1.0002;
    if (!(rows[pivot * 7]! > 1e-6)) return undefined;
    for (let other = pivot + 1; other < 5; other++) {
      const factor = rows[other * 6 + pivot]! / rows[pivot * 7]!;
      for (let column = pivot; column < 6; column++) rows[other * 6 + column]! -= factor * rows[pivot * 6 + column]!;
    }
  }
  const result = new Float64Array(5);
  for (let row = 4; row >= 0; row--) {
    let value = rows[row * 6 + 5]!;
    for (let column = row + 1; column < 5; column++) value -= rows[row * 6 + column]! * result[column]!;
    result[row] = value / rows[row * 7]!;
  }
  const most = 2;
  const size = Math.max(
    Math.abs(result[0]!),
    Math.abs(result[1]!),
    (Math.abs(result[2]!) * width) / 2,
    (Math.abs(result[3]!) * width) / 2,
  );
  if (size > most) for (let index = 0; index < 4; index++) result[index]! *= most / size;
  return result;
}

const bins = new Uint32Array(256);

/** To a quarter of a luma step. */
function medianAbsolute(count: number, unit: number): number {
  bins.fill(0);
  let seen = 0;
  for (let index = 0; index < count; index++) {
    const value = Math.abs(residuals[index]!);
    if (!(value >= 0)) continue;
    bins[Math.min(255, Math.floor((value * 4) / unit))]!++;
    seen++;
  }
  let sum = 0;
  for (let bin = 0; bin < 256; bin++) {
    sum += bins[bin]!;
    if (sum * 2 >= seen) return (bin + 0.5) / 4;
  }
  return 64;
}
