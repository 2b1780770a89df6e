import { invalid, refuseLocked, setItems, type EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';
import { getItem } from '../query.ts';

/**
 * Makes a blend a plain cut again; nothing moves.
 *
 *     before  [────a──▒▒│▒▒──b────]
 *     after   [────a────│────b────]
 */
export function removeTransition(state: EditState, edit: EditOf<'remove-transition'>): void {
  const { item, track, index } = getItem(state.timeline, edit.itemId);
  if (item.kind !== 'transition') throw invalid('remove-transition', `${item.id} is a ${item.kind}, not a transition`);
  refuseLocked(track);
  setItems(state, track.id, track.items.toSpliced(index, 1));
  state.notes.push(`Removed ${item.name} from ${track.name}`);
}
