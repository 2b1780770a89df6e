/** Cuts, dissolves and fades together, and the shots between them. */
import type { ShotChange, ShotFacts } from '#core/facts';
import { rangeBetween, timeRange, zero, type Ticks, type TimeRange } from '#core/time';
import type { FoundCut } from './find-cuts.ts';
import type { FoundDissolve } from './find-dissolves.ts';

/** From `start` to `end`, asset time. A cut inside a dissolve is a part of it. */
export function toShotFacts(
  cuts: readonly FoundCut[],
  dissolves: readonly FoundDissolve[],
  { start, end }: { readonly start: Ticks; readonly end: Ticks },
): ShotFacts {
  const changes: ShotChange[] = [
    ...cuts
      .filter(({ at }) => dissolves.every(({ from, to }) => at <= from || at >= to))
      .map(({ at }): ShotChange => ({ kind: 'cut', range: timeRange(at, zero) })),
    ...dissolves.map(({ from, to, kind }): ShotChange => ({ kind, range: rangeBetween(from, to) })),
  ].sort((a, b) => a.range.start - b.range.start);
  const shots: TimeRange[] = [];
  let begun = start;
  for (const { range } of changes) {
    const middle = Math.round(range.start + range.duration / 2) as Ticks;
    if (middle <= begun) continue;
    shots.push(rangeBetween(begun, middle));
    begun = middle;
  }
  if (end > begun) shots.push(rangeBetween(begun, end));
  return { shots, changes };
}
