/**
 * Credits: what a user has, what is set aside, what was spent. Every movement is an entry; the account row is their sum,
 * changed in the same transaction, and the database itself refuses an account that is negative or does not add up.
 */
import { randomUUID } from 'node:crypto';
import { fail } from '#core/errors';
import type { CreditBalance, CreditHold } from './rows.ts';
import { inside, inTransaction, type Store } from './store.ts';
import type { Tables } from './tables.ts';

type Movement = {
  readonly userId: string;
  readonly kind: 'grant' | 'reserve' | 'settle' | 'release';
  readonly amount: number;
  readonly operation: string;
  readonly holdId?: string;
  readonly now: number;
};

/** Gives credits; the same operation name twice gives twice. */
export async function grantCredits(
  store: Store,
  grant: { readonly userId: string; readonly amount: number; readonly operation: string; readonly now: number },
): Promise<void> {
  checkAmount(grant.amount);
  await inTransaction(store, (inner) => move(inner, { ...grant, kind: 'grant' }));
}

export async function creditBalance(store: Store, userId: string): Promise<CreditBalance> {
  const { available, frozen } = await readAccount(store, userId);
  return { available, frozen, total: available + frozen };
}

/**
 * Sets `amount` aside until it is settled or released; the same user and operation give the hold there is.
 *
 * Errors: CREDITS_EXHAUSTED with `needed` and `available`.
 */
export async function reserveCredits(
  store: Store,
  request: { readonly userId: string; readonly amount: number; readonly operation: string; readonly now: number },
): Promise<CreditHold> {
  checkAmount(request.amount);
  return inTransaction(store, async (inner) => {
    const { db } = inner[inside];
    const known = await db
      .selectFrom('credit_holds')
      .selectAll()
      .where('user_id', '=', request.userId)
      .where('operation', '=', request.operation)
      .executeTakeFirst();
    if (known !== undefined) return toHold(known);
    const { available } = await readAccount(inner, request.userId);
    if (available < request.amount) throw fail('CREDITS_EXHAUSTED', { needed: request.amount, available });
    const { userId, amount, operation, now } = request;
    const row = { id: `hold_${randomUUID()}`, user_id: userId, amount, operation, state: 'open', created_at: now };
    await db.insertInto('credit_holds').values(row).execute();
    await move(inner, { userId, amount, operation, now, kind: 'reserve', holdId: row.id });
    return toHold(row);
  });
}

/** Charges a hold, wholly or `amount` of it, and gives the rest back. On a hold that has ended it changes nothing. */
export async function settleHold(
  store: Store,
  settle: { readonly holdId: string; readonly amount?: number; readonly now: number },
): Promise<void> {
  await endHold(store, settle.holdId, 'settled', settle.now, settle.amount);
}

/** Gives a hold back. On a hold that has ended it changes nothing. */
export async function releaseHold(store: Store, release: { readonly holdId: string; readonly now: number }): Promise<void> {
  await endHold(store, release.holdId, 'released', release.now, 0);
}

/** Holds that nothing settled or released, made before; the reaper gives them back. */
export async function listOpenHolds(store: Store, query: { readonly createdBefore: number }): Promise<CreditHold[]> {
  const rows = await store[inside].db
    .selectFrom('credit_holds')
    .selectAll()
    .where('state', '=', 'open')
    .where('created_at', '<', query.createdBefore)
    .execute();
  return rows.map(toHold);
}

async function endHold(store: Store, holdId: string, state: 'settled' | 'released', now: number, asked?: number): Promise<void> {
  await inTransaction(store, async (inner) => {
    const { db } = inner[inside];
    const hold = await db.selectFrom('credit_holds').selectAll().where('id', '=', holdId).executeTakeFirst();
    if (hold === undefined) throw fail('RESOURCE_NOT_FOUND', { what: 'Hold' });
    if (hold.state !== 'open') return;
    const charged = asked ?? hold.amount;
    if (!Number.isInteger(charged) || charged < 0 || charged > hold.amount)
      throw fail('REQUEST_INVALID', { reason: `${charged} credits cannot be charged to a hold of ${hold.amount}` });
    await db.updateTable('credit_holds').set({ state }).where('id', '=', holdId).execute();
    const common = { userId: hold.user_id, operation: hold.operation, holdId, now };
    if (charged > 0) await move(inner, { ...common, kind: 'settle', amount: charged });
    if (charged < hold.amount) await move(inner, { ...common, kind: 'release', amount: hold.amount - charged });
  });
}

async function move(store: Store, movement: Movement): Promise<void> {
  const { db } = store[inside];
  const { userId, kind, amount, operation, holdId, now } = movement;
  const account = await readAccount(store, userId);
  const change = {
    grant: { granted: account.granted + amount, available: account.available + amount },
    reserve: { available: account.available - amount, frozen: account.frozen + amount },
    settle: { frozen: account.frozen - amount, spent: account.spent + amount },
    release: { frozen: account.frozen - amount, available: account.available + amount },
  }[kind];
  const after = { ...account, ...change };
  await db
    .insertInto('credit_accounts')
    .values(after)
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(after))
    .execute();
  await db
    .insertInto('credit_entries')
    .values({ user_id: userId, kind, amount, operation, hold_id: holdId ?? null, created_at: now })
    .execute();
}

async function readAccount(store: Store, userId: string): Promise<Tables['credit_accounts']> {
  const row = await store[inside].db.selectFrom('credit_accounts').selectAll().where('user_id', '=', userId).executeTakeFirst();
  return row ?? { user_id: userId, granted: 0, available: 0, frozen: 0, spent: 0 };
}

function checkAmount(amount: number): void {
  if (!Number.isSafeInteger(amount) || amount < 0)
    throw fail('REQUEST_INVALID', { reason: `${amount} is not a number of credits` });
}

function toHold(row: Tables['credit_holds']): CreditHold {
  return {
    id: row.id,
    userId: row.user_id,
    amount: row.amount,
    operation: row.operation,
    // Written by this file only.
    state: row.state as CreditHold['state'],
  };
}
