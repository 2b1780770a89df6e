/** Half-open stretches of time: start + duration, end excluded. */
import { ticks, type Ticks } from './ticks.ts';

/** `[start, start + duration)`, in ticks of whatever time its owner names (asset, record …). */
export type TimeRange = { readonly start: Ticks; readonly duration: Ticks };

export function timeRange(start: Ticks, duration: Ticks): TimeRange {
  return { start, duration };
}

/** The range from `start` up to but without `end`; empty where `end` is not later. */
export function rangeBetween(start: Ticks, end: Ticks): TimeRange {
  return { start, duration: ticks(Math.max(0, end - start)) };
}

export function rangeEnd(range: TimeRange): Ticks {
  return (range.start + range.duration) as Ticks;
}

export function isEmpty(range: TimeRange): boolean {
  return range.duration <= 0;
}

export function contains(range: TimeRange, time: Ticks): boolean {
  return time >= range.start && time < range.start + range.duration;
}

export function overlaps(a: TimeRange, b: TimeRange): boolean {
  return a.start < rangeEnd(b) && b.start < rangeEnd(a);
}

/** What `a` and `b` share, or undefined where they share nothing. */
export function intersect(a: TimeRange, b: TimeRange): TimeRange | undefined {
  const start = Math.max(a.start, b.start);
  const end = Math.min(rangeEnd(a), rangeEnd(b));
  return end > start ? { start: start as Ticks, duration: (end - start) as Ticks } : undefined;
}

/** Sorts, drops empty ranges and joins those that touch or overlap. */
export function unite(ranges: readonly TimeRange[]): TimeRange[] {
  const sorted = ranges.filter((range) => range.duration > 0).toSorted((a, b) => a.start - b.start);
  const united: TimeRange[] = [];
  for (const range of sorted) {
    const last = united.at(-1);
    if (last !== undefined && range.start <= rangeEnd(last)) {
      united[united.length - 1] = rangeBetween(last.start, Math.max(rangeEnd(last), rangeEnd(range)) as Ticks);
    } else united.push(range);
  }
  return united;
}

/** What is left of `whole` without `holes`; sorted and disjoint. */
export function subtractRanges(whole: TimeRange, holes: readonly TimeRange[]): TimeRange[] {
  const left: TimeRange[] = [];
  let position = whole.start;
  for (const hole of unite(holes)) {
    if (hole.start > position) {
      const kept = intersect(whole, rangeBetween(position, hole.start));
      if (kept !== undefined) left.push(kept);
    }
    position = Math.max(position, rangeEnd(hole)) as Ticks;
  }
  const tail = intersect(whole, rangeBetween(position, rangeEnd(whole)));
  if (tail !== undefined) left.push(tail);
  return left;
}

export function totalDuration(ranges: readonly TimeRange[]): Ticks {
  return ranges.reduce((sum, range) => sum + range.duration, 0) as Ticks;
}
