import { formatClock, timeRange } from '#core/time';
import { cutItems, reach } from '../cutting.ts';
import { refuseLocked, requireTicks, setItems, type EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';
import { makeItem } from '../new-items.ts';
import { getTrack, itemDuration } from '../query.ts';

/**
 * Puts the item over what is there; nothing moves. A gap fills the way where the track is shorter.
 *
 *                at │
 *     before  [──a──┼──────][──b──]        [─a─]
 *     after   [──a──│─new─│a][──b──]       [─a─]....[─new─]
 */
export function overwrite(state: EditState, edit: EditOf<'overwrite'>): void {
  requireTicks('overwrite', { at: edit.at }, 0);
  const track = getTrack(state.timeline, edit.trackId);
  refuseLocked(track);
  const item = makeItem(state, edit.item, { edit: 'overwrite', track });
  const duration = itemDuration(item);
  const { left, right } = cutItems(state, track, timeRange(edit.at, duration));
  setItems(state, track.id, [...reach(state, left, edit.at), item, ...right]);
  state.notes.push(`Put ${formatClock(duration)} over ${track.name} at ${formatClock(edit.at)}`);
}
