/** Pauses that are played faster instead of being cut out: the picture goes on, nobody waits. */
import { ratio, rangeEnd, type Ticks, type TimeRange } from '#core/time';
import type { Clip, Edit, Timeline } from '#core/timeline';
import { placedClips } from './sound-clips.ts';
import type { Workspace } from './tool.ts';

/** Splits at both ends of every stretch and a speed for what lies between; music keeps its tempo. */
export function pauseSpeedEdits(workspace: Workspace, ranges: readonly TimeRange[], factor: number): Edit[] {
  const timeline = workspace.timeline();
  const edges = new Set(
    (['video', 'audio'] as const).flatMap((kind) =>
      placedClips(timeline, kind).flatMap(({ range }) => [range.start, rangeEnd(range)]),
    ),
  );
  const splits = ranges
    .flatMap((range) => [range.start, rangeEnd(range)])
    .filter((at) => !edges.has(at))
    .map((at): Edit => ({ kind: 'split', at }));
  const parted = workspace.preview(splits);
  const speed = ratio(Math.round(factor * 100), 100);
  const seen = new Set<string>();
  const inside = [...placedClips(parted, 'video'), ...placedClips(parted, 'audio')].filter(
    ({ track, range }) =>
      track.follows === 'ripple' && ranges.some((own) => range.start >= own.start && rangeEnd(range) <= rangeEnd(own)),
  );
  const faster = inside.flatMap(({ clip }): Edit[] => {
    const group = clip.linkId ?? clip.id;
    if (seen.has(group)) return [];
    seen.add(group);
    // On top of how fast it plays already.
    return [{ kind: 'set-speed', itemId: clip.id, speed: ratio(clip.speed.num * speed.num, clip.speed.den * speed.den) }];
  });
  return [...splits, ...faster];
}

export type FasterPause = { readonly edits: readonly Edit[]; readonly range: TimeRange };

/** The stretch near a time that plays faster than what it was parted from, and the edits that give it its speed back. */
export function fasterPauseAt(timeline: Timeline, at: Ticks, reach: Ticks): FasterPause | undefined {
  const placed = (['video', 'audio'] as const).flatMap((kind) => placedClips(timeline, kind));
  const found = placed
    .filter(({ track }) => track.follows === 'ripple')
    .flatMap((own) => {
      const beside = placed.find(
        ({ track, clip, range }) =>
          track === own.track &&
          clip.assetId === own.clip.assetId &&
          speedOf(clip) < speedOf(own.clip) &&
          (rangeEnd(range) === own.range.start || range.start === rangeEnd(own.range)),
      );
      return beside === undefined ? [] : [{ ...own, speed: beside.clip.speed }];
    })
    .map((own) => ({ ...own, far: Math.max(0, own.range.start - at, at - rangeEnd(own.range)) }))
    .filter(({ far }) => far <= reach)
    .toSorted((a, b) => a.far - b.far)[0];
  return found === undefined
    ? undefined
    : { range: found.range, edits: [{ kind: 'set-speed', itemId: found.clip.id, speed: found.speed }] };
}

function speedOf({ speed }: Clip): number {
  return speed.num / speed.den;
}
