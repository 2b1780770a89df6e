import { invalid, perform, type EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';

/**
 * Sets what is done to the whole mix.
 *
 *     before  mix as it is
 *     after   mix at −14 LUFS, true peak at most −1 dBTP
 */
export function setMaster(state: EditState, edit: EditOf<'set-master'>): void {
  const { loudness } = edit.master;
  if (loudness !== undefined) {
    const { targetLufs, ceilingDbtp } = loudness;
    if (!(targetLufs >= -70 && targetLufs <= 0)) throw invalid('set-master', `${targetLufs} LUFS is not between −70 and 0`);
    if (!(ceilingDbtp >= -30 && ceilingDbtp <= 0)) throw invalid('set-master', `${ceilingDbtp} dBTP is not between −30 and 0`);
  }
  const master =
    loudness === undefined ? {} : { loudness: { targetLufs: loudness.targetLufs, ceilingDbtp: loudness.ceilingDbtp } };
  if (JSON.stringify(master) === JSON.stringify(state.timeline.master)) return;
  perform(state, { kind: 'put-fields', fields: { master } });
  state.notes.push(loudness === undefined ? 'Loudness is as recorded' : `Loudness target is ${loudness.targetLufs} LUFS`);
}
