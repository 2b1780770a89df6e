/** Renders: what was asked, how far it is, what came of it. */
import { fail } from '#core/errors';
import { fromJson, optional, optionalJson, toJson, toJsonOrNull } from './json.ts';
import type { RenderRow, RenderStatus } from './rows.ts';
import { announceAfterCommit, inside, type Store } from './store.ts';
import type { Tables } from './tables.ts';

type Key = { readonly userId: string; readonly id: string };

/** Topic of `Store.changes` that is announced when a render changes. */
export function renderTopic(key: Key): string {
  return `render:${key.userId}:${key.id}`;
}

export async function insertRender(store: Store, row: RenderRow): Promise<void> {
  await store[inside].db
    .insertInto('renders')
    .values({
      user_id: row.userId,
      id: row.id,
      session_id: row.sessionId,
      body_hash: row.bodyHash,
      status: row.status,
      step: row.step,
      progress: row.progress,
      eta_seconds: row.etaSeconds ?? null,
      attempt: row.attempt,
      timeline: toJson(row.timeline),
      output: toJson(row.output),
      job_id: row.jobId,
      figures: toJsonOrNull(row.figures),
      proof: toJsonOrNull(row.proof),
      notes: toJson(row.notes),
      file: toJsonOrNull(row.file),
      file_hash: row.file?.hash ?? null,
      error: toJsonOrNull(row.error),
      created_at: row.createdAt,
      started_at: row.startedAt ?? null,
      completed_at: row.completedAt ?? null,
      expires_at: row.expiresAt ?? null,
    })
    .execute();
}

export async function findRender(store: Store, key: Key): Promise<RenderRow | undefined> {
  const row = await store[inside].db
    .selectFrom('renders')
    .selectAll()
    .where('user_id', '=', key.userId)
    .where('id', '=', key.id)
    .executeTakeFirst();
  return row === undefined ? undefined : toRender(row);
}

/** Errors: RESOURCE_NOT_FOUND, also for another user's. */
export async function getRender(store: Store, key: Key): Promise<RenderRow> {
  const row = await findRender(store, key);
  if (row === undefined) throw fail('RESOURCE_NOT_FOUND', { what: 'Render' });
  return row;
}

/** Newest first. */
export async function listRenders(
  store: Store,
  query: { readonly userId: string; readonly sessionId: string },
): Promise<RenderRow[]> {
  const rows = await store[inside].db
    .selectFrom('renders')
    .selectAll()
    .where('user_id', '=', query.userId)
    .where('session_id', '=', query.sessionId)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map(toRender);
}

export type RenderChange = Partial<
  Pick<
    RenderRow,
    | 'status'
    | 'step'
    | 'progress'
    | 'attempt'
    | 'figures'
    | 'proof'
    | 'notes'
    | 'file'
    | 'error'
    | 'startedAt'
    | 'completedAt'
    | 'expiresAt'
  >
> & {
  /** null: not known any more. */
  readonly etaSeconds?: number | null;
};

/** Changes the named fields of a render that has not ended; false where it had. Wakes its watchers after the commit. */
export async function updateRender(store: Store, key: Key, change: RenderChange): Promise<boolean> {
  const result = await store[inside].db
    .updateTable('renders')
    .set({
      ...(change.status === undefined ? {} : { status: change.status }),
      ...(change.step === undefined ? {} : { step: change.step }),
      ...(change.progress === undefined ? {} : { progress: change.progress }),
      ...(change.etaSeconds === undefined ? {} : { eta_seconds: change.etaSeconds }),
      ...(change.attempt === undefined ? {} : { attempt: change.attempt }),
      ...(change.figures === undefined ? {} : { figures: toJson(change.figures) }),
      ...(change.proof === undefined ? {} : { proof: toJson(change.proof) }),
      ...(change.notes === undefined ? {} : { notes: toJson(change.notes) }),
      ...(change.file === undefined ? {} : { file: toJson(change.file), file_hash: change.file.hash }),
      ...(change.error === undefined ? {} : { error: toJson(change.error) }),
      ...(change.startedAt === undefined ? {} : { started_at: change.startedAt }),
      ...(change.completedAt === undefined ? {} : { completed_at: change.completedAt }),
      ...(change.expiresAt === undefined ? {} : { expires_at: change.expiresAt }),
    })
    .where('user_id', '=', key.userId)
    .where('id', '=', key.id)
    .where('status', 'in', ['pending', 'processing'])
    .executeTakeFirst();
  announceAfterCommit(store, renderTopic(key));
  return result.numUpdatedRows > 0n;
}

/** Forgets the files of renders past their time; the rows stay. Gives how many. */
export async function expireRenderFiles(store: Store, query: { readonly now: number }): Promise<number> {
  const result = await store[inside].db
    .updateTable('renders')
    .set({ file_hash: null })
    .where('file_hash', 'is not', null)
    .where('expires_at', '<', query.now)
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}

function toRender(row: Tables['renders']): RenderRow {
  return {
    id: row.id,
    userId: row.user_id,
    sessionId: row.session_id,
    bodyHash: row.body_hash,
    // Written from RenderRow only.
    status: row.status as RenderStatus,
    step: row.step as RenderRow['step'],
    progress: row.progress,
    ...optional('etaSeconds', row.eta_seconds),
    attempt: row.attempt,
    timeline: fromJson(row.timeline),
    output: fromJson(row.output),
    jobId: row.job_id,
    ...optionalJson<'figures', NonNullable<RenderRow['figures']>>('figures', row.figures),
    ...optionalJson<'proof', NonNullable<RenderRow['proof']>>('proof', row.proof),
    notes: fromJson(row.notes),
    // A file whose hash was taken away is past its time: its bytes may be gone.
    ...(row.file_hash === null ? {} : optionalJson<'file', NonNullable<RenderRow['file']>>('file', row.file)),
    ...optionalJson<'error', NonNullable<RenderRow['error']>>('error', row.error),
    createdAt: row.created_at,
    ...optional('startedAt', row.started_at),
    ...optional('completedAt', row.completed_at),
    ...optional('expiresAt', row.expires_at),
  };
}
