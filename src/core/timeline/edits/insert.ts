import { formatClock } from '#core/time';
import { cutItems, openItems, reach } from '../cutting.ts';
import { invalid, refuseLocked, requireTicks, setItems, takeId, type EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';
import { makeItem } from '../new-items.ts';
import { getTrack, itemDuration, trackDuration } from '../query.ts';

/**
 * Opens time at `at` for the item; every other track that follows gets a gap of the same length there, linked items go in
 * on theirs. Into a `fixed` track it moves nothing else.
 *
 *              at │
 *     before  V [─┼─a─────]       T [──────t──────]
 *     after   V [a│─new─│a─────]  T [──────t──────].....
 */
export function insert(state: EditState, edit: EditOf<'insert'>): void {
  requireTicks('insert', { at: edit.at }, 0);
  const linked = edit.linked ?? [];
  const targets = [{ trackId: edit.trackId, item: edit.item }, ...linked];
  if (new Set(targets.map(({ trackId }) => trackId)).size < targets.length) throw invalid('insert', 'a track is named twice');
  const tracks = targets.map(({ trackId }) => getTrack(state.timeline, trackId));
  tracks.forEach(refuseLocked);
  const linkId = linked.length > 0 ? takeId(state, 'lnk') : undefined;
  const items = targets.map(({ item }, index) =>
    makeItem(state, item, { edit: 'insert', track: tracks[index]!, ...(linkId === undefined ? {} : { linkId }) }),
  );
  const duration = itemDuration(items[0]!);
  if (items.some((item) => itemDuration(item) !== duration)) throw invalid('insert', 'linked items must be of one length');
  if (tracks[0]!.follows === 'ripple') {
    for (const track of state.timeline.tracks) {
      if (tracks.includes(track) || track.follows === 'fixed' || trackDuration(track) <= edit.at) continue;
      refuseLocked(track);
      setItems(state, track.id, openItems(state, track, { at: edit.at, duration }));
    }
  }
  tracks.forEach((track, index) => {
    const { left, right } = cutItems(state, track, { start: edit.at, duration: 0 as typeof edit.at });
    setItems(state, track.id, [...reach(state, left, edit.at), items[index]!, ...right]);
  });
  state.notes.push(`Inserted ${formatClock(duration)} at ${formatClock(edit.at)} on ${tracks[0]!.name}`);
}
