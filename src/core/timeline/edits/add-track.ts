import { checkName, limits } from '../edit-limits.ts';
import { invalid, perform, takeId, type EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';

/**
 * Adds an empty track, on top where no index is given. It follows edits unless it is said to be `fixed`.
 *
 *     before  Video, Sound
 *     after   Video, Sound, Title
 */
export function addTrack(state: EditState, edit: EditOf<'add-track'>): void {
  const { kind, name, follows = 'ripple' } = edit.track;
  checkName('add-track', name);
  const count = state.timeline.tracks.length;
  if (count >= limits.tracks) throw invalid('add-track', `there are ${count} tracks, which is the limit`);
  const id = takeId(state, 'trk');
  const track = { id, kind, name, follows, muted: false, hidden: false, locked: false, gainDb: 0, items: [] };
  perform(state, { kind: 'put-track', index: edit.index ?? count, track });
  state.notes.push(`Added the ${kind} track ${name}`);
}
