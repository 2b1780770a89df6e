/** Check → apply → save as the next revision, in one transaction: the only way a timeline changes. */
import type { Asset } from '#core/asset';
import { applyEdits, checkTimeline, problemError, type Timeline } from '#core/timeline';
import type { EditorContext } from '#editor/context';
import {
  announceAfterCommit,
  findRevisionByKey,
  insertRevision,
  inTransaction,
  latestRevision,
  listSessionAssets,
  readCursor,
  writeCursor,
  type RevisionRow,
  type Store,
} from '#platform/store';
import { editsForCurrent } from './rebase.ts';
import { sameContent } from './same-content.ts';
import type { CommitRequest, Committed } from './types.ts';

/**
 * Applies edits to a session's timeline and saves the result as its next revision.
 *
 * Made for an older revision, they are put on top of the current one where the order makes no difference. The same
 * idempotency key gives the first answer again. Edits that leave the very same timeline write nothing (`changed: false`).
 *
 * Errors: SESSION_NOT_FOUND, TIMELINE_CONFLICT, and what applying edits throws; nothing has changed then.
 */
export async function commitEdits(ctx: EditorContext, request: CommitRequest): Promise<Committed> {
  return inTransaction(ctx.store, (store) => commitWithin(ctx, store, request));
}

/** The same inside a transaction of the caller, for what must happen together with it. */
export async function commitWithin(ctx: EditorContext, store: Store, request: CommitRequest): Promise<Committed> {
  const { sessionId, idempotencyKey } = request;
  const repeated = await findRepeated(store, request);
  if (repeated !== undefined) return repeated;
  const latest = await latestRevision(store, sessionId);
  const assets = (await listSessionAssets(store, sessionId)).map((row) => row.asset);
  const edits = await editsForCurrent(store, request, latest, assets);
  const { timeline: applied, inverse, notes } = applyEdits(latest.timeline, edits, assets);
  if (sameContent(applied, latest.timeline))
    return { timeline: latest.timeline, revision: latest.revision, notes: [], changed: false };
  const timeline: Timeline = { ...applied, revision: latest.revision + 1 };
  refuseProblems(timeline, assets);
  const { head } = await readCursor(store, sessionId);
  const now = ctx.now();
  await insertRevision(store, {
    sessionId,
    revision: timeline.revision,
    timeline,
    edits,
    inverse,
    notes,
    actor: request.actor,
    reason: request.reason,
    tool: request.tool,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(request.receipt === undefined ? {} : { receipt: request.receipt }),
    kind: 'edit',
    head: timeline.revision,
    parent: head,
    ...(request.turn === undefined ? {} : { turn: request.turn }),
    createdAt: now,
  });
  await writeCursor(store, { sessionId, head: timeline.revision, redo: [], now });
  announceAfterCommit(store, `session:${sessionId}`);
  return { timeline, revision: timeline.revision, notes, changed: true };
}

/** The answer that this idempotency key got before, if it did. */
export async function findRepeated(
  store: Store,
  request: { readonly sessionId: string; readonly idempotencyKey?: string },
): Promise<Committed | undefined> {
  if (request.idempotencyKey === undefined) return undefined;
  const row: RevisionRow | undefined = await findRevisionByKey(store, {
    sessionId: request.sessionId,
    idempotencyKey: request.idempotencyKey,
  });
  return row && { timeline: row.timeline, revision: row.revision, notes: row.notes, changed: true };
}

function refuseProblems(timeline: Timeline, assets: readonly Asset[]): void {
  const [problem] = checkTimeline(timeline, assets);
  if (problem !== undefined) throw problemError(problem);
}
