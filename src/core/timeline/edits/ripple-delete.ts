import { formatClock, intersect, rangeEnd, timeRange, zero, type TimeRange } from '#core/time';
import { closeItems } from '../cutting.ts';
import { invalid, refuseLocked, requireTicks, setItems, type EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';
import { getTrack, trackDuration } from '../query.ts';
import type { Track } from '../timeline.ts';

/**
 * Removes record time from every track that follows; what is after moves up. A `fixed` track stays as it is. A locked track
 * that would have to change refuses the whole edit; one that ends before the range does not mind.
 *
 *     range        └──────┘
 *     before  V [────a────][──b──]          M (fixed) [────m────────]
 *     after   V [──a─][─b──]                M (fixed) [────m────────]
 */
export function rippleDelete(state: EditState, edit: EditOf<'ripple-delete'>): void {
  checkRange('ripple-delete', edit.range);
  const tracks =
    edit.trackId === undefined
      ? state.timeline.tracks.filter((track) => track.follows === 'ripple')
      : [getTrack(state.timeline, edit.trackId)];
  removeTime(state, edit.range, tracks);
}

/** Takes record time out of the given tracks. Errors: TRACK_LOCKED. */
export function removeTime(state: EditState, range: TimeRange, tracks: readonly Track[]): void {
  const touched = tracks.filter((track) => trackDuration(track) > range.start);
  touched.forEach(refuseLocked);
  let removed = zero;
  for (const track of touched) {
    const there = intersect(range, timeRange(zero, trackDuration(track)));
    if (there !== undefined && there.duration > removed) removed = there.duration;
    setItems(state, track.id, closeItems(state, track, range));
  }
  if (removed > 0) {
    const end = rangeEnd(timeRange(range.start, removed));
    state.notes.push(`Removed ${formatClock(range.start)}–${formatClock(end)}`);
  }
}

/** Errors: EDIT_INVALID for a range that is empty, negative or not in whole ticks. */
export function checkRange(kind: 'ripple-delete' | 'lift', range: TimeRange): void {
  requireTicks(kind, { start: range.start }, 0);
  requireTicks(kind, { duration: range.duration }, 1);
  if (!Number.isSafeInteger(range.start + range.duration)) throw invalid(kind, 'its range has no end');
}
