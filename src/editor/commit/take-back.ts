/**
 * Takes one earlier change back and leaves what came after it.
 *
 *     before ──the change──▶ after ──later edits──▶ now
 *     now    ──the answer──▶ what `later edits` would have made of `before`
 *
 * By what is there, not by times: material that was cut out goes back to the cut it left, what was added goes with all its
 * parts, and a setting goes back where nothing later has set it. Before it is believed, the same is done to `after`, where the
 * answer is known: it has to give `before`.
 */
import { isEditorError } from '#core/errors';
import { applyEdits, diffTimelines, type Edit, type Timeline } from '#core/timeline';
import { sameContent } from './same-content.ts';
import { takeBackMaterial } from './take-back-material.ts';
import { takeBackSettings } from './take-back-settings.ts';
import type { TakeBack, TakeBackConflict, Undoing } from './undoing.ts';

export type TakenBack =
  | { readonly edits: readonly Edit[]; readonly timeline: Timeline; readonly conflicts: readonly [] }
  | { readonly conflicts: readonly TakeBackConflict[] };

/** The edits that take a change out of `now`, empty where nothing of it is left; or every place where that is not possible. */
export function takeBack(change: TakeBack): TakenBack {
  if (sameContent(change.now, change.after) && change.piece === undefined) {
    const edits: Edit[] = [{ kind: 'restore', timeline: change.before }];
    return { edits, timeline: applyEdits(change.now, edits, change.assets).timeline, conflicts: [] };
  }
  const proof = attempt({ before: change.before, after: change.after, now: change.after, assets: change.assets });
  const isUnderstood =
    proof?.conflicts.length === 0 && diffTimelines(proof.timeline, change.before).every(({ kind }) => kind === 'split');
  const work = isUnderstood ? attempt(change) : undefined;
  if (work === undefined) return { conflicts: [{ what: '', why: 'order' }] };
  return work.conflicts.length > 0
    ? { conflicts: work.conflicts }
    : { edits: work.edits, timeline: work.timeline, conflicts: [] };
}

function attempt(change: TakeBack): Undoing | undefined {
  const work: Undoing = { ...change, timeline: change.now, edits: [], conflicts: [] };
  try {
    takeBackMaterial(work);
    if (change.piece === undefined) takeBackSettings(work);
    return work;
  } catch (error) {
    if (isEditorError(error) && error.kind !== 'bug') return undefined;
    throw error;
  }
}
