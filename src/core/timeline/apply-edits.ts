/** The one way to change a timeline. */
import type { Asset } from '#core/asset';
import type { AppliedEdits, Edit } from './edit.ts';
import { perform, type EditState } from './edit-state.ts';
import { addTrack } from './edits/add-track.ts';
import { addTransition } from './edits/add-transition.ts';
import { insert } from './edits/insert.ts';
import { lift } from './edits/lift.ts';
import { move } from './edits/move.ts';
import { overwrite } from './edits/overwrite.ts';
import { removeEffect } from './edits/remove-effect.ts';
import { removeItem } from './edits/remove-item.ts';
import { removeTrack } from './edits/remove-track.ts';
import { removeTransition } from './edits/remove-transition.ts';
import { restore } from './edits/restore.ts';
import { rippleDelete } from './edits/ripple-delete.ts';
import { setCanvas } from './edits/set-canvas.ts';
import { setEffect } from './edits/set-effect.ts';
import { setGain } from './edits/set-gain.ts';
import { setMaster } from './edits/set-master.ts';
import { setSpeed } from './edits/set-speed.ts';
import { setText } from './edits/set-text.ts';
import { setTrack } from './edits/set-track.ts';
import { split } from './edits/split.ts';
import { trim } from './edits/trim.ts';
import { getTrack } from './query.ts';
import { tidyLinks } from './relink.ts';
import type { Timeline } from './timeline.ts';

/**
 * Applies edits in order, all or none. `timeline` itself is untouched, its revision is kept (the commit raises it).
 *
 * Applying `inverse` to the result gives the very same JSON text. `assets` lets edits know where a source ends and which one is a
 * still; without them such limits are left to `checkTimeline`.
 *
 * Errors: EDIT_INVALID, EDIT_TARGET_MISSING, TRACK_LOCKED, CLIP_OUT_OF_SOURCE, TRANSITION_NO_HANDLE.
 */
export function applyEdits(timeline: Timeline, edits: readonly Edit[], assets: readonly Asset[] = []): AppliedEdits {
  const state: EditState = {
    timeline,
    assets: new Map(assets.map((asset) => [asset.id, asset])),
    inverse: [],
    notes: [],
    links: new Map(),
  };
  for (const edit of edits) {
    const before = state.timeline;
    if (applyOne(state, edit) === 'named') tidyLinks(state, { before, open: new Set(state.links.values()) });
  }
  if (state.links.size > 0) tidyLinks(state, {});
  if (state.timeline.nextId !== timeline.nextId) {
    state.inverse.unshift({ kind: 'put-fields', fields: { nextId: timeline.nextId } });
  }
  return { timeline: state.timeline, inverse: state.inverse.toReversed(), notes: state.notes };
}

/** Exact edits are taken as they are; after the others, links are put in order. */
function applyOne(state: EditState, edit: Edit): 'exact' | 'named' {
  switch (edit.kind) {
    case 'splice':
    case 'put-track':
    case 'drop-track':
    case 'put-track-fields':
    case 'put-fields':
      perform(state, edit);
      return 'exact';
    case 'restore':
      restore(state, edit);
      return 'exact';
    default:
      applyNamed(state, edit);
      return 'named';
  }
}

type NamedEdit = Exclude<Edit, { kind: 'splice' | 'put-track' | 'drop-track' | 'put-track-fields' | 'put-fields' | 'restore' }>;

function applyNamed(state: EditState, edit: NamedEdit): void {
  switch (edit.kind) {
    case 'split':
      return split(state, edit, edit.trackId === undefined ? state.timeline.tracks : [getTrack(state.timeline, edit.trackId)]);
    case 'trim':
      return trim(state, edit);
    case 'ripple-delete':
      return rippleDelete(state, edit);
    case 'lift':
      return lift(state, edit);
    case 'insert':
      return insert(state, edit);
    case 'overwrite':
      return overwrite(state, edit);
    case 'move':
      return move(state, edit);
    case 'remove-item':
      return removeItem(state, edit);
    case 'set-effect':
      return setEffect(state, edit);
    case 'remove-effect':
      return removeEffect(state, edit);
    case 'set-gain':
      return setGain(state, edit);
    case 'set-speed':
      return setSpeed(state, edit);
    case 'add-track':
      return addTrack(state, edit);
    case 'remove-track':
      return removeTrack(state, edit);
    case 'set-track':
      return setTrack(state, edit);
    case 'set-text':
      return setText(state, edit);
    case 'add-transition':
      return addTransition(state, edit);
    case 'remove-transition':
      return removeTransition(state, edit);
    case 'set-master':
      return setMaster(state, edit);
    case 'set-canvas':
      return setCanvas(state, edit);
  }
}
