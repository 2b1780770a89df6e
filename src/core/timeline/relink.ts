/**
 * Keeps links true: clips share one exactly where they lie in the same stretch of the timeline.
 *
 *     before  V [────a────]       after  V [──a──│──b──]      a's halves keep the old link,
 *             A [────a────]              A [──a──│──b──]      b's halves get a new one
 */
import { setItems, takeId, type EditState } from './edit-state.ts';
import { withoutLink } from './item-parts.ts';
import { touchedLinks } from './touched-links.ts';
import { itemDuration } from './query.ts';
import type { Clip, ItemId, LinkId, Timeline } from './timeline.ts';

/** A timeline put together from parts, with links that are true. The same timeline where they are. */
export function normalizeLinks(timeline: Timeline): Timeline {
  const state: EditState = { timeline, assets: new Map(), inverse: [], notes: [], links: new Map() };
  tidyLinks(state, {});
  return state.timeline;
}

export type Tidying = {
  /** The timeline when links were true last; absent: any of them may not be. */
  readonly before?: Timeline;
  /** Links whose other clips are still to come. */
  readonly open?: ReadonlySet<LinkId>;
};

/**
 * Splits links whose clips lie in different places (the first place keeps the link, each other one gets its own) and takes links
 * away that only one clip has left.
 */
export function tidyLinks(state: EditState, { before, open }: Tidying): void {
  const touched = before === undefined ? undefined : touchedLinks(before, state.timeline);
  if (touched?.size === 0) return;
  const links = readLinks(state.timeline, touched);
  const added = links.torn.size > 0 ? separate(state, links.torn) : undefined;
  const { single } = added === undefined ? links : readLinks(state.timeline, touched?.union(added));
  const lonely = open === undefined ? single : single.difference(open);
  if (lonely.size === 0) return;
  setClips(state, (clip) => (clip.linkId !== undefined && lonely.has(clip.linkId) ? withoutLink(clip) : clip));
}

/** Gives every place of a torn link but the first a link of its own, and names those. */
function separate(state: EditState, torn: ReadonlySet<LinkId>): Set<LinkId> {
  const changed = new Map<ItemId, LinkId>();
  for (const places of placesOf(state.timeline, torn).values()) {
    for (const sharing of [...places.values()].slice(1)) {
      const linkId = takeId(state, 'lnk');
      for (const id of sharing) changed.set(id, linkId);
    }
  }
  setClips(state, (clip) => {
    const linkId = changed.get(clip.id);
    return linkId === undefined ? clip : { ...clip, linkId };
  });
  return new Set(changed.values());
}

type Place = { readonly start: number; readonly duration: number };

/** Links that are torn or have one clip only, among `asked` or all. */
function readLinks(
  timeline: Timeline,
  asked: ReadonlySet<LinkId> | undefined,
): { readonly torn: Set<LinkId>; readonly single: Set<LinkId> } {
  const first = new Map<LinkId, Place>();
  const single = new Set<LinkId>();
  const torn = new Set<LinkId>();
  for (const track of timeline.tracks) {
    let start = 0;
    for (const item of track.items) {
      const duration = itemDuration(item);
      if (item.kind === 'clip' && item.linkId !== undefined && asked?.has(item.linkId) !== false) {
        const place = first.get(item.linkId);
        if (place === undefined) {
          first.set(item.linkId, { start, duration });
          single.add(item.linkId);
        } else {
          single.delete(item.linkId);
          if (place.start !== start || place.duration !== duration) torn.add(item.linkId);
        }
      }
      start += duration;
    }
  }
  return { torn, single };
}

/** For each of `links`, its clips by the place they lie in, in track order. */
function placesOf(timeline: Timeline, links: ReadonlySet<LinkId>): Map<LinkId, Map<string, ItemId[]>> {
  const found = new Map<LinkId, Map<string, ItemId[]>>();
  for (const track of timeline.tracks) {
    let start = 0;
    for (const item of track.items) {
      const duration = itemDuration(item);
      if (item.kind === 'clip' && item.linkId !== undefined && links.has(item.linkId)) {
        const places = found.get(item.linkId) ?? new Map<string, ItemId[]>();
        const place = `${start}+${duration}`;
        places.set(place, [...(places.get(place) ?? []), item.id]);
        found.set(item.linkId, places);
      }
      start += duration;
    }
  }
  return found;
}

function setClips(state: EditState, change: (clip: Clip) => Clip): void {
  for (const track of state.timeline.tracks) {
    const items = track.items.map((item) => (item.kind === 'clip' ? change(item) : item));
    if (items.some((item, index) => item !== track.items[index])) setItems(state, track.id, items);
  }
}
