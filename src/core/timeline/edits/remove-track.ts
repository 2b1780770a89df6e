import { perform, refuseLocked, type EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';
import { getTrack } from '../query.ts';

/**
 * Removes a track with all that is on it.
 *
 *     before  Video, Sound, Title
 *     after   Video, Sound
 */
export function removeTrack(state: EditState, edit: EditOf<'remove-track'>): void {
  const track = getTrack(state.timeline, edit.trackId);
  refuseLocked(track);
  perform(state, { kind: 'drop-track', trackId: track.id });
  state.notes.push(`Removed the track ${track.name}`);
}
