/** Brings the tables up to date: the list of migrations, oldest first, each applied once. A shipped one is never changed. */
import type { Kysely } from 'kysely';
import { fail } from '#core/errors';
import type { Tables } from '../tables.ts';
import * as first from './001-first.ts';
import * as turns from './002-turns.ts';

type Migration = (db: Kysely<Tables>, autoNumber: 'integer' | 'bigserial') => Promise<void>;

const migrations: readonly (readonly [name: string, up: Migration])[] = [
  ['001-first', first.up],
  ['002-turns', turns.up],
];

/**
 * Applies what is missing, all in the one transaction of the caller: a kill in the middle leaves nothing behind, a second
 * process that starts at the same time waits and then finds it done.
 *
 * Errors: CONFIG_INVALID where the data was written by a later version.
 */
export async function migrate(db: Kysely<Tables>, autoNumber: 'integer' | 'bigserial', now: number): Promise<string[]> {
  const all = db.withTables<{ migrations: { name: string; applied_at: number } }>();
  await all.schema
    .createTable('migrations')
    .ifNotExists()
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('applied_at', 'bigint', (column) => column.notNull())
    .execute();
  const applied = (await all.selectFrom('migrations').select('name').execute()).map((row) => row.name);
  const unknown = applied.find((name) => !migrations.some(([known]) => known === name));
  if (unknown !== undefined)
    throw fail('CONFIG_INVALID', { name: 'RUSHES_DATA', reason: `its data was written by a later version (${unknown})` });
  const done: string[] = [];
  for (const [name, up] of migrations) {
    if (applied.includes(name)) continue;
    await up(db, autoNumber);
    await all.insertInto('migrations').values({ name, applied_at: now }).execute();
    done.push(name);
  }
  return done;
}
