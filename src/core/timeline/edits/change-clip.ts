import { invalid, refuseLocked, setItems, type EditState } from '../edit-state.ts';
import type { EditKind } from '../edit.ts';
import { getItem } from '../query.ts';
import type { Clip, ItemId } from '../timeline.ts';

/** Replaces one clip in its place. Errors: EDIT_TARGET_MISSING, TRACK_LOCKED, EDIT_INVALID where the item is no clip. */
export function changeClip(
  state: EditState,
  edit: { readonly kind: EditKind; readonly itemId: ItemId },
  change: (clip: Clip) => Clip,
): void {
  const { item, track, index } = getItem(state.timeline, edit.itemId);
  if (item.kind !== 'clip') throw invalid(edit.kind, `${item.id} is a ${item.kind}, not a clip`);
  refuseLocked(track);
  setItems(state, track.id, track.items.with(index, change(item)));
}
