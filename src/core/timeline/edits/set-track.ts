import { checkName } from '../edit-limits.ts';
import { perform, type EditState } from '../edit-state.ts';
import type { EditOf, FieldsOf } from '../edit.ts';
import { getTrack } from '../query.ts';
import type { Track } from '../timeline.ts';

/**
 * Sets what is said of a track as a whole; its items stay. The only edit that a locked track takes.
 *
 *     before  Sound
 *     after   Sound (muted)
 */
export function setTrack(state: EditState, edit: EditOf<'set-track'>): void {
  const track = getTrack(state.timeline, edit.trackId);
  if (edit.name !== undefined) checkName('set-track', edit.name);
  const { muted, hidden, locked, name, follows, ducking } = edit;
  const asked: FieldsOf<Track> = {
    ...pick({ muted }),
    ...pick({ hidden }),
    ...pick({ locked }),
    ...pick({ name }),
    ...pick({ follows }),
    ...pick({ ducking }),
  };
  const fields = Object.fromEntries(
    Object.entries(asked).filter(([key, value]) => JSON.stringify(track[key as keyof Track] ?? null) !== JSON.stringify(value)),
  );
  if (Object.keys(fields).length === 0) return;
  perform(state, { kind: 'put-track-fields', trackId: track.id, fields });
  for (const [key, value] of Object.entries(fields)) state.notes.push(`Track ${track.name}: ${key} is ${JSON.stringify(value)}`);
}

function pick<Value>(field: Readonly<Record<string, Value | undefined>>): object {
  return Object.fromEntries(Object.entries(field).filter(([, value]) => value !== undefined));
}
