import { checkGain } from '../edit-limits.ts';
import { perform, refuseLocked, type EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';
import { getTrack } from '../query.ts';
import { changeClip } from './change-clip.ts';

/**
 * Sets the level of a clip or of a whole track; both add up.
 *
 *     before  [──a──] 0 dB
 *     after   [──a──] −6 dB
 */
export function setGain(state: EditState, edit: EditOf<'set-gain'>): void {
  checkGain('set-gain', edit.gainDb);
  const gainDb = edit.gainDb === 0 ? 0 : edit.gainDb;
  const note = (what: string, before: number) => state.notes.push(`Level of ${what}: ${before} → ${gainDb} dB`);
  if ('itemId' in edit.target) {
    changeClip(state, { kind: 'set-gain', itemId: edit.target.itemId }, (clip) => {
      if (clip.gainDb !== gainDb) note(clip.id, clip.gainDb);
      return clip.gainDb === gainDb ? clip : { ...clip, gainDb };
    });
    return;
  }
  const track = getTrack(state.timeline, edit.target.trackId);
  refuseLocked(track);
  if (track.gainDb === gainDb) return;
  perform(state, { kind: 'put-track-fields', trackId: track.id, fields: { gainDb } });
  note(track.name, track.gainDb);
}
