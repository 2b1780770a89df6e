/** Rows of the queue. What a job means and who decides about it is in platform/queue and editor. */
import type { ErrorJson } from '#core/errors';
import { fail } from '#core/errors';
import { fromJson, optionalJson, toJson, toJsonOrNull } from './json.ts';
import type { JobRow, JobState } from './rows.ts';
import { inside, inTransaction, type Store } from './store.ts';
import type { Tables } from './tables.ts';

export type NewJob = {
  readonly id: string;
  readonly kind: string;
  readonly payload: unknown;
  readonly userId: string;
  readonly lane: string;
  readonly now: number;
};

/** The right to write for a job: whoever claimed it last holds it. */
export type Lease = { readonly jobId: string; readonly epoch: number };

export async function insertJob(store: Store, job: NewJob): Promise<JobRow> {
  const values = {
    id: job.id,
    kind: job.kind,
    payload: toJson(job.payload),
    user_id: job.userId,
    lane: job.lane,
    state: 'queued',
    epoch: 0,
    owner: null,
    beats: 0,
    crashes: 0,
    errors: 0,
    cancel_requested: 0,
    error: null,
    created_at: job.now,
    available_at: job.now,
    started_at: null,
    ended_at: null,
  };
  return toJob(await store[inside].db.insertInto('jobs').values(values).returningAll().executeTakeFirstOrThrow());
}

export async function findJob(store: Store, jobId: string): Promise<JobRow | undefined> {
  const row = await store[inside].db.selectFrom('jobs').selectAll().where('id', '=', jobId).executeTakeFirst();
  return row === undefined ? undefined : toJob(row);
}

/**
 * Takes the next job of a kind: first those of users with the fewest running, then of those served longest ago, then the
 * oldest. A job whose lane has a running or an older waiting one is passed over.
 */
export async function claimJob(
  store: Store,
  claim: { readonly kind: string; readonly owner: string; readonly now: number },
): Promise<JobRow | undefined> {
  return inTransaction(store, async (inner) => {
    const { db } = inner[inside];
    const next = await db
      .selectFrom('jobs as job')
      .select(['job.id', 'job.epoch'])
      .where('job.kind', '=', claim.kind)
      .where('job.state', '=', 'queued')
      .where('job.available_at', '<=', claim.now)
      .where((job) =>
        job.not(
          job.exists(
            job
              .selectFrom('jobs as other')
              .select('other.id')
              .whereRef('other.lane', '=', 'job.lane')
              .where((expression) =>
                expression.or([
                  expression('other.state', '=', 'running'),
                  expression.and([
                    expression('other.state', '=', 'queued'),
                    expression('other.seq', '<', expression.ref('job.seq')),
                  ]),
                ]),
              ),
          ),
        ),
      )
      .orderBy((job) =>
        job
          .selectFrom('jobs as busy')
          .select((expression) => expression.fn.countAll().as('count'))
          .whereRef('busy.user_id', '=', 'job.user_id')
          .whereRef('busy.kind', '=', 'job.kind')
          .where('busy.state', '=', 'running'),
      )
      .orderBy((job) =>
        job
          .selectFrom('jobs as served')
          .select((expression) => expression.fn.coalesce(expression.fn.max('served.started_at'), expression.val(0)).as('latest'))
          .whereRef('served.user_id', '=', 'job.user_id')
          .whereRef('served.kind', '=', 'job.kind'),
      )
      .orderBy('job.seq')
      .limit(1)
      .executeTakeFirst();
    if (next === undefined) return undefined;
    const row = await db
      .updateTable('jobs')
      .set({ state: 'running', epoch: next.epoch + 1, owner: claim.owner, beats: 0, started_at: claim.now })
      .where('id', '=', next.id)
      .where('state', '=', 'queued')
      .returningAll()
      .executeTakeFirst();
    return row === undefined ? undefined : toJob(row);
  });
}

/** A sign of life. False where the lease is lost. */
export async function beatJob(store: Store, lease: Lease): Promise<boolean> {
  const result = await store[inside].db
    .updateTable('jobs')
    .set((expression) => ({ beats: expression('beats', '+', 1) }))
    .where('id', '=', lease.jobId)
    .where('epoch', '=', lease.epoch)
    .where('state', '=', 'running')
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Everything in `work` or nothing, and only while the lease is held. Errors: LEASE_LOST. */
export async function withLease<Result>(store: Store, lease: Lease, work: (store: Store) => Promise<Result>): Promise<Result> {
  return inTransaction(store, async (inner) => {
    // A write, not a read: where rows are locked one by one, nobody can take the job over before this ends.
    if (!(await beatJob(inner, lease))) throw fail('LEASE_LOST');
    return work(inner);
  });
}

export type LiveJob = { readonly job: JobRow; readonly owner: string; readonly beats: number };

export async function listRunningJobs(store: Store): Promise<LiveJob[]> {
  const rows = await store[inside].db.selectFrom('jobs').selectAll().where('state', '=', 'running').execute();
  return rows.map((row) => ({ job: toJob(row), owner: row.owner ?? '', beats: row.beats }));
}

export type Interruption = { readonly jobId: string; readonly why: 'cancel' | 'lost' };

/** Which of these jobs somebody wants to stop, or has taken over. */
export async function listInterrupted(store: Store, leases: readonly Lease[]): Promise<Interruption[]> {
  if (leases.length === 0) return [];
  const rows = await store[inside].db
    .selectFrom('jobs')
    .select(['id', 'epoch', 'state', 'cancel_requested'])
    .where(
      'id',
      'in',
      leases.map((lease) => lease.jobId),
    )
    .execute();
  return leases.flatMap(({ jobId, epoch }): Interruption[] => {
    const row = rows.find((candidate) => candidate.id === jobId);
    if (row === undefined || row.epoch !== epoch || row.state !== 'running') return [{ jobId, why: 'lost' }];
    return row.cancel_requested === 1 ? [{ jobId, why: 'cancel' }] : [];
  });
}

/** Ends a job of this epoch. Errors: LEASE_LOST where another one holds it. */
export async function endJob(
  store: Store,
  lease: Lease,
  end: { readonly state: 'done' | 'failed' | 'canceled'; readonly error?: ErrorJson; readonly now: number },
): Promise<void> {
  const result = await store[inside].db
    .updateTable('jobs')
    .set({ state: end.state, error: toJsonOrNull(end.error), ended_at: end.now, owner: null })
    .where('id', '=', lease.jobId)
    .where('epoch', '=', lease.epoch)
    .where('state', 'in', ['queued', 'running'])
    .executeTakeFirst();
  if (result.numUpdatedRows === 0n) throw fail('LEASE_LOST');
}

/**
 * Hands a running job back, to run again from `availableAt` on. The epoch rises, so that whoever held it can write no more.
 * Errors: LEASE_LOST.
 */
export async function requeueJob(
  store: Store,
  lease: Lease,
  change: { readonly availableAt: number; readonly crashes?: number; readonly errors?: number },
): Promise<void> {
  const result = await store[inside].db
    .updateTable('jobs')
    .set({
      state: 'queued',
      owner: null,
      epoch: lease.epoch + 1,
      available_at: change.availableAt,
      ...(change.crashes === undefined ? {} : { crashes: change.crashes }),
      ...(change.errors === undefined ? {} : { errors: change.errors }),
    })
    .where('id', '=', lease.jobId)
    .where('epoch', '=', lease.epoch)
    .where('state', '=', 'running')
    .executeTakeFirst();
  if (result.numUpdatedRows === 0n) throw fail('LEASE_LOST');
}

/** Notes the wish to stop a job that has not ended; gives the job as it is now. */
export async function requestCancel(store: Store, jobId: string): Promise<JobRow | undefined> {
  const { db } = store[inside];
  await db
    .updateTable('jobs')
    .set({ cancel_requested: 1 })
    .where('id', '=', jobId)
    .where('state', 'in', ['queued', 'running'])
    .execute();
  return findJob(store, jobId);
}

/** Takes away jobs that ended before; gives how many. */
export async function pruneJobs(store: Store, query: { readonly endedBefore: number }): Promise<number> {
  const result = await store[inside].db
    .deleteFrom('jobs')
    .where('ended_at', 'is not', null)
    .where('ended_at', '<', query.endedBefore)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

function toJob(row: Omit<Tables['jobs'], 'seq'>): JobRow {
  return {
    id: row.id,
    kind: row.kind,
    payload: fromJson(row.payload),
    userId: row.user_id,
    lane: row.lane,
    // Written from JobState only.
    state: row.state as JobState,
    epoch: row.epoch,
    crashes: row.crashes,
    errors: row.errors,
    cancelRequested: row.cancel_requested === 1,
    ...optionalJson<'error', ErrorJson>('error', row.error),
    createdAt: row.created_at,
    availableAt: row.available_at,
  };
}
