/** The handle on the database: opened once, passed in the context, closed by whoever opened it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Config } from '#platform/config';
import type { Log } from '#platform/log';
import { createChanges, type Changes } from './changes.ts';
import { migrate } from './migrations/migrate.ts';
import { openSqlite } from './sqlite.ts';
import type { Tables } from './tables.ts';

/** Key of what only this module may use; not exported by the door. */
export const inside: unique symbol = Symbol('store');

/** Every function of the door takes it first. */
export type Store = {
  readonly [inside]: {
    readonly db: Kysely<Tables>;
    readonly inTransaction: boolean;
    readonly afterCommit: (() => void)[];
    readonly checkIntegrity: () => string[];
  };
  readonly changes: Changes;
  close(): Promise<void>;
};

/** Opens the database of the data folder, making and migrating it where needed. Errors: CONFIG_INVALID, DISK_FULL. */
export async function openStore(config: Pick<Config, 'dataFolder'>, log: Log): Promise<Store> {
  mkdirSync(config.dataFolder, { recursive: true, mode: 0o700 });
  const { db, checkIntegrity } = openSqlite(join(config.dataFolder, 'rushes.db'));
  const store: Store = {
    [inside]: { db, inTransaction: false, afterCommit: [], checkIntegrity },
    changes: createChanges(),
    close: () => db.destroy(),
  };
  try {
    const applied = await db.transaction().execute((transaction) => migrate(transaction, 'integer', Date.now()));
    if (applied.length > 0) log.info('store.migrated', { applied });
  } catch (error) {
    await store.close();
    throw error;
  }
  return store;
}

/**
 * Everything in `work` or nothing. Inside, use only the store that it is given: the outer one would wait for this
 * transaction to end. Within a transaction it joins that one.
 */
export async function inTransaction<Result>(store: Store, work: (store: Store) => Promise<Result>): Promise<Result> {
  const outer = store[inside];
  if (outer.inTransaction) return work(store);
  const afterCommit: (() => void)[] = [];
  const result = await outer.db
    .transaction()
    .execute((db) => work({ ...store, [inside]: { ...outer, db, inTransaction: true, afterCommit } }));
  for (const announce of afterCommit) announce();
  return result;
}

/** Wakes waiters of a topic once what was written is committed. */
export function announceAfterCommit(store: Store, topic: string): void {
  const { inTransaction: waiting, afterCommit } = store[inside];
  if (waiting) afterCommit.push(() => store.changes.announce(topic));
  else store.changes.announce(topic);
}

/** Whether the database answers: one small read. Rejects with the reason where it does not. */
export async function pingStore(store: Store): Promise<void> {
  await store[inside].db.selectFrom('secrets').select('name').limit(1).execute();
}

/**
 * SQLite's own checks over the whole file; empty where all is well. They stop the process while they run: for `doctor`
 * and tests, not for health probes.
 */
export function checkIntegrity(store: Store): Promise<string[]> {
  return Promise.resolve(store[inside].checkIntegrity());
}
