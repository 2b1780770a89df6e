/**
 * Keeps links true: clips share one exactly where they lie in the same stretch of the timeline.
 *
 *     before  V [────a────]       after  V [──a──│──b──]      a's halves keep the old link,
 *             A [────a────]              A [──a──│──b──]      b's halves get a new one
 */
import { setItems, takeId, type EditState } from './edit-state.ts';
import { withoutLink } from './item-parts.ts';
import { itemDuration } from './query.ts';
import type { Clip, ItemId, LinkId, Timeline } from './timeline.ts';

/** A timeline put together from parts, with links that are true. The same timeline where they are. */
export function normalizeLinks(timeline: Timeline): Timeline {
  const state: EditState = { timeline, assets: new Map(), inverse: [], notes: [], links: new Map() };
  separateLinks(state);
  dropSingleLinks(state);
  return state.timeline;
}

type Member = { readonly id: ItemId; readonly place: string };

/** Splits links whose clips lie in different places: the first place keeps the link, each other one gets its own. */
export function separateLinks(state: EditState): void {
  const changed = new Map<ItemId, LinkId>();
  for (const [, members] of membersByLink(state.timeline)) {
    const places = Map.groupBy(members, (member) => member.place);
    if (places.size < 2) continue;
    for (const [, sharing] of [...places].slice(1)) {
      const linkId = takeId(state, 'lnk');
      for (const member of sharing) changed.set(member.id, linkId);
    }
  }
  if (changed.size > 0) {
    setClips(state, (clip) => {
      const linkId = changed.get(clip.id);
      return linkId === undefined ? clip : { ...clip, linkId };
    });
  }
}

/** Takes links away that only one clip has left, and says so where clips fell out of step. */
export function dropSingleLinks(state: EditState): void {
  const single = new Set<LinkId>();
  for (const [linkId, members] of membersByLink(state.timeline)) if (members.length === 1) single.add(linkId);
  if (single.size === 0) return;
  setClips(state, (clip) => (clip.linkId !== undefined && single.has(clip.linkId) ? withoutLink(clip) : clip));
}

function membersByLink(timeline: Timeline): Map<LinkId, Member[]> {
  const links = new Map<LinkId, Member[]>();
  for (const track of timeline.tracks) {
    let position = 0;
    for (const item of track.items) {
      const duration = itemDuration(item);
      if (item.kind === 'clip' && item.linkId !== undefined) {
        const members = links.get(item.linkId) ?? [];
        members.push({ id: item.id, place: `${position}+${duration}` });
        links.set(item.linkId, members);
      }
      position += duration;
    }
  }
  return links;
}

function setClips(state: EditState, change: (clip: Clip) => Clip): void {
  for (const track of state.timeline.tracks) {
    const items = track.items.map((item) => (item.kind === 'clip' ? change(item) : item));
    if (items.some((item, index) => item !== track.items[index])) setItems(state, track.id, items);
  }
}
