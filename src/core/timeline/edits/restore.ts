import type { EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';

/**
 * Makes the timeline the content of another one; its id and revision stay, and ids that were given out stay used.
 *
 *     before  revision 7: [─a─][─c─]
 *     after   revision 8: [─a─][─b─][─c─], as revision 3 was
 */
export function restore(state: EditState, edit: EditOf<'restore'>): void {
  const { timeline } = state;
  const { id, revision } = timeline;
  state.timeline = { ...edit.timeline, id, revision, nextId: Math.max(timeline.nextId, edit.timeline.nextId) };
  // Read backwards: first the content comes back, then the number that the line above would have raised.
  state.inverse.push({ kind: 'put-fields', fields: { nextId: timeline.nextId } }, { kind: 'restore', timeline });
  state.notes.push('Restored an earlier version');
}
