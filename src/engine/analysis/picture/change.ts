/** How much of a picture is not in the one before: what has moved there or become lighter counts as the same. */
import { colorBins, type Look } from './look.ts';

export type Sight = Look & {
  /** Means of two by two cells, and of two by two of those. */
  readonly half: Plane;
  readonly quarter: Plane;
  readonly mean: number;
  readonly deviation: number;
};

export type Plane = { readonly width: number; readonly height: number; readonly data: Uint8Array | Uint16Array };

export type Change = {
  /** Mean difference of cells, place by place, in luma steps. */
  readonly plain: number;
  /** Share of what blocks hold that is not in the picture before, wherever it moved and however its light changed: 0 all is, about 0.6 and more unrelated. */
  readonly novelty: number;
  /** Distance of the colours, 0 … 1. */
  readonly color: number;
  /** What is left per block, in luma steps; `blocks` across times down. */
  readonly left: Float32Array;
  /** The same where blocks only move and change their light with the whole picture. */
  readonly near: Float32Array;
};

/** Half cells on a side of a block. */
export const blockSide = 5;

export function seeLook(look: Look): Sight {
  const half = halve({ width: look.width, height: look.height, data: look.luma });
  let [sum, squares] = [0, 0];
  for (const value of half.data) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / half.data.length;
  return {
    ...look,
    half,
    quarter: halve(half),
    mean,
    deviation: Math.sqrt(Math.max(0, squares / half.data.length - mean * mean)),
  };
}

/** One colour, but for small letters. */
export function isPlain({ mean, deviation }: Sight): boolean {
  return deviation < 6 || (mean < 28 && deviation < 22);
}

export function halve({ width, height, data }: Plane): Plane {
  const [columns, rows] = [width >> 1, height >> 1];
  const result = new Uint8Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    let at = row * 2 * width;
    for (let column = 0; column < columns; column++, at += 2)
      result[row * columns + column] = (data[at]! + data[at + 1]! + data[at + width]! + data[at + width + 1]! + 2) >> 2;
  }
  return { width: columns, height: rows, data: result };
}

/** No step from shot to shot changes cells by less than this, in luma steps. */
const leastCut = 2.5;

/** Both looks of one stream, `before` earlier. `cutsOnly` does not look closer where there cannot be a cut. */
export function measureChange(before: Sight, now: Sight, cutsOnly = false): Change {
  const plain = meanDifference(before.half.data, now.half.data);
  const color = colorDistance(before.colors, now.colors);
  const [columns, rows] = blocksOf(now);
  const left = new Float32Array(columns * rows);
  const near = new Float32Array(columns * rows);
  if (plain === 0 || (cutsOnly && plain < leastCut)) return { plain, color, novelty: 0, left, near };
  const shift = plain < 4 ? ([0, 0] as const) : findShift(before.quarter, now.quarter);
  const [close, wide] = candidatesAround(shift);
  // Flicker is alike all over the picture.
  const gain = Math.max(0.85, Math.min(1.18, (now.mean - 10) / Math.max(1, before.mean - 10)));
  let lost = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const block = { x: column * blockSide, y: row * blockSide };
      const lit = matchBlock(before.half, now.half, block, close, lightFor(gain, now.half, block));
      // Where something dark was laid over a part, the picture is darker and the rest of it is not.
      const ordinary = lit < sameEnough ? lit : Math.min(lit, matchBlock(before.half, now.half, block, close, 0));
      const remains = ordinary < sameEnough ? ordinary : matchBlock(before.half, now.half, block, wide);
      // A block that came in from outside the picture is no surprise.
      near[row * columns + column] = ordinary === Infinity ? 0 : ordinary;
      left[row * columns + column] = remains;
      lost += Math.min(1, remains / (Math.max(deviationOf(before.half, block), deviationOf(now.half, block)) + 4));
    }
  }
  return { plain, color, novelty: lost / left.length, left, near };
}

export function blocksOf({ half }: Sight): [number, number] {
  return [Math.floor(half.width / blockSide), Math.floor(half.height / blockSide)];
}

export function meanDifference(a: Plane['data'], b: Plane['data']): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += Math.abs(a[index]! - b[index]!);
  return sum / a.length;
}

export function colorDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let bin = 0; bin < colorBins; bin++) sum += Math.abs(a[bin]! - b[bin]!);
  return sum / 8;
}

/** The shift of the whole picture in quarter cells under which it differs least, up to a fifth of its width. */
export function findShift(before: Plane, now: Plane): readonly [number, number] {
  const { width, height } = now;
  const [mostX, mostY] = [Math.floor(width / 5), Math.floor(height / 5)];
  let [best, x, y] = [Infinity, 0, 0];
  for (let dy = -mostY; dy <= mostY; dy++) {
    for (let dx = -mostX; dx <= mostX; dx++) {
      const cost = shiftCost(before, now, dx, dy, best) * (1 + 0.004 * (Math.abs(dx) + Math.abs(dy)));
      if (cost < best) [best, x, y] = [cost, dx, dy];
    }
  }
  // Something large that moves by itself must not pass for the whole picture.
  return best < 0.75 * shiftCost(before, now, 0, 0) ? [x, y] : [0, 0];
}

function shiftCost(before: Plane, now: Plane, dx: number, dy: number, best = Infinity): number {
  const { width, height } = now;
  const [left, right] = [Math.max(0, -dx), Math.min(width, width - dx)];
  const [top, bottom] = [Math.max(0, -dy), Math.min(height, height - dy)];
  let sum = 0;
  const most = best * (right - left) * (bottom - top);
  for (let row = top; row < bottom && sum < most; row++) {
    const here = row * width;
    const there = (row + dy) * width + dx;
    for (let column = left; column < right; column++) sum += Math.abs(now.data[here + column]! - before.data[there + column]!);
  }
  return sum / Math.max(1, (right - left) * (bottom - top));
}

type Candidates = readonly [Int8Array, Int8Array];

/** By shift, of which there are some two thousand; most pictures go nowhere. */
const knownCandidates = new Map<number, Candidates>();

function candidatesAround(shift: readonly [number, number]): Candidates {
  const key = shift[0] * 256 + shift[1];
  const known = knownCandidates.get(key) ?? listCandidates(shift);
  knownCandidates.set(key, known);
  return known;
}

/** Steps in half cells: where the whole picture went, and around that and around standing still. */
function listCandidates([x, y]: readonly [number, number]): Candidates {
  const close: number[] = [];
  const wide: number[] = [];
  for (let dy = -2; dy <= 2; dy++)
    for (let dx = -2; dx <= 2; dx++) {
      if (dx === 0 && dy === 0) close.push(2 * x, 2 * y);
      wide.push(2 * x + dx, 2 * y + dy);
      if (x !== 0 || y !== 0) wide.push(dx, dy);
    }
  wide.push(4, 0, -4, 0, 0, 4, 0, -4, 0, 0);
  // Small steps first: most blocks are found there.
  const pairs = Array.from({ length: wide.length / 2 }, (_, index) => [wide[2 * index]!, wide[2 * index + 1]!] as const);
  const near = pairs.toSorted(([ax, ay], [bx, by]) => Math.abs(ax) + Math.abs(ay) - Math.abs(bx) - Math.abs(by));
  return [Int8Array.from(close), Int8Array.from(near.flat())];
}

/** Enough the same to look no further, in luma steps. */
const sameEnough = 2.2;
/** Light may change by this much at most. */
const mostLight = 30;

function lightFor(gain: number, { data, width }: Plane, { x, y }: Place): number {
  let sum = 0;
  for (let row = 0; row < blockSide; row++)
    for (let column = 0; column < blockSide; column++) sum += data[(y + row) * width + x + column]!;
  return (sum / area - 16) * (1 - 1 / gain);
}

type Place = { readonly x: number; readonly y: number };

/** `light`: how much lighter the block became; absent: as much as fits best. */
function matchBlock(before: Plane, now: Plane, { x, y }: Place, candidates: Int8Array, light?: number): number {
  const { width, height } = now;
  let best = Infinity;
  for (let index = 0; index < candidates.length; index += 2) {
    const [fromX, fromY] = [x + candidates[index]!, y + candidates[index + 1]!];
    if (fromX < 0 || fromY < 0 || fromX + blockSide > width || fromY + blockSide > height) continue;
    const cost = blockCost(before.data, now.data, width, fromY * width + fromX, y * width + x, light, best);
    if (cost < best) best = cost;
    if (best < sameEnough) break;
  }
  return best;
}

const area = blockSide * blockSide;

/** Stops where it is no better than `best`. */
function blockCost(
  before: Plane['data'],
  now: Plane['data'],
  width: number,
  from: number,
  to: number,
  known: number | undefined,
  best: number,
): number {
  let light = known ?? 0;
  if (known === undefined) {
    for (let row = 0; row < blockSide; row++)
      for (let column = 0; column < blockSide; column++)
        light += now[to + row * width + column]! - before[from + row * width + column]!;
    light = Math.max(-mostLight, Math.min(mostLight, light / area));
  }
  const most = best * area;
  let sum = 0;
  for (let row = 0; row < blockSide && sum < most; row++) {
    const [here, there] = [to + row * width, from + row * width];
    for (let column = 0; column < blockSide; column++) sum += Math.abs(now[here + column]! - before[there + column]! - light);
  }
  return sum / area;
}

function deviationOf({ data, width }: Plane, { x, y }: { readonly x: number; readonly y: number }): number {
  const start = y * width + x;
  let sum = 0;
  for (let row = 0; row < blockSide; row++)
    for (let column = 0; column < blockSide; column++) sum += data[start + row * width + column]!;
  const mean = sum / area;
  let off = 0;
  for (let row = 0; row < blockSide; row++)
    for (let column = 0; column < blockSide; column++) off += Math.abs(data[start + row * width + column]! - mean);
  return off / area;
}
