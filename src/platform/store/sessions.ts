/** Sessions: a conversation, its small state, and where it stands in its history. */
import { fail } from '#core/errors';
import { fromJson, optional, toJson } from './json.ts';
import type { SessionRow } from './rows.ts';
import { inside, inTransaction, type Store } from './store.ts';
import type { Tables } from './tables.ts';

export type HistoryCursor = { readonly head: number; readonly redo: readonly number[] };

export async function insertSession(store: Store, session: SessionRow): Promise<void> {
  await store[inside].db
    .insertInto('sessions')
    .values({
      id: session.id,
      task_id: session.taskId,
      user_id: session.userId,
      app_name: session.appName,
      task_name: session.taskName,
      language: session.language ?? null,
      state: toJson(session.state),
      head: 0,
      redo: '[]',
      created_at: session.createdAt,
      updated_at: session.updatedAt,
    })
    .execute();
}

/** Errors: SESSION_NOT_FOUND, also for another user's. */
export async function getSession(
  store: Store,
  key: { readonly userId: string; readonly sessionId: string },
): Promise<SessionRow> {
  const row = await store[inside].db
    .selectFrom('sessions')
    .selectAll()
    .where('id', '=', key.sessionId)
    .where('user_id', '=', key.userId)
    .executeTakeFirst();
  if (row === undefined) throw fail('SESSION_NOT_FOUND');
  return toSession(row);
}

/** Whether anybody has a session of this id. */
export async function hasSession(store: Store, sessionId: string): Promise<boolean> {
  return (
    (await store[inside].db.selectFrom('sessions').select('id').where('id', '=', sessionId).executeTakeFirst()) !== undefined
  );
}

/** For work of ours that was authorised when it was accepted. Errors: SESSION_NOT_FOUND. */
export async function getSessionById(store: Store, sessionId: string): Promise<SessionRow> {
  const row = await store[inside].db.selectFrom('sessions').selectAll().where('id', '=', sessionId).executeTakeFirst();
  if (row === undefined) throw fail('SESSION_NOT_FOUND');
  return toSession(row);
}

/** Newest first. */
export async function listSessions(
  store: Store,
  query: { readonly userId: string; readonly appName?: string },
): Promise<SessionRow[]> {
  let select = store[inside].db.selectFrom('sessions').selectAll().where('user_id', '=', query.userId);
  if (query.appName !== undefined) select = select.where('app_name', '=', query.appName);
  return (await select.orderBy('created_at', 'desc').execute()).map(toSession);
}

/** Merges `delta` into the state; null removes a key. */
export async function updateSessionState(
  store: Store,
  change: { readonly sessionId: string; readonly delta: Readonly<Record<string, unknown>>; readonly now: number },
): Promise<SessionRow> {
  return inTransaction(store, async (inner) => {
    const session = await getSessionById(inner, change.sessionId);
    // fromEntries defines keys, so that a key named __proto__ is only a key.
    const merged = new Map(Object.entries(session.state));
    for (const [name, value] of Object.entries(change.delta)) {
      if (value === null || value === undefined) merged.delete(name);
      else merged.set(name, value);
    }
    const state = Object.fromEntries(merged);
    await inner[inside].db
      .updateTable('sessions')
      .set({ state: toJson(state), updated_at: change.now })
      .where('id', '=', change.sessionId)
      .execute();
    return { ...session, state, updatedAt: change.now };
  });
}

/** Turns, revisions and membership of media go; renders and media used elsewhere stay. Errors: SESSION_NOT_FOUND. */
export async function deleteSession(store: Store, key: { readonly userId: string; readonly sessionId: string }): Promise<void> {
  const result = await store[inside].db
    .deleteFrom('sessions')
    .where('id', '=', key.sessionId)
    .where('user_id', '=', key.userId)
    .executeTakeFirst();
  if (result.numDeletedRows === 0n) throw fail('SESSION_NOT_FOUND');
}

/** Errors: SESSION_NOT_FOUND. */
export async function readCursor(store: Store, sessionId: string): Promise<HistoryCursor> {
  const row = await store[inside].db
    .selectFrom('sessions')
    .select(['head', 'redo'])
    .where('id', '=', sessionId)
    .executeTakeFirst();
  if (row === undefined) throw fail('SESSION_NOT_FOUND');
  return { head: row.head, redo: fromJson(row.redo) };
}

export async function writeCursor(
  store: Store,
  cursor: HistoryCursor & { readonly sessionId: string; readonly now: number },
): Promise<void> {
  await store[inside].db
    .updateTable('sessions')
    .set({ head: cursor.head, redo: toJson(cursor.redo), updated_at: cursor.now })
    .where('id', '=', cursor.sessionId)
    .execute();
}

function toSession(row: Tables['sessions']): SessionRow {
  return {
    id: row.id,
    taskId: row.task_id,
    userId: row.user_id,
    appName: row.app_name,
    taskName: row.task_name,
    ...optional('language', row.language),
    state: fromJson(row.state),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
