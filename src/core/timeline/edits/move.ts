import { formatClock, rangeEnd, subtractTicks, zero, type Ticks } from '#core/time';
import { cutItems, openItems, reach } from '../cutting.ts';
import { invalid, refuseLocked, requireTicks, setItems, type EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';
import { getItem, getTrack, linkedItems } from '../query.ts';
import type { Item, Track, TrackId } from '../timeline.ts';

/**
 * Takes an item and what is linked to it out, closing the hole, and inserts it at `to`, a moment of the timeline as it is
 * before the edit. `trackId` puts the item (not what is linked to it) on another track of the same kind.
 *
 *     to   │
 *     before  [─a─][─b─][──c──]
 *     c to 0  [──c──][─a─][─b─]
 *
 * Where it leaves a track, that track gets a gap at `to`, so that it stays in step with the others.
 */
export function move(state: EditState, edit: EditOf<'move'>): void {
  requireTicks('move', { to: edit.to }, 0);
  const found = getItem(state.timeline, edit.itemId);
  const { item, range, track } = found;
  if (item.kind === 'transition') throw invalid('move', `${item.id} is a transition, which stays at its cut`);
  const target = getTrack(state.timeline, edit.trackId ?? track.id);
  if (target.kind !== track.kind) throw invalid('move', `${item.id} does not belong on the ${target.kind} track ${target.id}`);
  const group = linkedItems(state.timeline, found);
  for (const member of [...group.map((linked) => linked.track), target]) refuseLocked(member);
  const stays = edit.to >= range.start && edit.to <= rangeEnd(range);
  if (stays && target === track) return;
  const to = edit.to >= rangeEnd(range) ? subtractTicks(edit.to, range.duration) : stays ? range.start : edit.to;
  for (const member of group) setItems(state, member.track.id, member.track.items.toSpliced(member.index, 1));
  const arriving = new Map<TrackId, Item>(
    group.map((member) => [member.item === item ? target.id : member.track.id, member.item]),
  );
  for (const [trackId, placed] of arriving) place(state, getTrack(state.timeline, trackId), { to, item: placed });
  if (target !== track && !arriving.has(track.id)) {
    const left = getTrack(state.timeline, track.id);
    setItems(state, left.id, openItems(state, left, { at: to, duration: range.duration }));
  }
  state.notes.push(`Moved ${item.id} from ${formatClock(range.start)} to ${formatClock(to)}`);
}

function place(state: EditState, track: Track, { to, item }: { readonly to: Ticks; readonly item: Item }): void {
  const { left, right } = cutItems(state, track, { start: to, duration: zero });
  setItems(state, track.id, [...reach(state, left, to), item, ...right]);
}
