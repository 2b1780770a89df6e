/** Which pictures shake: only those are held still, since every picture that is held must be drawn and encoded anew. */
import type { ShakeFacts, ShotFacts } from '#core/facts';
import { intersect, rangeBetween, rangeEnd, snapToFrame, ticks, timeRange, type Ticks, type TimeRange } from '#core/time';
import { sourceToRecord, type Timeline } from '#core/timeline';
import type { PlacedClip } from './sound-clips.ts';

/** Unrest that nobody sees, in per cent of the width; somebody who talks before a tripod comes to 0.08. */
const steadyPercent = 0.1;
/** Beside footage that shakes four times as much, unrest is none. */
const faintShare = 0.25;

/** Root mean square over the stretch, in per cent of the width; windows that lie mostly elsewhere do not count. */
export function unrestOf({ ranges }: ShakeFacts, stretch: TimeRange): number {
  const share = (range: TimeRange): number => (intersect(range, stretch)?.duration ?? 0) / range.duration;
  const mostly = ranges.filter((range) => share(range) >= 0.5);
  const used = mostly.length > 0 ? mostly : ranges.filter((range) => share(range) > 0);
  return Math.sqrt(used.reduce((sum, { shakePercent }) => sum + shakePercent ** 2, 0) / Math.max(1, used.length));
}

/** Whether somebody would see it, next to `worst`, the most unrest there is. */
export function isShaky(percent: number, worst: number): boolean {
  return percent >= Math.max(steadyPercent, faintShare * worst);
}

export type SeenClip = PlacedClip & { readonly shake: ShakeFacts; readonly shots: ShotFacts };

/** Hard cuts inside clips, in record time, where a shot that shakes meets one that does not. */
export function shakyBorders(clips: readonly SeenClip[], { frameRate }: Pick<Timeline, 'frameRate'>): Ticks[] {
  const parts = clips.map((placed) => ({ placed, stretches: stretchesOf(placed) }));
  const unrest = parts.map(({ placed, stretches }) => stretches.map((stretch) => unrestOf(placed.shake, stretch)));
  const worst = Math.max(0, ...unrest.flat());
  return parts.flatMap(({ placed, stretches }, index) =>
    stretches.slice(1).flatMap((stretch, before) => {
      const [left, right] = [unrest[index]![before]!, unrest[index]![before + 1]!];
      if (isShaky(left, worst) === isShaky(right, worst)) return [];
      const at = sourceToRecord(placed.clip, placed.range.start, timeRange(stretch.start, ticks(1)))?.start;
      if (at === undefined) return [];
      const frame = snapToFrame(at, frameRate);
      return frame > placed.range.start && frame < rangeEnd(placed.range) ? [frame] : [];
    }),
  );
}

/** A clip's part of the source from hard cut to hard cut. */
function stretchesOf({ clip, shots }: SeenClip): TimeRange[] {
  const { sourceRange } = clip;
  const end = rangeEnd(sourceRange);
  const cuts = shots.changes
    .filter(({ kind, range }) => kind === 'cut' && range.start > sourceRange.start && range.start < end)
    .map(({ range }) => range.start);
  return [sourceRange.start, ...cuts].map((start, index) => rangeBetween(start, cuts[index] ?? end));
}
