import type { EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';
import { changeClip } from './change-clip.ts';

/**
 * Takes an effect off a clip; nothing happens where it has none of that name.
 *
 *     before  [──a──] denoise, fade
 *     after   [──a──] fade
 */
export function removeEffect(state: EditState, edit: EditOf<'remove-effect'>): void {
  changeClip(state, edit, (clip) => {
    if (!clip.effects.some(({ name }) => name === edit.name)) return clip;
    state.notes.push(`Removed ${edit.name} from ${clip.id}`);
    return { ...clip, effects: clip.effects.filter(({ name }) => name !== edit.name) };
  });
}
