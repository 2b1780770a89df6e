/** Cuts, dissolves and fades together, and the shots between them. */
import type { ShotChange, ShotFacts } from '#core/facts';
import { rangeBetween, ticksPerSecond, timeRange, zero, type Ticks, type TimeRange } from '#core/time';
import type { FoundCut } from './find-cuts.ts';
import type { FoundDissolve } from './find-dissolves.ts';

/** A fade's first and last steps may be as large as cuts. */
const edgeTicks = 0.2 * ticksPerSecond;

function edge(kind: FoundDissolve['kind']): number {
  return kind === 'fade' ? edgeTicks : 0;
}

type Blend = Pick<FoundDissolve, 'from' | 'to' | 'kind'>;

/** With the large step that a fade begins or ends with, which looks like a cut out of or into a plain picture. */
function withLargeSteps(blend: Blend, cuts: readonly FoundCut[]): Blend {
  const first = cuts.find(({ at, fromPlain }) => fromPlain && Math.abs(at - blend.from) <= edgeTicks);
  const last = cuts.find(({ at, toPlain }) => toPlain && Math.abs(at - blend.to) <= edgeTicks);
  if (first === undefined && last === undefined) return blend;
  const [from, to] = [Math.min(blend.from, first?.before ?? blend.from), Math.max(blend.to, last?.at ?? blend.to)];
  return { kind: 'fade', from: from as Ticks, to: to as Ticks };
}

/** From `start` to `end`, asset time. A cut inside a dissolve is a part of it. */
export function toShotFacts(
  cuts: readonly FoundCut[],
  dissolves: readonly FoundDissolve[],
  { start, end }: { readonly start: Ticks; readonly end: Ticks },
): ShotFacts {
  const blends = dissolves.map((blend) => withLargeSteps(blend, cuts));
  const changes: ShotChange[] = [
    ...cuts
      .filter(({ at }) => blends.every(({ from, to, kind }) => at <= from - edge(kind) || at >= to + edge(kind)))
      .map(({ at }): ShotChange => ({ kind: 'cut', range: timeRange(at, zero) })),
    ...blends.map(({ from, to, kind }): ShotChange => ({ kind, range: rangeBetween(from, to) })),
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
