/** Runs (turns) and their logs. The log is the only thing that streams are made of: append first, send after. */
import type { ErrorJson } from '#core/errors';
import { fail } from '#core/errors';
import { fromJson, optional, optionalJson, toJson, toJsonOrNull } from './json.ts';
import type { RunEventRow, RunRow, RunStatus } from './rows.ts';
import { announceAfterCommit, inside, inTransaction, type Store } from './store.ts';
import type { Tables } from './tables.ts';

export type NewRun = {
  readonly id: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly text: string;
  readonly language?: string;
  readonly idempotencyKey?: string;
  readonly now: number;
};

/** A queued run. The same session and idempotency key give the run there is, `created: false`. */
export async function createRun(store: Store, run: NewRun): Promise<{ readonly run: RunRow; readonly created: boolean }> {
  return inTransaction(store, async (inner) => {
    const { db } = inner[inside];
    if (run.idempotencyKey !== undefined) {
      const known = await db
        .selectFrom('runs')
        .selectAll()
        .where('session_id', '=', run.sessionId)
        .where('idempotency_key', '=', run.idempotencyKey)
        .executeTakeFirst();
      if (known !== undefined) return { run: toRun(known), created: false };
    }
    const row = {
      id: run.id,
      session_id: run.sessionId,
      user_id: run.userId,
      text: run.text,
      language: run.language ?? null,
      status: 'queued',
      idempotency_key: run.idempotencyKey ?? null,
      job_id: null,
      error: null,
      created_at: run.now,
      ended_at: null,
    };
    await db.insertInto('runs').values(row).execute();
    return { run: toRun(row), created: true };
  });
}

/** Errors: RESOURCE_NOT_FOUND, also for another user's. */
export async function getRun(store: Store, key: { readonly userId: string; readonly runId: string }): Promise<RunRow> {
  const row = await store[inside].db
    .selectFrom('runs')
    .selectAll()
    .where('id', '=', key.runId)
    .where('user_id', '=', key.userId)
    .executeTakeFirst();
  if (row === undefined) throw fail('RESOURCE_NOT_FOUND', { what: 'Run' });
  return toRun(row);
}

/** Newest first. */
export async function listRuns(
  store: Store,
  query: { readonly sessionId: string; readonly limit?: number; readonly status?: readonly RunStatus[] },
): Promise<RunRow[]> {
  let select = store[inside].db.selectFrom('runs').selectAll().where('session_id', '=', query.sessionId);
  if (query.status !== undefined) select = select.where('status', 'in', query.status);
  const rows = await select
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(query.limit ?? 100)
    .execute();
  return rows.map(toRun);
}

/** A run that has ended stays as it ended. */
export async function setRunStatus(
  store: Store,
  change: {
    readonly runId: string;
    readonly status: RunStatus;
    readonly jobId?: string;
    readonly error?: ErrorJson;
    readonly now: number;
  },
): Promise<void> {
  const ended = change.status === 'done' || change.status === 'failed' || change.status === 'canceled';
  await store[inside].db
    .updateTable('runs')
    .set({
      status: change.status,
      ended_at: ended ? change.now : null,
      ...(change.jobId === undefined ? {} : { job_id: change.jobId }),
      ...(change.error === undefined ? {} : { error: toJsonOrNull(change.error) }),
    })
    .where('id', '=', change.runId)
    .where('ended_at', 'is', null)
    .execute();
  announceAfterCommit(store, `run:${change.runId}`);
}

/** Appends and gives the number of the last; wakes those who wait for `run:<id>` after the commit. */
export async function appendRunEvents(
  store: Store,
  append: { readonly runId: string; readonly events: readonly Readonly<Record<string, unknown>>[]; readonly now: number },
): Promise<number> {
  const last = await inTransaction(store, async (inner) => {
    const { db } = inner[inside];
    const row = await db
      .selectFrom('run_events')
      .select((expression) => expression.fn.max('seq').as('last'))
      .where('run_id', '=', append.runId)
      .executeTakeFirst();
    // max() of nothing is NULL, which Kysely types as a number.
    const before = (row?.last as number | null | undefined) ?? 0;
    for (const [index, event] of append.events.entries()) {
      await db
        .insertInto('run_events')
        .values({ run_id: append.runId, seq: before + index + 1, event: toJson(event), created_at: append.now })
        .execute();
    }
    return before + append.events.length;
  });
  announceAfterCommit(store, `run:${append.runId}`);
  return last;
}

/** In order, those after `afterSeq`. */
export async function readRunEvents(
  store: Store,
  query: { readonly runId: string; readonly afterSeq: number; readonly limit?: number },
): Promise<RunEventRow[]> {
  const rows = await store[inside].db
    .selectFrom('run_events')
    .selectAll()
    .where('run_id', '=', query.runId)
    .where('seq', '>', query.afterSeq)
    .orderBy('seq')
    .limit(query.limit ?? 500)
    .execute();
  return rows.map((row) => ({ runId: row.run_id, seq: row.seq, event: fromJson(row.event), createdAt: row.created_at }));
}

/** Takes away the logs of runs that ended before; gives how many lines. */
export async function pruneRunEvents(store: Store, query: { readonly endedBefore: number }): Promise<number> {
  const result = await store[inside].db
    .deleteFrom('run_events')
    .where('run_id', 'in', (expression) =>
      expression.selectFrom('runs').select('id').where('ended_at', 'is not', null).where('ended_at', '<', query.endedBefore),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

function toRun(row: Tables['runs']): RunRow {
  return {
    id: row.id,
    sessionId: row.session_id,
    userId: row.user_id,
    text: row.text,
    ...optional('language', row.language),
    // Written from RunStatus only.
    status: row.status as RunStatus,
    ...optional('idempotencyKey', row.idempotency_key),
    ...optional('jobId', row.job_id),
    ...optionalJson<'error', ErrorJson>('error', row.error),
    createdAt: row.created_at,
    ...optional('endedAt', row.ended_at),
  };
}
