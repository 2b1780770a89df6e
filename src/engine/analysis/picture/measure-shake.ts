/** The way of the camera, picture by picture, and how much of it is unrest: what is faster than a hand pans. */
import type { MotionFacts, ShakeFacts, ShakeRange } from '#core/facts';
import { rangeBetween, rangeEnd, ticksPerSecond, type Ticks, type TimeRange } from '#core/time';
import type { Sight } from './change.ts';
import { stoodStill, type Motion } from './motion.ts';

/** Movement slower than a wave of this length is a pan. */
export const panSeconds = 1;
const rangeSeconds = 2;
const million = 1e6;

export type MotionRecorder = {
  push(sight: Sight, motion: Motion | undefined): void;
  finish(cuts: readonly Ticks[]): MotionFacts;
  /** For every picture the share of its parts that have something to follow. */
  filled(): readonly number[];
};

/** Where a stretch began, and how far the camera seems to have come since. */
type Since = Pick<Motion, 'x' | 'y' | 'turn' | 'growth'> & { readonly sight: Sight; readonly last: number };

/** From this distance on it is asked whether the camera moved at all, and after so many pictures at the latest it is begun anew. */
const [farCells, mostTogether] = [2.5, 60];

/** Rounded to millionths, which is a five-hundredth of a pixel in 1080p. */
export function createMotionRecorder(): MotionRecorder {
  const at: Ticks[] = [];
  const filled: number[] = [];
  const lists = { x: [] as number[], y: [] as number[], turn: [] as number[], growth: [] as number[], trust: [] as number[] };
  const leans = { leanX: [] as number[], leanY: [] as number[] };
  let since: Since | undefined;

  /** Over a stretch it shows what from picture to picture does not: whether the camera moved, or only somebody before it. */
  function settle(sight: Sight, motion: Motion | undefined): void {
    const last = at.length - 1;
    if (motion === undefined || since === undefined) {
      since = { sight, last, x: 0, y: 0, turn: 0, growth: 0 };
      return;
    }
    since = {
      ...since,
      x: since.x + motion.x,
      y: since.y + motion.y,
      turn: since.turn + motion.turn,
      growth: since.growth + motion.growth,
    };
    const isFar = Math.hypot(since.x, since.y) > farCells;
    if (!isFar && last - since.last < mostTogether) return;
    if (isFar && stoodStill(since.sight, sight, since))
      for (const list of [lists.x, lists.y, lists.turn, lists.growth, leans.leanX, leans.leanY]) list.fill(0, since.last + 1);
    since = { sight, last, x: 0, y: 0, turn: 0, growth: 0 };
  }

  return {
    push(sight, found) {
      // Where nothing could be followed, what was found is no more than a guess.
      const motion = found?.trust === 0 ? undefined : found;
      at.push(sight.at);
      filled.push(filledShare(sight));
      const unit = million / sight.width;
      lists.x.push(whole((motion?.x ?? 0) * unit));
      lists.y.push(whole((motion?.y ?? 0) * unit));
      lists.turn.push(whole((motion?.turn ?? 0) * million));
      lists.growth.push(whole((motion?.growth ?? 0) * million));
      leans.leanX.push(whole((motion?.leanX ?? 0) * million));
      leans.leanY.push(whole((motion?.leanY ?? 0) * million));
      lists.trust.push(Math.round((motion?.trust ?? 0) * 100));
      settle(sight, motion);
    },
    finish(cuts) {
      const starts = new Set<number>(cuts);
      for (const [index, stamp] of at.entries())
        if (starts.has(stamp)) for (const list of Object.values({ ...lists, ...leans })) list[index] = 0;
      return { at, starts: at.filter((stamp) => starts.has(stamp)), ...lists, ...leans };
    },
    filled: () => filled,
  };
}

/** Parts of the picture, across and down, and the luma deviation from which on one is not blank. */
const [columns, rows, leastDeviation] = [4, 3, 5];

function filledShare({ quarter: { width, height, data } }: Sight): number {
  let count = 0;
  for (let part = 0; part < columns * rows; part++) {
    const [left, top] = [part % columns, Math.floor(part / columns)];
    let [sum, squares, cells] = [0, 0, 0];
    for (let y = Math.floor((top * height) / rows); y < Math.floor(((top + 1) * height) / rows); y++)
      for (let x = Math.floor((left * width) / columns); x < Math.floor(((left + 1) * width) / columns); x++) {
        const value = data[y * width + x]!;
        sum += value;
        squares += value * value;
        cells++;
      }
    if (cells > 0 && squares / cells - (sum / cells) ** 2 > leastDeviation ** 2) count++;
  }
  return count / (columns * rows);
}

/** Without a negative zero, which JSON does not know. */
function whole(value: number): number {
  return Math.round(value) || 0;
}

/** `end`: when the last picture goes; `filled`: as the recorder has it, all of it where it is not known. */
export function measureShake(
  motion: MotionFacts,
  cuts: readonly Ticks[],
  end: Ticks,
  filled: readonly number[] = motion.at.map(() => 1),
): ShakeFacts {
  const unrest = motionUnrest(motion, cuts);
  for (const [from, to] of shotsOf(motion, cuts)) if (isScreen(motion, from, to)) unrest.fill(0, from, to);
  const ranges: ShakeRange[] = [];
  let [from, allSquares] = [0, 0];
  for (let index = 0; index <= motion.at.length; index++) {
    const isOver = index === motion.at.length || motion.at[index]! - motion.at[from]! >= rangeSeconds * ticksPerSecond;
    if (!isOver || index === from) continue;
    let [squares, x, y] = [0, 0, 0];
    for (let place = from; place < index; place++) {
      squares += unrest[place]!;
      x += motion.x[place]!;
      y += motion.y[place]!;
    }
    allSquares += squares;
    const range: TimeRange = rangeBetween(
      motion.at[from]!,
      index === motion.at.length ? maxOf(end, motion.at[index - 1]! + 1) : motion.at[index]!,
    );
    const seconds = (rangeEnd(range) - range.start) / ticksPerSecond;
    ranges.push({
      ...range,
      shakePercent: percent(Math.sqrt(squares / (index - from))),
      panPercent: percent(Math.hypot(x, y) / million / seconds),
      usualPercent: percent(Math.sqrt(unrest.slice(from, index).sort()[(index - from) >> 2]!)),
      filled: Math.round((filled.slice(from, index).reduce((sum, share) => sum + share, 0) / (index - from)) * 100) / 100,
    });
    from = index;
  }
  return { ranges, shakePercent: percent(Math.sqrt(allSquares / Math.max(1, motion.at.length))) };
}

/** So many steps without any movement in a row, and this share of all steps in such rows, no camera has; doubled pictures come one by one. */
const [leastStill, screenShare] = [6, 0.4];

/** First pictures of shots, and those behind their last ones. */
function shotsOf({ at }: MotionFacts, cuts: readonly Ticks[]): (readonly [number, number])[] {
  const starts = new Set<number>(cuts);
  const first = [0, ...at.keys().filter((index) => index > 0 && starts.has(at[index]!))];
  return first.map((from, index) => [from, first[index + 1] ?? at.length] as const);
}

/** A recorded screen, slides: what moves there is scrolled, not shaken. */
function isScreen({ x, y, turn, growth }: MotionFacts, from: number, to: number): boolean {
  let [run, still] = [0, 0];
  for (let index = from; index <= to; index++) {
    const stands = index < to && x[index] === 0 && y[index] === 0 && turn[index] === 0 && growth[index] === 0;
    if (!stands && run >= leastStill) still += run;
    run = stands ? run + 1 : 0;
  }
  return still > screenShare * (to - from);
}

function maxOf(a: number, b: number): Ticks {
  return Math.max(a, b) as Ticks;
}

function percent(share: number): number {
  return Math.round(share * 1e5) / 1e3;
}

/** For every picture the square of how far it is from the quiet way, in widths; turns count at a third of the width. */
function motionUnrest({ at, x, y, turn }: MotionFacts, cuts: readonly Ticks[]): Float64Array {
  const starts = new Set<number>(cuts);
  const squares = new Float64Array(at.length);
  for (const list of [x, y, turn.map((value) => value / 3)]) {
    const path = new Float64Array(at.length);
    for (let index = 1; index < at.length; index++) path[index] = path[index - 1]! + list[index]! / million;
    const quiet = quietPath(path, at, starts);
    for (let index = 0; index < at.length; index++) squares[index]! += (path[index]! - quiet[index]!) ** 2;
  }
  return squares;
}

/** A mean with Gaussian weights over about a second, twice, within shots; straight pans stay what they are. */
export function quietPath(path: Float64Array, at: readonly Ticks[], starts: ReadonlySet<number>): Float64Array {
  const result = new Float64Array(path.length);
  const deviation = (panSeconds / 2.5) * ticksPerSecond;
  let first = 0;
  for (let index = 0; index < path.length; index++) {
    if (starts.has(at[index]!)) first = index;
    let last = index;
    while (last + 1 < path.length && !starts.has(at[last + 1]!) && at[last + 1]! - at[index]! < 2.5 * deviation) last++;
    // A line through the neighbours, not their mean: at the ends of a shot the mean lags behind a pan.
    let [w, wt, wtt, wv, wtv] = [0, 0, 0, 0, 0];
    for (let place = last; place >= first; place--) {
      const time = (at[place]! - at[index]!) / deviation;
      if (time < -2.5) break;
      const weight = Math.exp((-time * time) / 2);
      w += weight;
      wt += weight * time;
      wtt += weight * time * time;
      wv += weight * path[place]!;
      wtv += weight * time * path[place]!;
    }
    const det = w * wtt - wt * wt;
    result[index] = det > 1e-9 * w * w ? (wv * wtt - wt * wtv) / det : wv / w;
  }
  return result;
}
