/** The first set of tables. */
import { sql, type Kysely } from 'kysely';
import type { Tables } from '../tables.ts';

export async function up(db: Kysely<Tables>, autoNumber: 'integer' | 'bigserial'): Promise<void> {
  await identity(db);
  await documents(db);
  await turnsAndRenders(db);
  await credits(db, autoNumber);
  await jobs(db, autoNumber);
}

async function identity(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('users')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('tokens')
    .addColumn('hash', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('session_id', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('expires_at', 'bigint', (column) => column.notNull())
    .addColumn('revoked_at', 'bigint')
    .execute();
  await db.schema.createIndex('tokens_by_client').on('tokens').columns(['client_id', 'created_at']).execute();
  await db.schema
    .createTable('rate_counters')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('uses', 'integer', (column) => column.notNull())
    .addColumn('window_ends_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('secrets')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
}

async function documents(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('sessions')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('task_id', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('app_name', 'text', (column) => column.notNull())
    .addColumn('task_name', 'text', (column) => column.notNull())
    .addColumn('language', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('head', 'integer', (column) => column.notNull())
    .addColumn('redo', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('sessions_by_user').on('sessions').columns(['user_id', 'created_at']).execute();
  await db.schema
    .createTable('assets')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addColumn('probe', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('assets_by_hash').on('assets').column('hash').execute();
  await db.schema
    .createTable('session_assets')
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id').onDelete('cascade'))
    .addColumn('asset_id', 'text', (column) => column.notNull().references('assets.id'))
    .addColumn('added_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('session_assets_key', ['session_id', 'asset_id'])
    .execute();
  await db.schema.createIndex('session_assets_by_asset').on('session_assets').column('asset_id').execute();
  await db.schema
    .createTable('analyses')
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('analysis', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('params', 'text', (column) => column.notNull())
    .addColumn('facts', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('analyses_key', ['hash', 'analysis', 'version', 'params'])
    .execute();
  await db.schema
    .createTable('revisions')
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id').onDelete('cascade'))
    .addColumn('revision', 'integer', (column) => column.notNull())
    .addColumn('timeline', 'text', (column) => column.notNull())
    .addColumn('edits', 'text', (column) => column.notNull())
    .addColumn('inverse', 'text', (column) => column.notNull())
    .addColumn('notes', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('tool', 'text', (column) => column.notNull())
    .addColumn('idempotency_key', 'text')
    .addColumn('receipt', 'text')
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('head', 'integer', (column) => column.notNull())
    .addColumn('parent', 'integer')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('revisions_key', ['session_id', 'revision'])
    .addUniqueConstraint('revisions_once', ['session_id', 'idempotency_key'])
    .execute();
}

async function turnsAndRenders(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('runs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('session_id', 'text', (column) => column.notNull().references('sessions.id').onDelete('cascade'))
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('language', 'text')
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('idempotency_key', 'text')
    .addColumn('job_id', 'text')
    .addColumn('error', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .addUniqueConstraint('runs_once', ['session_id', 'idempotency_key'])
    .execute();
  await db.schema.createIndex('runs_by_session').on('runs').columns(['session_id', 'created_at']).execute();
  await db.schema.createIndex('runs_by_end').on('runs').column('ended_at').execute();
  await db.schema
    .createTable('run_events')
    .addColumn('run_id', 'text', (column) => column.notNull().references('runs.id').onDelete('cascade'))
    .addColumn('seq', 'integer', (column) => column.notNull())
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('run_events_key', ['run_id', 'seq'])
    .execute();
  await db.schema
    .createTable('renders')
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('session_id', 'text', (column) => column.notNull())
    .addColumn('body_hash', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('step', 'text', (column) => column.notNull())
    .addColumn('progress', 'real', (column) => column.notNull())
    .addColumn('eta_seconds', 'integer')
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('timeline', 'text', (column) => column.notNull())
    .addColumn('output', 'text', (column) => column.notNull())
    .addColumn('job_id', 'text', (column) => column.notNull())
    .addColumn('figures', 'text')
    .addColumn('proof', 'text')
    .addColumn('notes', 'text', (column) => column.notNull())
    .addColumn('file', 'text')
    .addColumn('file_hash', 'text')
    .addColumn('error', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('completed_at', 'bigint')
    .addColumn('expires_at', 'bigint')
    .addPrimaryKeyConstraint('renders_key', ['user_id', 'id'])
    .execute();
  await db.schema.createIndex('renders_by_session').on('renders').columns(['session_id', 'created_at']).execute();
  await db.schema.createIndex('renders_by_file').on('renders').column('file_hash').execute();
}

async function credits(db: Kysely<Tables>, autoNumber: 'integer' | 'bigserial'): Promise<void> {
  await db.schema
    .createTable('credit_accounts')
    .addColumn('user_id', 'text', (column) => column.primaryKey().references('users.id'))
    .addColumn('granted', 'integer', (column) => column.notNull().check(sql`granted >= 0`))
    .addColumn('available', 'integer', (column) => column.notNull().check(sql`available >= 0`))
    .addColumn('frozen', 'integer', (column) => column.notNull().check(sql`frozen >= 0`))
    .addColumn('spent', 'integer', (column) => column.notNull().check(sql`spent >= 0`))
    .addCheckConstraint('credits_add_up', sql`available + frozen + spent = granted`)
    .execute();
  await db.schema
    .createTable('credit_holds')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('amount', 'integer', (column) => column.notNull())
    .addColumn('operation', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('credit_holds_once', ['user_id', 'operation'])
    .execute();
  await db.schema
    .createTable('credit_entries')
    .addColumn('id', autoNumber, (column) => column.primaryKey())
    .addColumn('user_id', 'text', (column) => column.notNull().references('users.id'))
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('amount', 'integer', (column) => column.notNull())
    .addColumn('operation', 'text', (column) => column.notNull())
    .addColumn('hold_id', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('credit_entries_by_user').on('credit_entries').columns(['user_id', 'id']).execute();
}

async function jobs(db: Kysely<Tables>, autoNumber: 'integer' | 'bigserial'): Promise<void> {
  await db.schema
    .createTable('jobs')
    .addColumn('seq', autoNumber, (column) => column.primaryKey())
    .addColumn('id', 'text', (column) => column.notNull().unique())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('user_id', 'text', (column) => column.notNull())
    .addColumn('lane', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('epoch', 'integer', (column) => column.notNull())
    .addColumn('owner', 'text')
    .addColumn('beats', 'integer', (column) => column.notNull())
    .addColumn('crashes', 'integer', (column) => column.notNull())
    .addColumn('errors', 'integer', (column) => column.notNull())
    .addColumn('cancel_requested', 'integer', (column) => column.notNull())
    .addColumn('error', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('available_at', 'bigint', (column) => column.notNull())
    .addColumn('started_at', 'bigint')
    .addColumn('ended_at', 'bigint')
    .execute();
  await db.schema.createIndex('jobs_by_state').on('jobs').columns(['state', 'kind', 'seq']).execute();
  await db.schema.createIndex('jobs_by_lane').on('jobs').columns(['lane', 'state']).execute();
  await db.schema.createIndex('jobs_by_user').on('jobs').columns(['user_id', 'kind', 'started_at']).execute();
}
