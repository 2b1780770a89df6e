import { formatClock, intersect, rangeEnd, timeRange, zero } from '#core/time';
import { cutItems } from '../cutting.ts';
import { refuseLocked, setItems, takeId, type EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';
import { makeGap } from '../item-parts.ts';
import { getTrack, trackDuration } from '../query.ts';
import { checkRange } from './ripple-delete.ts';

/**
 * Removes what is in the range and leaves a gap; nothing moves. Without `trackId` it does so on every track that follows.
 *
 *     range        └──────┘
 *     before  [────a────][──b──]
 *     after   [──a─]......[─b──]
 */
export function lift(state: EditState, edit: EditOf<'lift'>): void {
  checkRange('lift', edit.range);
  const tracks =
    edit.trackId === undefined
      ? state.timeline.tracks.filter((track) => track.follows === 'ripple')
      : [getTrack(state.timeline, edit.trackId)];
  const touched = tracks.filter((track) => trackDuration(track) > edit.range.start);
  touched.forEach(refuseLocked);
  for (const track of touched) {
    const { left, right } = cutItems(state, track, edit.range);
    const there = intersect(edit.range, timeRange(zero, trackDuration(track)));
    setItems(state, track.id, [...left, makeGap(takeId(state, 'itm'), there?.duration ?? zero), ...right]);
  }
  if (touched.length > 0) {
    state.notes.push(`Emptied ${formatClock(edit.range.start)}–${formatClock(rangeEnd(edit.range))}`);
  }
}
