import { checkText } from '../edit-limits.ts';
import { invalid, refuseLocked, setItems, type EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';
import { fitText } from '../item-parts.ts';
import { getItem } from '../query.ts';

/**
 * Changes the words of a text or how they look; its place stays.
 *
 *     before  [─"Urban"──────]
 *     after   [─"Urban Dreams"]
 */
export function setText(state: EditState, edit: EditOf<'set-text'>): void {
  const { item, track, index } = getItem(state.timeline, edit.itemId);
  if (item.kind !== 'text') throw invalid('set-text', `${item.id} is a ${item.kind}, not a text`);
  refuseLocked(track);
  const [text, style] = [edit.text ?? item.text, edit.style ?? item.style];
  checkText('set-text', text, style);
  // Other words were not spoken when these were.
  const { words, ...bare } = item;
  const kept = words === undefined || text !== item.text ? bare : { ...bare, words };
  setItems(state, track.id, track.items.with(index, fitText({ ...kept, text, style })));
  state.notes.push(`Changed the text ${item.id}`);
}
