/** From where what matters is seen to where a crop looks: as a camera operator would, who moves late, little and gently. Pure. */
import type { FramingFacts } from '#core/facts';
import { milliseconds, rangeEnd, subtractTicks, toMilliseconds, type Ticks, type TimeRange } from '#core/time';
import type { FollowEffect } from '#core/timeline';

type Point = { readonly at: Ticks; readonly x: number; readonly y: number };

/** How far from the middle of the window the subject may be, as a share of half of it, before the window moves. */
const tolerance = 0.2;
const rounds = 60;
/** Before a change of shot: the last look at the shot that ends. */
const jump = milliseconds(2);

/**
 * Points for what is used of a recording. `subject` in fractions of the upright picture; `window`: the part that is seen, the same
 * unit; `starts`: where shots begin. Undefined where the middle is as good.
 */
export function followPath(
  subject: FramingFacts['subject'],
  used: TimeRange,
  { window, starts }: { readonly window: { readonly width: number; readonly height: number }; readonly starts: readonly Ticks[] },
): FollowEffect | undefined {
  const edges = [used.start, ...starts.filter((at) => at > used.start && at < rangeEnd(used)), rangeEnd(used)];
  const points: Point[] = [];
  for (let index = 0; index + 1 < edges.length; index++) {
    const [from, to] = [edges[index]!, edges[index + 1]!];
    const seen = subject.filter(({ at }) => at >= from && at < to);
    const looks = seen.length === 0 ? [{ at: from, x: 0.5, y: 0.5 }] : operate(seen, window);
    const end = index + 2 < edges.length ? subtractTicks(to, jump) : to;
    const inside = looks.filter(({ at }) => at > from && at < end);
    points.push({ ...looks[0]!, at: from }, ...inside, { ...looks.at(-1)!, at: end });
  }
  const whole = points.map(({ at, x, y }) => ({ at: milliseconds(Math.max(0, Math.round(toMilliseconds(at)))), x, y }));
  const rising = withoutNeedless(whole.filter(({ at }, index) => index === 0 || at > whole[index - 1]!.at));
  const moves = rising.some(({ x, y }) => Math.abs(x - 0.5) > 0.01 || Math.abs(y - 0.5) > 0.01);
  return moves ? { name: 'follow', points: rising } : undefined;
}

function operate(seen: readonly Point[], window: { readonly width: number; readonly height: number }): Point[] {
  const x = taut(median(seen.map((point) => point.x)), window.width);
  const y = taut(median(seen.map((point) => point.y)), window.height);
  return seen.map(({ at }, index) => ({ at, x: rounded(x[index]!), y: rounded(y[index]!) }));
}

/** Drawn as straight as it goes while the subject stays near the middle of the window; never beyond the picture. */
function taut(places: readonly number[], window: number): number[] {
  const [least, most] = [Math.min(0.5, window / 2), Math.max(0.5, 1 - window / 2)];
  const room = (tolerance * window) / 2;
  const held = (value: number, index: number) => {
    const near = Math.max(places[index]! - room, Math.min(places[index]! + room, value));
    return Math.max(least, Math.min(most, near));
  };
  let path = places.map(held);
  for (let round = 0; round < rounds; round++) {
    const at = (index: number) => path[Math.max(0, Math.min(path.length - 1, index))]!;
    path = path.map((value, index) =>
      held(0.3 * value + 0.25 * (at(index - 1) + at(index + 1)) + 0.1 * (at(index - 2) + at(index + 2)), index),
    );
  }
  return path;
}

/** Of five: one look at something else does not count. */
function median(values: readonly number[]): number[] {
  return values.map((_, index) => {
    const near = values.slice(Math.max(0, index - 2), index + 3).toSorted((a, b) => a - b);
    return near[near.length >> 1]!;
  });
}

/** Points on the straight line between their neighbours say nothing while the window stands. */
function withoutNeedless(points: readonly Point[]): Point[] {
  return points.filter((point, index) => {
    const [before, after] = [points[index - 1], points[index + 1]];
    if (before === undefined || after === undefined) return true;
    return [before, after].some(({ x, y }) => x !== point.x || y !== point.y);
  });
}

function rounded(value: number): number {
  return Math.round(Math.max(0, Math.min(1, value)) * 1e4) / 1e4;
}
