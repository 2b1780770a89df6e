/** The store on a real file: what must happen together, what must never happen twice, what must never be negative. */
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isEditorError } from '#core/errors';
import { checkLink, signLink } from '#editor/context';
import { createSession } from '#editor/commit';
import {
  appendRunEvents,
  checkIntegrity,
  createAnonymousUser,
  createRun,
  creditBalance,
  deleteSession,
  ensureUser,
  findToken,
  getSession,
  grantCredits,
  hitRate,
  inTransaction,
  latestTokenOfClient,
  listOpenHolds,
  listRuns,
  pruneRunEvents,
  readRunEvents,
  releaseHold,
  reserveCredits,
  revokeToken,
  saveToken,
  setRunStatus,
  settleHold,
  updateSessionState,
} from '#platform/store';
import { openContext, temporaryFolder } from './open-context.ts';

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'none';
  } catch (error) {
    if (isEditorError(error)) return error.code;
    throw error;
  }
};

describe('tokens', () => {
  test('only the hash of a token is on the disk, and it is found until it ends or is revoked', async () => {
    using folder = temporaryFolder();
    await using open = await openContext({ folder: folder.path });
    const { store, ids } = open.ctx;
    const token = ids.token();
    await createAnonymousUser(store, { id: 'anon_1', now: 1 });
    await saveToken(store, { token, userId: 'anon_1', clientId: 'c', scope: 'api', createdAt: 1, expiresAt: 100 });
    expect(await findToken(store, { token, scope: 'api', now: 99 })).toMatchObject({ userId: 'anon_1' });
    expect(await findToken(store, { token, scope: 'claim', now: 99 })).toBeUndefined();
    expect(await findToken(store, { token, scope: 'api', now: 100 })).toBeUndefined();
    expect(await latestTokenOfClient(store, 'c')).toMatchObject({ expiresAt: 100 });
    await revokeToken(store, { token, now: 50 });
    expect(await findToken(store, { token, scope: 'api', now: 60 })).toBeUndefined();
    await open.close();
    const files = ['rushes.db', 'rushes.db-wal'].flatMap((name) => {
      try {
        return [readFileSync(join(folder.path, name))];
      } catch {
        return [];
      }
    });
    const bytes = Buffer.concat(files);
    expect(bytes.includes(createHash('sha256').update(token).digest('hex'))).toBe(true);
    expect(bytes.includes(token)).toBe(false);
    expect(statSync(join(folder.path, 'rushes.db')).mode & 0o077).toBe(0);
  });

  test('20 000 new tokens are all different', async () => {
    await using open = await openContext();
    const tokens = Array.from({ length: 20_000 }, () => open.ctx.ids.token());
    expect(new Set(tokens).size).toBe(20_000);
    expect(tokens.every((token) => /^nmv_usr_[\w-]{32}$/.test(token))).toBe(true);
  });

  test('a rate counts exactly, refuses without counting, and starts anew after its window', async () => {
    await using open = await openContext();
    const hit = (now: number) => hitRate(open.ctx.store, { key: 'k', limit: 3, windowSeconds: 10, now });
    const answers = await Promise.all([1000, 1001, 1002, 1003, 1004].map(hit));
    expect(answers.map((answer) => answer.allowed)).toEqual([true, true, true, false, false]);
    expect(answers[3]).toEqual({ allowed: false, retryAfterSeconds: 10 });
    expect((await hit(11_000)).allowed).toBe(true);
  });
});

describe('sessions and runs', () => {
  test("another user's session does not exist", async () => {
    await using open = await openContext();
    const { ctx } = open;
    await ensureUser(ctx.store, { id: 'other', now: 1 });
    const session = await createSession(ctx, { userId: 'user', appName: 'nemo_agent', taskName: 'project' });
    expect(session.id).toMatch(/^[1-9]\d{37}$/);
    expect((await getSession(ctx.store, { userId: 'user', sessionId: session.id })).taskName).toBe('project');
    expect(await codeOf(getSession(ctx.store, { userId: 'other', sessionId: session.id }))).toBe('SESSION_NOT_FOUND');
    expect(await codeOf(deleteSession(ctx.store, { userId: 'other', sessionId: session.id }))).toBe('SESSION_NOT_FOUND');
    await deleteSession(ctx.store, { userId: 'user', sessionId: session.id });
    expect(await codeOf(getSession(ctx.store, { userId: 'user', sessionId: session.id }))).toBe('SESSION_NOT_FOUND');
    expect(await checkIntegrity(ctx.store)).toEqual([]);
  });

  test('session state merges, null removes, and hostile keys are only keys', async () => {
    await using open = await openContext();
    const { ctx } = open;
    const { id: sessionId } = await createSession(ctx, { userId: 'user', appName: 'a', taskName: 't', state: { a: 1, b: 2 } });
    const delta = JSON.parse('{"b":null,"c":{"d":3},"__proto__":{"polluted":true}}') as Record<string, unknown>;
    const { state } = await updateSessionState(ctx.store, { sessionId, delta, now: 2 });
    expect(Object.entries(state).toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual([
      ['__proto__', { polluted: true }],
      ['a', 1],
      ['c', { d: 3 }],
    ]);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('events of a run are numbered without gaps, whoever appends, and are read again from any number', async () => {
    await using open = await openContext();
    const { ctx } = open;
    const session = await createSession(ctx, { userId: 'user', appName: 'a', taskName: 't' });
    const run = { sessionId: session.id, userId: 'user', text: 'hello', idempotencyKey: 'k', now: 1 };
    const first = await createRun(ctx.store, { ...run, id: 'r1' });
    const again = await createRun(ctx.store, { ...run, id: 'r2' });
    expect([first.created, again.created, again.run.id]).toEqual([true, false, 'r1']);
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        appendRunEvents(ctx.store, { runId: 'r1', events: [{ index }, { index, second: true }], now: 1 }),
      ),
    );
    const rows = await readRunEvents(ctx.store, { runId: 'r1', afterSeq: 0 });
    expect(rows.map((row) => row.seq)).toEqual(Array.from({ length: 80 }, (_, index) => index + 1));
    expect((await readRunEvents(ctx.store, { runId: 'r1', afterSeq: 70 })).map((row) => row.seq)[0]).toBe(71);
    await setRunStatus(ctx.store, { runId: 'r1', status: 'done', now: 10 });
    await setRunStatus(ctx.store, { runId: 'r1', status: 'failed', now: 11 });
    expect((await listRuns(ctx.store, { sessionId: session.id })).map((row) => [row.id, row.status])).toEqual([['r1', 'done']]);
    expect(await pruneRunEvents(ctx.store, { endedBefore: 10 })).toBe(0);
    expect(await pruneRunEvents(ctx.store, { endedBefore: 11 })).toBe(80);
  });

  test('a waiter that took its ticket before reading cannot miss an append', async () => {
    await using open = await openContext();
    const { ctx } = open;
    const session = await createSession(ctx, { userId: 'user', appName: 'a', taskName: 't' });
    await createRun(ctx.store, { id: 'r', sessionId: session.id, userId: 'user', text: 'x', now: 1 });
    const { changes } = ctx.store;
    const seen: number[] = [];
    const watch = async (): Promise<void> => {
      while (seen.length < 100) {
        const ticket = changes.ticket('run:r');
        const rows = await readRunEvents(ctx.store, { runId: 'r', afterSeq: seen.length });
        seen.push(...rows.map((row) => row.seq));
        // Far longer than the test may take: without its wake-up the watcher would never end.
        if (rows.length === 0) await changes.wait('run:r', ticket, { timeoutMs: 250_000 });
      }
    };
    const watching = watch();
    for (let index = 0; index < 100; index++) await appendRunEvents(ctx.store, { runId: 'r', events: [{ index }], now: 1 });
    await watching;
    expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
  });
});

describe('transactions', () => {
  test('all or nothing: an error in the middle leaves no trace and the store goes on', async () => {
    await using open = await openContext();
    const { store } = open.ctx;
    const failing = inTransaction(store, async (inner) => {
      await grantCredits(inner, { userId: 'user', amount: 5, operation: 'gift', now: 1 });
      throw new Error('in the middle');
    });
    await expect(failing).rejects.toThrow('in the middle');
    expect(await creditBalance(store, 'user')).toEqual({ available: 0, frozen: 0, total: 0 });
    await grantCredits(store, { userId: 'user', amount: 5, operation: 'gift', now: 1 });
    expect(await creditBalance(store, 'user')).toEqual({ available: 5, frozen: 0, total: 5 });
  });

  test('two connections may write to one folder at the same time', async () => {
    using folder = temporaryFolder();
    await using first = await openContext({ folder: folder.path });
    await using second = await openContext({ folder: folder.path });
    await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        grantCredits([first, second][index % 2]!.ctx.store, { userId: 'user', amount: 1, operation: 'g', now: 1 }),
      ),
    );
    expect(await creditBalance(first.ctx.store, 'user')).toMatchObject({ available: 50 });
  });
});

describe('credits', () => {
  test('any order of spending, holding and giving back adds up and is never negative', async () => {
    await using open = await openContext();
    const { store } = open.ctx;
    let round = 0;
    const operation = fc.record({
      kind: fc.constantFrom('reserve', 'settle', 'part', 'release', 'again' as const),
      amount: fc.integer({ min: 0, max: 40 }),
      pick: fc.nat(),
    });
    const seed = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);
    process.stdout.write(`credits: seed ${seed}\n`);
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 60 }), async (operations) => {
        const userId = `u${round++}`;
        await ensureUser(store, { id: userId, now: 1 });
        await grantCredits(store, { userId, amount: 100, operation: 'start', now: 1 });
        const holds: { id: string; amount: number; open: boolean }[] = [];
        let spent = 0;
        const act = async ({ kind, amount, pick }: (typeof operations)[number], index: number): Promise<void> => {
          const hold = holds[pick % Math.max(1, holds.length)];
          if (kind === 'reserve') {
            try {
              const made = await reserveCredits(store, { userId, amount, operation: `op${index}`, now: 1 });
              holds.push({ id: made.id, amount, open: true });
            } catch (error) {
              if (!isEditorError(error, 'CREDITS_EXHAUSTED')) throw error;
            }
          } else if (hold !== undefined) {
            const charged = kind === 'settle' ? hold.amount : kind === 'part' ? Math.floor(hold.amount / 2) : 0;
            if (hold.open) spent += charged;
            hold.open = false;
            if (kind === 'release' || kind === 'again') await releaseHold(store, { holdId: hold.id, now: 2 });
            else await settleHold(store, { holdId: hold.id, amount: charged, now: 2 });
          }
        };
        for (const [index, entry] of operations.entries()) await act(entry, index);
        const frozen = holds.reduce((sum, hold) => sum + (hold.open ? hold.amount : 0), 0);
        expect(await creditBalance(store, userId)).toEqual({ available: 100 - spent - frozen, frozen, total: 100 - spent });
      }),
      { numRuns: 60, seed },
    );
    expect(await checkIntegrity(store)).toEqual([]);
  });

  test('64 at once cannot spend more than there is, and each operation is charged once', async () => {
    await using open = await openContext();
    const { store } = open.ctx;
    await grantCredits(store, { userId: 'user', amount: 100, operation: 'start', now: 1 });
    const codes = await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        codeOf(reserveCredits(store, { userId: 'user', amount: 5, operation: `op${index % 32}`, now: 1 })),
      ),
    );
    // 32 operations asked twice: 20 fit, and what was refused once may be refused again.
    expect(codes.filter((code) => code === 'none')).toHaveLength(40);
    expect(codes.filter((code) => code === 'CREDITS_EXHAUSTED')).toHaveLength(24);
    expect(await creditBalance(store, 'user')).toEqual({ available: 0, frozen: 100, total: 100 });
    const holds = await listOpenHolds(store, { createdBefore: 2 });
    expect(holds).toHaveLength(20);
    for (const hold of holds) await settleHold(store, { holdId: hold.id, now: 3 });
    for (const hold of holds) await releaseHold(store, { holdId: hold.id, now: 4 });
    expect(await creditBalance(store, 'user')).toEqual({ available: 0, frozen: 0, total: 0 });
  });
});

describe('links', () => {
  test('a signed link opens its path until it expires, and no other', async () => {
    let now = 1_000_000_000_000;
    await using open = await openContext({ now: () => now });
    const link = new URL(await signLink(open.ctx, '/files/renders/user/r1', 60));
    const [expires, signature] = [link.searchParams.get('expires')!, link.searchParams.get('signature')!];
    const check = (path: string, query: Parameters<typeof checkLink>[2]) => codeOf(checkLink(open.ctx, path, query));
    expect(await check(link.pathname, { expires, signature })).toBe('none');
    expect(await check('/files/renders/user/r2', { expires, signature })).toBe('LINK_INVALID');
    expect(await check(link.pathname, { expires: String(Number(expires) + 1), signature })).toBe('LINK_INVALID');
    expect(await check(link.pathname, { expires, signature: `${signature.slice(0, -1)}!` })).toBe('LINK_INVALID');
    expect(await check(link.pathname, {})).toBe('LINK_INVALID');
    expect(await check(link.pathname, { expires: 'NaN', signature })).toBe('LINK_INVALID');
    now += 61_000;
    expect(await check(link.pathname, { expires, signature })).toBe('LINK_INVALID');
  });
});
