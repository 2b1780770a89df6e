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
import { fail, isEditorError, type EditorError } from '#core/errors';
import { applyEdits, type Edit, type Timeline } from '#core/timeline';
import { getRevision, type RevisionRow, type Store } from '#platform/store';
import { nameConflict } from './name-conflict.ts';
import { sameMeaning } from './same-content.ts';
import type { CommitRequest } from './types.ts';

/** Beyond this many revisions a client has to look again: comparing would cost more than it saves. */
const farthest = 50;

/** What lies between the revision that edits were made for and the one that is current. */
export type Meanwhile = {
  readonly start: Timeline;
  readonly current: Timeline;
  /** Oldest first. */
  readonly theirs: readonly RevisionRow[];
  readonly assets: readonly Asset[];
};

/** The request's edits, where they hold for the current revision. Errors: TIMELINE_CONFLICT with `current`, `expected`, `what`. */
export async function editsForCurrent(
  store: Store,
  request: CommitRequest,
  current: RevisionRow,
  assets: readonly Asset[],
): Promise<readonly Edit[]> {
  const base = request.baseRevision ?? current.revision;
  if (base === current.revision) return request.edits;
  const meanwhile = await readMeanwhile(store, { sessionId: request.sessionId, base }, current, assets);
  if (!goTogether(meanwhile, request.edits)) throw conflictOf(meanwhile, request.edits);
  return request.edits;
}

/** Errors: TIMELINE_CONFLICT where the base is too far away or not there. */
export async function readMeanwhile(
  store: Store,
  { sessionId, base }: { readonly sessionId: string; readonly base: number },
  current: RevisionRow,
  assets: readonly Asset[],
): Promise<Meanwhile> {
  if (base > current.revision || base < 0 || current.revision - base > farthest)
    throw fail('TIMELINE_CONFLICT', { current: current.revision, expected: base });
  const theirs: RevisionRow[] = [];
  for (let revision = base + 1; revision <= current.revision; revision++)
    theirs.push(await getRevision(store, { sessionId, revision }));
  const { timeline: start } = await getRevision(store, { sessionId, revision: base });
  return { start, current: current.timeline, theirs, assets };
}

/** Whether the order of these edits and of what others did since makes no difference. */
export function goTogether({ start, current, theirs, assets }: Meanwhile, edits: readonly Edit[]): boolean {
  const theirsFirst = attempt(current, edits, assets);
  if (theirsFirst === undefined) return false;
  const others = theirs.flatMap((revision) => revision.edits);
  const isThere = (oursFirst: Timeline | undefined) => oursFirst !== undefined && sameMeaning(theirsFirst, oursFirst);
  if (isThere(attempt(start, [...edits, ...others], assets))) return true;
  // What the others made and then named by its id has that id only if ours takes no number before it.
  const ours = attempt({ ...start, nextId: current.nextId }, edits, assets);
  return ours !== undefined && isThere(attempt({ ...ours, nextId: start.nextId }, others, assets));
}

/** Names what both changed. */
export function conflictOf(meanwhile: Meanwhile, edits: readonly Edit[]): EditorError {
  const { start, current, theirs, assets } = meanwhile;
  const ours = attempt(start, edits, assets);
  return fail('TIMELINE_CONFLICT', {
    current: current.revision,
    expected: start.revision,
    what: nameConflict({ start, current, ours, assets }),
    by: theirs.at(-1)?.reason ?? '',
  });
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
