import { zero } from '#core/time';
import { cutItems } from '../cutting.ts';
import type { EditOf } from '../edit.ts';
import { refuseLocked, requireTicks, setItems, type EditState } from '../edit-state.ts';
import { itemsWithRanges } from '../query.ts';
import type { Track } from '../timeline.ts';

/**
 * Cuts what lies at `at` in two; nothing moves. Where an edge is already, and in gaps, nothing happens. Without `trackId`
 * locked tracks stay whole.
 *
 *             at │
 *     before  [──┼─a──────][─b─]
 *     after   [a─│─a'─────][─b─]
 */
export function split(state: EditState, edit: EditOf<'split'>, tracks: readonly Track[]): void {
  requireTicks('split', { at: edit.at }, 0);
  if (edit.trackId !== undefined) tracks.forEach(refuseLocked);
  for (const track of tracks) {
    const cuts = itemsWithRanges(track).some(
      ({ item, range }) =>
        item.kind !== 'transition' && item.kind !== 'gap' && range.start < edit.at && edit.at < range.start + range.duration,
    );
    if (!cuts || track.locked) continue;
    const { left, right } = cutItems(state, track, { start: edit.at, duration: zero });
    setItems(state, track.id, [...left, ...right]);
  }
}
