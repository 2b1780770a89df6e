/**
 * From the way a camera shook to where each picture is moved so that it does not: the way is drawn taut inside the room that
 * the zoom leaves, so that shaking goes, a pan stays a pan, and no edge of the picture is ever seen.
 */
import type { MotionFacts } from '#core/facts';
import { rangeEnd, ticksPerSecond, type Ticks, type TimeRange } from '#core/time';
import type { StabilizeEffect } from '#core/timeline';
import type { PicturePath } from './render-plan.ts';
import { readoutOf } from './rolling-shutter.ts';
import { steadyShot, type SteadyShot } from './steady-shot.ts';

const million = 1e6;

/**
 * The path for the pictures of `range` (asset time; a second more on both sides, for handles). `aspect` is height over width of the
 * picture as it is coded, in square pixels.
 */
export function steadyPath(motion: MotionFacts, range: TimeRange, aspect: number, effect: StabilizeEffect): PicturePath {
  const { shots, at } = steadyShots(motion, range, aspect, effect);
  return joinShots(shots, at);
}

/** What holding still would come to, in per cent of the picture's width as shaking is measured, and most that it enlarges. */
export type SteadyForecast = { readonly shakePercent: number; readonly leftPercent: number; readonly zoom: number };

/** Foretold from the motion alone, in milliseconds for a minute of pictures. Shape: `steadyPath`. */
export function forecastSteady(motion: MotionFacts, range: TimeRange, aspect: number, effect: StabilizeEffect): SteadyForecast {
  const { shots, at } = steadyShots(motion, range, aspect, effect);
  const percent = (squares: number) => 100 * Math.sqrt(squares / Math.max(1, at.length));
  return {
    shakePercent: percent(shots.reduce((sum, { before }) => sum + before, 0)),
    leftPercent: percent(shots.reduce((sum, { left }) => sum + left, 0)),
    zoom: shots.reduce((most, shot) => shot.zoom.reduce((a, b) => Math.max(a, b), most), 1),
  };
}

function steadyShots(
  motion: MotionFacts,
  range: TimeRange,
  aspect: number,
  { strength, maxZoom }: StabilizeEffect,
): { readonly shots: readonly SteadyShot[]; readonly at: readonly Ticks[] } {
  const slack = ticksPerSecond;
  const first = Math.max(0, firstAfter(motion.at, range.start - slack) - 1);
  const end = firstAfter(motion.at, rangeEnd(range) + slack);
  const starts = new Set<number>(motion.starts);
  const readout = readoutOf(motion, aspect);
  const shots: SteadyShot[] = [];
  let begun = first;
  for (let index = first + 1; index <= end; index++) {
    if (index < end && !starts.has(motion.at[index]!)) continue;
    shots.push(steadyShot(motion, begun, index, { aspect, strength, maxZoom, readout }));
    begun = index;
  }
  return { shots, at: motion.at.slice(first, end) };
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
    ...(path.leanX === undefined || path.leanY === undefined ? {} : { leanX: part(path.leanX), leanY: part(path.leanY) }),
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

/** The least enlargement of any picture is that of all; what others have beyond it is their growth. */
function joinShots(shots: readonly SteadyShot[], at: readonly Ticks[]): PicturePath {
  // Rounding may ask for a hair more than there is.
  const zoom = Math.ceil(shots.reduce((least, shot) => shot.zoom.reduce((a, b) => Math.min(a, b), least), Infinity) * 1e4) / 1e4;
  const path: Record<'x' | 'y' | 'turn' | 'growth', number[]> = { x: [], y: [], turn: [], growth: [] };
  const leans: Record<'leanX' | 'leanY', number[]> = { leanX: [], leanY: [] };
  for (const { moves, leans: lean, zoom: own } of shots) {
    for (let index = 0; index < own.length; index++) {
      const further = Math.max(1, own[index]! / zoom);
      path.x.push(whole(further * moves.x[index]!));
      path.y.push(whole(further * moves.y[index]!));
      path.turn.push(whole(moves.turn[index]!));
      path.growth.push(whole(further * (1 + moves.growth[index]!) - 1));
      leans.leanX.push(whole(lean.x[index]!));
      leans.leanY.push(whole(lean.y[index]!));
    }
  }
  const isRolling = leans.leanX.some((value) => value !== 0) || leans.leanY.some((value) => value !== 0);
  return { at, ...path, ...(isRolling ? leans : {}), zoom };
}

/** In millionths, without a negative zero, which JSON does not know. */
function whole(value: number): number {
  return Math.round(value * million) || 0;
}
