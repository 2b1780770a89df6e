/** Whether two timelines say the same, whatever their revisions and the numbers of their ids. */
import { isDeepStrictEqual } from 'node:util';
import type { Timeline } from '#core/timeline';

/** The very same JSON apart from `revision`. */
export function sameContent(a: Timeline, b: Timeline): boolean {
  return isDeepStrictEqual({ ...a, revision: 0 }, { ...b, revision: 0 });
}

/** The same apart from `revision` and from how tracks, items and links are numbered. */
export function sameMeaning(a: Timeline, b: Timeline): boolean {
  return isDeepStrictEqual(renumber(a), renumber(b));
}

function renumber(timeline: Timeline): Timeline {
  const names = new Map<string, string>();
  const rename = (id: string): string => {
    const known = names.get(id) ?? `#${names.size}`;
    names.set(id, known);
    return known;
  };
  return {
    ...timeline,
    revision: 0,
    nextId: 0,
    tracks: timeline.tracks.map((track) => ({
      ...track,
      id: rename(track.id),
      items: track.items.map((item) => ({
        ...item,
        id: rename(item.id),
        ...(item.kind === 'clip' && item.linkId !== undefined ? { linkId: rename(item.linkId) } : {}),
      })),
    })),
  };
}
