/**
 * Kysely over better-sqlite3 on one file: the only place that knows SQLite.
 *
 * An answer is given after the commit is on the disk (WAL, synchronous=FULL). Transactions take the write lock when they
 * begin, so that a read inside one is never stale and two processes on one folder wait for each other instead of failing.
 */
import { chmodSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import {
  CompiledQuery,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely';
import { fail } from '#core/errors';
import type { Tables } from './tables.ts';

/** Statements kept prepared; the program has about a hundred different ones. */
const statementLimit = 300;
/** How long a write waits for another process's, and how long between two tries, in ms. */
const busyMs = 20_000;
const busyPauseMs = 5;

export type SqliteHandle = { readonly db: Kysely<Tables>; readonly checkIntegrity: () => string[] };

export function openSqlite(path: string): SqliteHandle {
  const file = new Sqlite(path, { timeout: busyMs });
  try {
    file.pragma('journal_mode = WAL');
    file.pragma('synchronous = FULL');
    file.pragma('foreign_keys = ON');
    file.pragma('trusted_schema = OFF');
    // From here on waiting is done without blocking the event loop, see `whenFree`.
    file.pragma('busy_timeout = 0');
    // The database holds hashes of tokens and everything users said.
    if (path !== ':memory:') chmodSync(path, 0o600);
  } catch (error) {
    file.close();
    throw translate(error);
  }
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => createDriver(file),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  return {
    db,
    checkIntegrity: () =>
      (file.pragma('integrity_check') as { readonly integrity_check: string }[])
        .map((row) => row.integrity_check)
        .concat((file.pragma('foreign_key_check') as unknown[]).map((row) => `foreign key: ${JSON.stringify(row)}`))
        .filter((line) => line !== 'ok'),
  };
}

function createDriver(file: Sqlite.Database): Driver {
  const connection = createConnection(file);
  const run = async (sql: string): Promise<void> => void (await connection.executeQuery(CompiledQuery.raw(sql)));
  // One connection, handed on in the order of asking.
  let last: Promise<void> = Promise.resolve();
  let release: () => void = () => undefined;
  return {
    init: () => Promise.resolve(),
    async acquireConnection() {
      const before = last;
      const { promise, resolve } = Promise.withResolvers<void>();
      last = promise;
      await before;
      release = resolve;
      return connection;
    },
    async releaseConnection() {
      release();
    },
    beginTransaction: () => run('begin immediate'),
    commitTransaction: () => run('commit'),
    async rollbackTransaction() {
      // A failed commit (disk full) may have rolled back by itself.
      if (file.inTransaction) await run('rollback');
    },
    async destroy() {
      file.close();
    },
  };
}

function createConnection(file: Sqlite.Database): DatabaseConnection {
  const statements = new Map<string, Sqlite.Statement>();
  const prepare = (sql: string): Sqlite.Statement => {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = file.prepare(sql);
    if (statements.size >= statementLimit) statements.clear();
    statements.set(sql, statement);
    return statement;
  };
  return {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      return whenFree(file, () => {
        const statement = prepare(sql);
        // Row types are Kysely's promise about the query it compiled.
        if (statement.reader) return { rows: statement.all(...parameters) as Row[] };
        const { changes } = statement.run(...parameters);
        return { rows: [], numAffectedRows: BigInt(changes) };
      });
    },
    // eslint-disable-next-line require-yield
    async *streamQuery() {
      throw fail('INTERNAL', {}, { cause: 'queries are read whole' });
    },
  };
}

/**
 * Runs a statement as soon as no other process writes. SQLite's own waiting would stop this whole process, and for ever
 * where the other connection is in it.
 */
async function whenFree<Result>(file: Sqlite.Database, run: () => Result): Promise<Result> {
  const until = performance.now() + busyMs;
  for (;;) {
    try {
      return run();
    } catch (error) {
      const isBusy = error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY');
      // Inside a transaction the lock is held already; trying again would not help.
      if (!isBusy || file.inTransaction || performance.now() > until) throw translate(error);
      await new Promise((resolve) => setTimeout(resolve, busyPauseMs));
    }
  }
}

function translate(error: unknown): unknown {
  const code = error instanceof Sqlite.SqliteError ? error.code : '';
  return code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_WRITE' ? fail('DISK_FULL', {}, { cause: error }) : error;
}
