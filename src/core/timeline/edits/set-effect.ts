import { formatSeconds } from '#core/time';
import { checkEffect } from '../edit-limits.ts';
import { invalid, type EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';
import { makeClip } from '../item-parts.ts';
import { itemDuration } from '../query.ts';
import { changeClip } from './change-clip.ts';

/**
 * Puts an effect on a clip, replacing one of the same name; nothing moves.
 *
 *     before  [──a──]
 *     after   [──a──] denoise 0.8
 */
export function setEffect(state: EditState, edit: EditOf<'set-effect'>): void {
  const { effect } = edit;
  checkEffect('set-effect', effect);
  changeClip(state, edit, (clip) => {
    const length = itemDuration(clip);
    if (effect.name === 'fade' && effect.in + effect.out > length) {
      throw invalid(
        'set-effect',
        `fades of ${formatSeconds(effect.in)} and ${formatSeconds(effect.out)} do not fit into ${formatSeconds(length)}`,
      );
    }
    return makeClip({ ...clip, effects: [...clip.effects.filter(({ name }) => name !== effect.name), effect] });
  });
  state.notes.push(`Set ${effect.name} on ${edit.itemId}`);
}
