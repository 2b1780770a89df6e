/** Cuts, dissolves and fades together, and the shots between them. */
import type { ShotChange, ShotFacts } from '#core/facts';
import { rangeBetween, ticksPerSecond, timeRange, zero, type Ticks, type TimeRange } from '#core/time';
import type { FoundCut } from './find-cuts.ts';
import type { FoundDissolve } from './find-dissolves.ts';

/** A fade's first and last steps may be as large as cuts. */
function edge(kind: FoundDissolve['kind']): number {
  return kind === 'fade' ? 0.2 * ticksPerSecond : 0;
}

/** From `start` to `end`, asset time. A cut inside a dissolve is a part of it. */
export function toShotFacts(
  cuts: readonly FoundCut[],
  dissolves: readonly FoundDissolve[],
  { start, end }: { readonly start: Ticks; readonly end: Ticks },
): ShotFacts {
  const changes: ShotChange[] = [
    ...cuts
      .filter(({ at }) => dissolves.every(({ from, to, kind }) => at <= from - edge(kind) || at >= to + edge(kind)))
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
