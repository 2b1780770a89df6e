import { setItems, refuseLocked, takeId, type EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';
import { makeGap } from '../item-parts.ts';
import { getItem, itemDuration, linkedItems, primaryTrack } from '../query.ts';
import { removeTime } from './ripple-delete.ts';

/**
 * Removes one item.
 *
 *     before               [─a─][──b──][─c─]
 *     b, leave-gap         [─a─].......[─c─]     only this item; what is linked to it stays
 *     b, close             [─a─][─c─]            with what is linked to it
 *
 * `close` on the primary track takes the item's time from every following track; on another track only from the tracks of the
 * item and its links.
 */
export function removeItem(state: EditState, edit: EditOf<'remove-item'>): void {
  const found = getItem(state.timeline, edit.itemId);
  const { item, track, index, range } = found;
  refuseLocked(track);
  const duration = itemDuration(item);
  if (edit.close === 'leave-gap' || duration === 0) {
    const filler = duration > 0 ? [makeGap(takeId(state, 'itm'), duration)] : [];
    setItems(state, track.id, track.items.toSpliced(index, 1, ...filler));
    state.notes.push(`Removed ${edit.itemId} from ${track.name}`);
    return;
  }
  const own = linkedItems(state.timeline, found).map((linked) => linked.track);
  const leads = own.includes(primaryTrack(state.timeline)!);
  removeTime(
    state,
    range,
    leads ? [...new Set([...own, ...state.timeline.tracks.filter((other) => other.follows === 'ripple')])] : own,
  );
}
