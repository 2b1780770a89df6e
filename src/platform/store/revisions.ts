/** Revisions: every version of a session's timeline, whole, with the edits that made it and those that take it back. */
import { fail } from '#core/errors';
import { fromJson, optional, optionalJson, toJson, toJsonOrNull } from './json.ts';
import type { RevisionRow } from './rows.ts';
import { inside, type Store } from './store.ts';
import type { Tables } from './tables.ts';

/** The caller holds a transaction in which it read the latest one. */
export async function insertRevision(store: Store, row: RevisionRow): Promise<void> {
  await store[inside].db
    .insertInto('revisions')
    .values({
      session_id: row.sessionId,
      revision: row.revision,
      timeline: toJson(row.timeline),
      edits: toJson(row.edits),
      inverse: toJson(row.inverse),
      notes: toJson(row.notes),
      actor: row.actor,
      reason: row.reason,
      tool: row.tool,
      idempotency_key: row.idempotencyKey ?? null,
      receipt: toJsonOrNull(row.receipt),
      kind: row.kind,
      head: row.head,
      parent: row.parent ?? null,
      turn: row.turn ?? null,
      created_at: row.createdAt,
    })
    .execute();
}

/** Errors: SESSION_NOT_FOUND. */
export async function latestRevision(store: Store, sessionId: string): Promise<RevisionRow> {
  const row = await store[inside].db
    .selectFrom('revisions')
    .selectAll()
    .where('session_id', '=', sessionId)
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (row === undefined) throw fail('SESSION_NOT_FOUND');
  return toRevision(row);
}

/** Errors: RESOURCE_NOT_FOUND. */
export async function getRevision(
  store: Store,
  key: { readonly sessionId: string; readonly revision: number },
): Promise<RevisionRow> {
  const row = await store[inside].db
    .selectFrom('revisions')
    .selectAll()
    .where('session_id', '=', key.sessionId)
    .where('revision', '=', key.revision)
    .executeTakeFirst();
  if (row === undefined) throw fail('RESOURCE_NOT_FOUND', { what: `Revision ${key.revision}` });
  return toRevision(row);
}

export async function findRevisionByKey(
  store: Store,
  key: { readonly sessionId: string; readonly idempotencyKey: string },
): Promise<RevisionRow | undefined> {
  const row = await store[inside].db
    .selectFrom('revisions')
    .selectAll()
    .where('session_id', '=', key.sessionId)
    .where('idempotency_key', '=', key.idempotencyKey)
    .executeTakeFirst();
  return row === undefined ? undefined : toRevision(row);
}

/** A revision without its documents, for lists. */
export type RevisionEntry = Omit<RevisionRow, 'timeline' | 'edits' | 'inverse'>;

/** Those after `after`, oldest first. */
export async function listRevisions(
  store: Store,
  query: { readonly sessionId: string; readonly after?: number },
): Promise<RevisionEntry[]> {
  const rows = await store[inside].db
    .selectFrom('revisions')
    .select([
      'session_id',
      'revision',
      'notes',
      'actor',
      'reason',
      'tool',
      'idempotency_key',
      'receipt',
      'kind',
      'head',
      'parent',
      'turn',
      'created_at',
    ])
    .where('session_id', '=', query.sessionId)
    .where('revision', '>', query.after ?? -1)
    .orderBy('revision')
    .execute();
  return rows.map(toEntry);
}

function toRevision(row: Tables['revisions']): RevisionRow {
  return {
    ...toEntry(row),
    timeline: fromJson(row.timeline),
    edits: fromJson(row.edits),
    inverse: fromJson(row.inverse),
  };
}

function toEntry(row: Omit<Tables['revisions'], 'timeline' | 'edits' | 'inverse'>): RevisionEntry {
  return {
    sessionId: row.session_id,
    revision: row.revision,
    notes: fromJson(row.notes),
    // Written from RevisionRow by insertRevision.
    actor: row.actor as RevisionRow['actor'],
    reason: row.reason,
    tool: row.tool,
    ...optional('idempotencyKey', row.idempotency_key),
    ...optionalJson<'receipt', Readonly<Record<string, unknown>>>('receipt', row.receipt),
    kind: row.kind as RevisionRow['kind'],
    head: row.head,
    ...optional('parent', row.parent),
    ...optional('turn', row.turn),
    createdAt: row.created_at,
  };
}
