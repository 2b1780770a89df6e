/**
 * From the way a camera shook to where each picture is moved so that it does not: the way is drawn taut inside the room that
 * the zoom leaves, so that shaking goes, a pan stays a pan, and no edge of the picture is ever seen.
 */
import type { MotionFacts } from '#core/facts';
import { rangeEnd, ticksPerSecond, type Ticks, type TimeRange } from '#core/time';
import type { StabilizeEffect } from '#core/timeline';
import type { PicturePath } from './render-plan.ts';

const million = 1e6;
/** Share of the points that must have moved alike for a motion to count. */
const leastTrust = 12;
/** Standard deviation of one smoothing, and how often it is done: together about two seconds. */
const smoothSeconds = 0.3;
const rounds = 40;
/** Room is shared between turns and shifts: shares for turns that are tried, the one that leaves least is taken. */
const turnShares = [0.08, 0.2, 0.4, 0.65, 0.9];
/** Room kept for rounding, in widths: a third of a pixel of 1080p. */
const spare = 0.0002;

/**
 * The path for the pictures of `range` (asset time; a second more on both sides, for handles). `aspect` is height over width of the
 * picture as it is coded, in square pixels.
 */
export function steadyPath(
  motion: MotionFacts,
  range: TimeRange,
  aspect: number,
  { strength, maxZoom }: StabilizeEffect,
): PicturePath {
  const slack = ticksPerSecond;
  const first = Math.max(0, firstAfter(motion.at, range.start - slack) - 1);
  const end = firstAfter(motion.at, rangeEnd(range) + slack);
  const starts = new Set<number>(motion.starts);
  const path: { at: Ticks[]; x: number[]; y: number[]; turn: number[]; growth: number[] } = {
    at: [],
    x: [],
    y: [],
    turn: [],
    growth: [],
  };
  let begun = first;
  for (let index = first + 1; index <= end; index++) {
    if (index < end && !starts.has(motion.at[index]!)) continue;
    const shot = steadyShot(motion, begun, index, { aspect, strength, maxZoom });
    for (const key of ['x', 'y', 'turn', 'growth'] as const)
      for (const value of shot[key]) path[key].push(Math.round(value * million));
    for (let place = begun; place < index; place++) path.at.push(motion.at[place]!);
    begun = index;
  }
  return { ...path, zoom: neededZoom(path, aspect, maxZoom) };
}

/** The part of a path that pictures shown over `source` need. */
export function partOfPath(path: PicturePath, source: TimeRange): PicturePath {
  const first = Math.max(0, firstAfter(path.at, source.start) - 2);
  const end = firstAfter(path.at, rangeEnd(source)) + 1;
  const part = <Value>(list: readonly Value[]) => list.slice(first, end);
  return {
    at: part(path.at),
    x: part(path.x),
    y: part(path.y),
    turn: part(path.turn),
    growth: part(path.growth),
    zoom: path.zoom,
  };
}

/** The first that lies after `time`. */
function firstAfter(at: readonly Ticks[], time: number): number {
  let [low, high] = [0, at.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[middle]! > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

type Room = Pick<StabilizeEffect, 'strength' | 'maxZoom'> & { readonly aspect: number };
type Moves = { readonly x: Float64Array; readonly y: Float64Array; readonly turn: Float64Array; readonly growth: Float64Array };

/** Corrections for pictures `from` … `to` of one shot. */
function steadyShot(motion: MotionFacts, from: number, to: number, { aspect, strength, maxZoom }: Room): Moves {
  const count = to - from;
  const sum = (list: readonly number[]) => {
    const path = new Float64Array(count);
    for (let index = 1; index < count; index++)
      path[index] = path[index - 1]! + (motion.trust[from + index]! >= leastTrust ? list[from + index]! / million : 0);
    return path;
  };
  const seconds = (motion.at[to - 1]! - motion.at[from]!) / ticksPerSecond;
  const kernel = kernelFor(count > 1 ? (count - 1) / Math.max(1e-3, seconds) : 25);
  const way = { x: sum(motion.x), y: sum(motion.y), turn: sum(motion.turn), growth: sum(motion.growth) };
  // Growing in and out is the least of what is seen, and takes room from all else.
  const growth = correction(way.growth, () => 0.04 * (maxZoom - 1), kernel);
  let best: (Moves & { readonly unrest: number }) | undefined;
  for (const share of turnShares) {
    const most = share * (1 - 1 / maxZoom) * Math.min(aspect, 1 / aspect);
    const turn = correction(way.turn, () => most, kernel);
    const roomAt = (index: number, side: 'x' | 'y') =>
      roomFor(side, { turn: turn[index]!, growth: growth[index]!, zoom: maxZoom, aspect });
    const x = correction(way.x, (index) => roomAt(index, 'x'), kernel);
    const y = correction(way.y, (index) => roomAt(index, 'y'), kernel);
    const unrest = unrestOf(way.x, x, kernel) + unrestOf(way.y, y, kernel) + unrestOf(way.turn, turn, kernel) / 9;
    if (best === undefined || unrest < best.unrest) best = { x, y, turn, growth, unrest };
  }
  const part = (list: Float64Array) => list.map((value) => strength * value);
  return { x: part(best!.x), y: part(best!.y), turn: part(best!.turn), growth: part(growth) };
}

/** Sum of squares of what is left after the correction that is faster than a smoothing. */
function unrestOf(way: Float64Array, added: Float64Array, kernel: Float64Array): number {
  const held = way.map((value, index) => value + added[index]!);
  const quiet = smooth(held, kernel);
  return held.reduce((sum, value, index) => sum + (value - quiet[index]!) ** 2, 0);
}

type Pose = { readonly turn: number; readonly growth: number; readonly zoom: number; readonly aspect: number };

/** How far a picture that is turned and enlarged may be shifted without an edge coming into view, in widths. */
function roomFor(side: 'x' | 'y', { turn, growth, zoom, aspect }: Pose): number {
  const [cos, sin] = [Math.cos(turn), Math.abs(Math.sin(turn))];
  const [half, shown] = side === 'x' ? [0.5, 0.5 * cos + 0.5 * aspect * sin] : [0.5 * aspect, 0.5 * aspect * cos + 0.5 * sin];
  // A shift along the other side counts a little too where the picture is turned.
  return Math.max(0, half * (1 + growth) - shown / zoom - 0.08 * sin - spare);
}

/** What is added to a way so that it becomes quiet: smoothed and held to its room by turns, which draws it taut. */
function correction(way: Float64Array, roomAt: (index: number) => number, kernel: Float64Array): Float64Array {
  let quiet: Float64Array = Float64Array.from(way);
  const room = Float64Array.from(way, (_, index) => roomAt(index));
  for (let round = 0; round < rounds; round++) {
    quiet = smooth(quiet, kernel);
    for (let index = 0; index < quiet.length; index++)
      quiet[index] = Math.max(way[index]! - room[index]!, Math.min(way[index]! + room[index]!, quiet[index]!));
  }
  return quiet.map((value, index) => value - way[index]!);
}

function kernelFor(picturesPerSecond: number): Float64Array {
  const deviation = Math.max(0.8, smoothSeconds * picturesPerSecond);
  const reach = Math.ceil(2.5 * deviation);
  return Float64Array.from({ length: reach + 1 }, (_, index) => Math.exp(-0.5 * (index / deviation) ** 2));
}

/** Ends are carried on as straight as they came, turned about the last point: a pan at the end of a shot is not slowed down. */
function smooth(values: Float64Array, kernel: Float64Array): Float64Array {
  const last = values.length - 1;
  const at = (index: number): number => {
    if (index < 0) return 2 * values[0]! - values[Math.min(last, -index)]!;
    if (index > last) return 2 * values[last]! - values[Math.max(0, 2 * last - index)]!;
    return values[index]!;
  };
  const result = new Float64Array(values.length);
  for (let index = 0; index < values.length; index++) {
    let sum = kernel[0]! * values[index]!;
    let weights = kernel[0]!;
    for (let step = 1; step < kernel.length; step++) {
      sum += kernel[step]! * (at(index - step) + at(index + step));
      weights += 2 * kernel[step]!;
    }
    result[index] = sum / weights;
  }
  return result;
}

/** The least zoom under which all of the path has room. */
function neededZoom(path: Omit<PicturePath, 'zoom'>, aspect: number, maxZoom: number): number {
  let zoom = 1;
  for (let index = 0; index < path.at.length; index++) {
    const turn = path.turn[index]! / million;
    const growth = 1 + path.growth[index]! / million;
    const [cos, sin] = [Math.cos(turn), Math.abs(Math.sin(turn))];
    const [sx, sy] = [path.x[index]! / million, path.y[index]! / million];
    const [x, y] = [Math.abs(cos * sx) + sin * Math.abs(sy) + spare, Math.abs(cos * sy) + sin * Math.abs(sx) + spare];
    zoom = Math.max(
      zoom,
      (0.5 * cos + 0.5 * aspect * sin) / Math.max(0.1, 0.5 * growth - x),
      (0.5 * aspect * cos + 0.5 * sin) / Math.max(0.1 * aspect, 0.5 * aspect * growth - y),
    );
  }
  // Rounding may ask for a hair more than there is.
  return Math.min(Math.ceil(zoom * 1e4) / 1e4, maxZoom * 1.002);
}
