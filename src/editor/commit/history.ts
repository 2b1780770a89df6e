/**
 * Undo, redo, any earlier revision, and the list of what was done.
 *
 * Revisions only ever grow: an undo is a revision too. The cursor (`head`) names the edit whose content is current, each
 * edit knows the head it was made on, so an edit after an undo opens a branch and the branch that was left stays reachable.
 *
 *     revision   1 ─ 2 ─ 3   4        5 ─ 6
 *     kind       edit…       undo 3   edit…      head chain: 6 → 5 → 2 → 1, revision 3 by restoreRevision(3)
 */
import { fail } from '#core/errors';
import type { Receipt } from '#core/facts';
import type { Timeline } from '#core/timeline';
import type { EditorContext } from '#editor/context';
import {
  announceAfterCommit,
  getRevision,
  insertRevision,
  inTransaction,
  latestRevision,
  listRevisions,
  readCursor,
  writeCursor,
  type HistoryCursor,
  type RevisionRow,
  type Store,
} from '#platform/store';
import { commitEdits, findRepeated } from './commit-edits.ts';
import type { Committed, HistoryEntry, MoveRequest } from './types.ts';

/** Takes back the newest edit that is in effect, with all of its turn, or `steps` of them, as far as there are. Errors: HISTORY_END. */
export async function undo(ctx: EditorContext, request: MoveRequest): Promise<Committed> {
  return move(ctx, request, 'undo');
}

/** Brings back what undo took, as long as nothing was edited since. Errors: HISTORY_END. */
export async function redo(ctx: EditorContext, request: MoveRequest): Promise<Committed> {
  return move(ctx, request, 'redo');
}

/** Makes an earlier revision's content current, as a step of its own that undo takes back. Errors: RESOURCE_NOT_FOUND. */
export async function restoreRevision(
  ctx: EditorContext,
  request: Omit<MoveRequest, 'steps'> & {
    readonly revision: number;
    readonly reason?: string;
    readonly turn?: string;
    readonly receipt?: Receipt;
  },
): Promise<Committed> {
  const { revision, reason, ...rest } = request;
  const { timeline } = await getRevision(ctx.store, { sessionId: request.sessionId, revision });
  return commitEdits(ctx, {
    ...rest,
    edits: [{ kind: 'restore', timeline }],
    reason: reason ?? `Back to revision ${revision}`,
    tool: 'restore',
  });
}

/** Every revision but the empty first one, oldest first, and whether its effect is in the timeline. */
export async function history(ctx: EditorContext, sessionId: string): Promise<HistoryEntry[]> {
  const [entries, cursor] = await inTransaction(ctx.store, async (store) => [
    await listRevisions(store, { sessionId }),
    await readCursor(store, sessionId),
  ]);
  const parents = new Map(entries.map((entry) => [entry.revision, entry.parent]));
  const applied = new Set<number>();
  for (let at: number | undefined = cursor.head; at !== undefined && !applied.has(at); at = parents.get(at)) applied.add(at);
  return entries
    .filter((entry) => entry.revision > 0)
    .map(({ revision, kind, actor, reason, tool, notes, receipt, createdAt, parent }) => ({
      revision,
      kind,
      actor,
      reason,
      tool,
      notes,
      ...(receipt === undefined ? {} : { receipt }),
      createdAt,
      ...(parent === undefined ? {} : { parent }),
      applied: applied.has(revision),
    }));
}

type Direction = 'undo' | 'redo';

async function move(ctx: EditorContext, request: MoveRequest, direction: Direction): Promise<Committed> {
  const asked = request.steps ?? 1;
  if (!Number.isInteger(asked) || asked < 1) throw fail('REQUEST_INVALID', { reason: `${asked} is not a number of steps` });
  return inTransaction(ctx.store, async (store) => {
    const repeated = await findRepeated(store, request);
    if (repeated !== undefined) return repeated;
    const cursor = await readCursor(store, request.sessionId);
    const way = await findWay(store, request.sessionId, cursor, direction, asked);
    if (way.steps.length === 0) throw fail('HISTORY_END', { what: direction });
    return saveMove(ctx, store, request, direction, way);
  });
}

/** The edits to take back or to do again, in that order, how many steps they are, and where the cursor is then. */
type Way = { readonly steps: readonly RevisionRow[]; readonly count: number; readonly asked: number } & HistoryCursor;

async function findWay(
  store: Store,
  sessionId: string,
  cursor: HistoryCursor,
  direction: Direction,
  asked: number,
): Promise<Way> {
  const steps: RevisionRow[] = [];
  let count = 0;
  let { head, redo: stack } = cursor;
  for (;;) {
    const next = direction === 'undo' ? head : stack[0];
    if (next === undefined) break;
    const step = await getRevision(store, { sessionId, revision: next });
    const sameTurn = step.turn !== undefined && step.turn === steps.at(-1)?.turn;
    if (!sameTurn && count === asked) break;
    if (direction === 'undo') {
      if (step.parent === undefined) break;
      stack = [head, ...stack];
      head = step.parent;
    } else {
      stack = stack.slice(1);
      head = next;
    }
    if (!sameTurn) count++;
    steps.push(step);
  }
  return { steps, count, asked, head, redo: stack };
}

/** Several steps are one revision, so that each request is one entry of the history and one idempotency key. */
async function saveMove(
  ctx: EditorContext,
  store: Store,
  request: MoveRequest,
  direction: Direction,
  way: Way,
): Promise<Committed> {
  const { sessionId, actor, idempotencyKey } = request;
  const [latest, content] = [await latestRevision(store, sessionId), await getRevision(store, { sessionId, revision: way.head })];
  const timeline: Timeline = { ...content.timeline, revision: latest.revision + 1 };
  const forward = direction === 'redo';
  const notes = way.steps.map((step) => `${forward ? 'Redid' : 'Undid'} revision ${step.revision}: ${step.reason}`);
  if (way.count < way.asked) notes.push(`There were only ${way.count} steps to ${direction}, ${way.asked} were asked for`);
  const now = ctx.now();
  await insertRevision(store, {
    sessionId,
    revision: timeline.revision,
    timeline,
    edits: way.steps.flatMap((step) => (forward ? step.edits : step.inverse)),
    inverse: way.steps.toReversed().flatMap((step) => (forward ? step.inverse : step.edits)),
    notes,
    actor,
    reason: `${forward ? 'Redo' : 'Undo'}: ${way.steps.map((step) => step.reason).join('; ')}`,
    tool: direction,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    kind: direction,
    head: way.head,
    createdAt: now,
  });
  await writeCursor(store, { sessionId, head: way.head, redo: way.redo, now });
  announceAfterCommit(store, `session:${sessionId}`);
  return { timeline, revision: timeline.revision, notes, changed: true };
}
