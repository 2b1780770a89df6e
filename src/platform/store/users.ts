/** Users, their tokens, and the counters that limit how often something is done. */
import { createHash, randomBytes } from 'node:crypto';
import { optional } from './json.ts';
import type { TokenRow } from './rows.ts';
import { inside, inTransaction, type Store } from './store.ts';
import type { Tables } from './tables.ts';

export async function createAnonymousUser(store: Store, user: { readonly id: string; readonly now: number }): Promise<void> {
  await store[inside].db.insertInto('users').values({ id: user.id, kind: 'anonymous', created_at: user.now }).execute();
}

/** Makes sure that a user of ours is there: the command line's own, a test's. */
export async function ensureUser(store: Store, user: { readonly id: string; readonly now: number }): Promise<void> {
  await store[inside].db
    .insertInto('users')
    .values({ id: user.id, kind: 'registered', created_at: user.now })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
}

/** Keeps a new token's hash; the token itself is shown once, by the caller, and is nowhere afterwards. */
export async function saveToken(store: Store, token: TokenRow & { readonly token: string }): Promise<void> {
  await store[inside].db
    .insertInto('tokens')
    .values({
      hash: hashToken(token.token),
      user_id: token.userId,
      client_id: token.clientId,
      scope: token.scope,
      session_id: token.sessionId ?? null,
      created_at: token.createdAt,
      expires_at: token.expiresAt,
      revoked_at: null,
    })
    .execute();
}

/** Undefined where it is unknown, expired, revoked or of another scope: one answer for all. */
export async function findToken(
  store: Store,
  query: { readonly token: string; readonly scope: TokenRow['scope']; readonly now: number },
): Promise<TokenRow | undefined> {
  const row = await store[inside].db
    .selectFrom('tokens')
    .selectAll()
    .where('hash', '=', hashToken(query.token))
    .where('scope', '=', query.scope)
    .where('expires_at', '>', query.now)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return row === undefined ? undefined : toToken(row);
}

export async function revokeToken(store: Store, token: { readonly token: string; readonly now: number }): Promise<void> {
  await store[inside].db
    .updateTable('tokens')
    .set({ revoked_at: token.now })
    .where('hash', '=', hashToken(token.token))
    .where('revoked_at', 'is', null)
    .execute();
}

/** The newest API token this client was given, expired or not. */
export async function latestTokenOfClient(store: Store, clientId: string): Promise<TokenRow | undefined> {
  const row = await store[inside].db
    .selectFrom('tokens')
    .selectAll()
    .where('client_id', '=', clientId)
    .where('scope', '=', 'api')
    .orderBy('created_at', 'desc')
    .executeTakeFirst();
  return row === undefined ? undefined : toToken(row);
}

export type RateAnswer = { readonly allowed: boolean; readonly retryAfterSeconds: number };

/** Counts one use in a window that starts with the first use of `key`. Where it is not allowed, nothing is counted. */
export async function hitRate(
  store: Store,
  hit: { readonly key: string; readonly limit: number; readonly windowSeconds: number; readonly now: number },
): Promise<RateAnswer> {
  return inTransaction(store, async (inner) => {
    const { db } = inner[inside];
    const row = await db.selectFrom('rate_counters').selectAll().where('key', '=', hit.key).executeTakeFirst();
    const running = row !== undefined && row.window_ends_at > hit.now ? row : undefined;
    if (running !== undefined && running.uses >= hit.limit)
      return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil((running.window_ends_at - hit.now) / 1000)) };
    const values = {
      key: hit.key,
      uses: (running?.uses ?? 0) + 1,
      window_ends_at: running?.window_ends_at ?? hit.now + hit.windowSeconds * 1000,
    };
    await db
      .insertInto('rate_counters')
      .values(values)
      .onConflict((conflict) => conflict.column('key').doUpdateSet(values))
      .execute();
    return { allowed: true, retryAfterSeconds: 0 };
  });
}

/** Takes away counters whose window is over and tokens that ended more than `keepMs` ago. */
export async function pruneIdentity(store: Store, prune: { readonly now: number; readonly keepMs: number }): Promise<void> {
  const { db } = store[inside];
  await db.deleteFrom('rate_counters').where('window_ends_at', '<=', prune.now).execute();
  await db
    .deleteFrom('tokens')
    .where('expires_at', '<', prune.now - prune.keepMs)
    .execute();
}

/** A random key of 32 bytes under this name, the same for the life of the data folder. */
export async function readSecret(store: Store, name: string): Promise<Buffer> {
  const { db } = store[inside];
  const read = () => db.selectFrom('secrets').select('value').where('name', '=', name).executeTakeFirst();
  const known = await read();
  if (known !== undefined) return Buffer.from(known.value, 'hex');
  await db
    .insertInto('secrets')
    .values({ name, value: randomBytes(32).toString('hex') })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  return Buffer.from((await read())!.value, 'hex');
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function toToken(row: Tables['tokens']): TokenRow {
  return {
    userId: row.user_id,
    clientId: row.client_id,
    // Written from TokenRow by saveToken.
    scope: row.scope as TokenRow['scope'],
    ...optional('sessionId', row.session_id),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
