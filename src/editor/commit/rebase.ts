/**
 * Puts edits that were made for an older revision on top of the current one, where that means the same.
 *
 * No table of which operations get along: both orders are tried, and only where they end in the same timeline the edits
 * are taken. A cut by time after somebody else's cut before it is therefore refused, a change of gain is not.
 *
 *     base ──theirs──▶ current ──ours──▶ A
 *     base ──ours────▶ ······· ──theirs─▶ B        taken where A = B
 */
import type { Asset } from '#core/asset';
import { fail, isEditorError } from '#core/errors';
import { applyEdits, type Edit, type Timeline } from '#core/timeline';
import { getRevision, type RevisionRow, type Store } from '#platform/store';
import { sameMeaning } from './same-content.ts';
import type { CommitRequest } from './types.ts';

/** Beyond this many revisions a client has to look again: comparing would cost more than it saves. */
const farthest = 50;

/** The request's edits, where they hold for the current revision. Errors: TIMELINE_CONFLICT with `current` and `expected`. */
export async function editsForCurrent(
  store: Store,
  request: CommitRequest,
  current: RevisionRow,
  assets: readonly Asset[],
): Promise<readonly Edit[]> {
  const base = request.baseRevision ?? current.revision;
  if (base === current.revision) return request.edits;
  const conflict = fail('TIMELINE_CONFLICT', { current: current.revision, expected: base });
  if (base > current.revision || base < 0 || current.revision - base > farthest) throw conflict;
  const theirs: Edit[] = [];
  for (let revision = base + 1; revision <= current.revision; revision++)
    theirs.push(...(await getRevision(store, { sessionId: request.sessionId, revision })).edits);
  const { timeline: start } = await getRevision(store, { sessionId: request.sessionId, revision: base });
  const theirsFirst = attempt(current.timeline, request.edits, assets);
  const oursFirst = attempt(start, [...request.edits, ...theirs], assets);
  if (theirsFirst === undefined || oursFirst === undefined || !sameMeaning(theirsFirst, oursFirst)) throw conflict;
  return request.edits;
}

/** Undefined where an edit does not fit: in this order they do not go together. */
function attempt(timeline: Timeline, edits: readonly Edit[], assets: readonly Asset[]): Timeline | undefined {
  try {
    return applyEdits(timeline, edits, assets).timeline;
  } catch (error) {
    if (isEditorError(error) && error.kind !== 'bug') return undefined;
    throw error;
  }
}
