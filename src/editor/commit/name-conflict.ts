/** What two writers both changed, in words that people know: which clip, title or track, and where it is now. */
import type { Asset } from '#core/asset';
import { formatClock } from '#core/time';
import { itemsWithRanges, type Item, type Timeline } from '#core/timeline';

/** More names than this say nothing more. */
const most = 3;

/** Never empty: where no clip was changed by both, it is the place of clips that another change moved. */
export function nameConflict(sides: {
  readonly start: Timeline;
  readonly current: Timeline;
  /** Absent: what was wanted does not fit at all any more. */
  readonly ours: Timeline | undefined;
  readonly assets: readonly Asset[];
}): string {
  const { start, current, ours, assets } = sides;
  const theirs = changedIn(start, current);
  const mine = ours === undefined ? undefined : changedIn(start, ours);
  const both = mine === undefined ? [...theirs] : [...theirs].filter((id) => mine.has(id));
  const names = [
    ...new Set((both.length > 0 ? both : [...(mine ?? theirs)]).map((id) => nameIn(current, start, id, assets))),
  ].filter((name) => name !== '');
  if (names.length === 0) return 'the timeline as a whole';
  return names.length > most ? `${names.slice(0, most).join(', ')} and ${names.length - most} more` : names.join(', ');
}

/** Ids of items and tracks that are not as they were. */
function changedIn(before: Timeline, after: Timeline): ReadonlySet<string> {
  const [old, now] = [partsOf(before), partsOf(after)];
  return new Set([...new Set([...old.keys(), ...now.keys()])].filter((id) => old.get(id) !== now.get(id)));
}

function partsOf(timeline: Timeline): ReadonlyMap<string, string> {
  return new Map(
    timeline.tracks.flatMap(({ items, ...track }) => [
      [track.id, JSON.stringify(track)] as const,
      ...items.map((item) => [item.id, JSON.stringify(item)] as const),
    ]),
  );
}

function nameIn(current: Timeline, start: Timeline, id: string, assets: readonly Asset[]): string {
  for (const timeline of [current, start]) {
    for (const track of timeline.tracks) {
      if (track.id === id) return `the track ${track.name}`;
      const placed = itemsWithRanges(track).find(({ item }) => item.id === id);
      if (placed !== undefined)
        return `${itemName(placed.item, assets)} at ${formatClock(placed.range.start)}${timeline === current ? '' : ' (no longer there)'}`;
    }
  }
  return '';
}

function itemName(item: Item, assets: readonly Asset[]): string {
  switch (item.kind) {
    case 'clip':
      return assets.find(({ id }) => id === item.assetId)?.name ?? 'a clip';
    case 'text':
      return `"${item.text.slice(0, 40)}"`;
    case 'gap':
      return 'the empty stretch';
    case 'transition':
      return 'the transition';
  }
}
