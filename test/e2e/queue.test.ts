/** The queue on a real store: order, fairness, cancelling, handing over, and what a process that only seemed dead may do. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { fail, isEditorError } from '#core/errors';
import type { EditorContext } from '#editor/context';
import { openQueue, type JobOutcome, type JobRun, type Queue } from '#platform/queue';
import { claimJob, findJob, inTransaction, updateSessionState, withLease, type JobRow } from '#platform/store';
import { createSession } from '#editor/commit';
import { openContext, temporaryFolder } from './open-context.ts';

type Payload = { readonly name: string };
type End = { readonly name: string; readonly outcome: JobOutcome<unknown> };

/** A kind of job that does what `work` says and keeps what came of each. */
function handle(queue: Queue, work: (run: JobRun<Payload>) => Promise<unknown>, concurrency = 2) {
  const ends: End[] = [];
  const waiting = new Map<number, () => void>();
  queue.handle<Payload, unknown>({
    kind: 'test',
    concurrency,
    run: work,
    onEnd: () => Promise.resolve(),
    afterEnd(job, outcome) {
      ends.push({ name: (job.payload as Payload).name, outcome });
      waiting.get(ends.length)?.();
    },
  });
  const ended = (count: number): Promise<void> =>
    ends.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.set(count, resolve));
  return { ends, ended };
}

const add = (
  ctx: EditorContext,
  name: string,
  options: { readonly userId?: string; readonly lane?: string } = {},
): Promise<JobRow> =>
  ctx.queue.enqueue(ctx.store, {
    kind: 'test',
    payload: { name },
    userId: options.userId ?? 'user',
    lane: options.lane ?? randomUUID(),
  });

/** Settles when told to, or when the run is stopped. */
function gate() {
  const doors = new Map<string, () => void>();
  const entered = new Map<string, () => void>();
  const inside = new Set<string>();
  return {
    pass: async ({ payload, signal }: JobRun<Payload>): Promise<string> => {
      inside.add(payload.name);
      entered.get(payload.name)?.();
      await new Promise<void>((resolve, reject) => {
        doors.set(payload.name, resolve);
        signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true });
      });
      inside.delete(payload.name);
      return payload.name;
    },
    open: (name: string): void => doors.get(name)?.(),
    inside,
    isInside: (name: string): Promise<void> =>
      inside.has(name) ? Promise.resolve() : new Promise((resolve) => entered.set(name, resolve)),
  };
}

describe('order', () => {
  test('a lane runs one after another in order of arrival, lanes side by side', async () => {
    await using open = await openContext();
    const { ctx } = open;
    const running = new Map<string, number>();
    const order: string[] = [];
    let mostInLane = 0;
    let mostInAll = 0;
    const { ended } = handle(
      ctx.queue,
      async ({ job, payload }) => {
        running.set(job.lane, (running.get(job.lane) ?? 0) + 1);
        mostInLane = Math.max(mostInLane, running.get(job.lane)!);
        mostInAll = Math.max(
          mostInAll,
          [...running.values()].reduce((sum, count) => sum + count, 0),
        );
        order.push(payload.name);
        // Other lanes get their turn while this one is at work.
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
        running.set(job.lane, running.get(job.lane)! - 1);
      },
      3,
    );
    for (let index = 0; index < 12; index++) await add(ctx, `${'ab'[index % 2]}${index}`, { lane: 'ab'[index % 2]! });
    await ctx.queue.start();
    await ended(12);
    expect(mostInLane).toBe(1);
    expect(mostInAll).toBe(2);
    for (const lane of 'ab') {
      const own = order.filter((name) => name.startsWith(lane)).map((name) => Number(name.slice(1)));
      expect(own).toEqual(own.toSorted((a, b) => a - b));
    }
  });

  test('one user with 200 jobs does not keep another one waiting', async () => {
    await using open = await openContext();
    const { ctx } = open;
    const order: string[] = [];
    const { ended } = handle(ctx.queue, async ({ payload }) => void order.push(payload.name), 1);
    await inTransaction(ctx.store, async (store) => {
      for (let index = 0; index < 200; index++)
        await ctx.queue.enqueue(store, { kind: 'test', payload: { name: 'A' }, userId: 'a', lane: `a${index}` });
    });
    await add(ctx, 'B', { userId: 'b' });
    await ctx.queue.start();
    await ended(3);
    expect(order.indexOf('B')).toBeLessThanOrEqual(1);
  });

  test('what is added in a transaction that fails never was', async () => {
    await using open = await openContext();
    const { ctx } = open;
    const { ends, ended } = handle(ctx.queue, () => Promise.resolve());
    await ctx.queue.start();
    const failing = inTransaction(ctx.store, async (store) => {
      await ctx.queue.enqueue(store, { kind: 'test', payload: { name: 'ghost' }, userId: 'user', lane: 'x' });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await add(ctx, 'real');
    await ended(1);
    expect(ends.map((end) => end.name)).toEqual(['real']);
  });
});

describe('ends', () => {
  test('a waiting job is canceled at once, a running one within a second, an ended one not at all', async () => {
    await using open = await openContext();
    const { ctx } = open;
    const door = gate();
    const { ends, ended } = handle(ctx.queue, door.pass, 1);
    const [first, second, third] = [await add(ctx, 'first'), await add(ctx, 'second'), await add(ctx, 'third')];
    await ctx.queue.start();
    await door.isInside('first');
    const askedMs = performance.now();
    expect(await ctx.queue.cancel(second.id)).toBe(true);
    expect(await ctx.queue.cancel(first.id)).toBe(true);
    await ended(2);
    expect(performance.now() - askedMs).toBeLessThan(1000);
    await door.isInside('third');
    door.open('third');
    await ended(3);
    expect(await ctx.queue.cancel(third.id)).toBe(false);
    expect(ends.map((end) => [end.name, end.outcome.state])).toEqual([
      ['second', 'canceled'],
      ['first', 'canceled'],
      ['third', 'done'],
    ]);
    expect(await findJob(ctx.store, first.id)).toMatchObject({ state: 'canceled', error: { code: 'JOB_CANCELED' } });
  });

  test("a job is stopped by another process's wish within a second", async () => {
    using folder = temporaryFolder();
    await using worker = await openContext({ folder: folder.path });
    await using asker = await openContext({ folder: folder.path });
    const door = gate();
    const { ends, ended } = handle(worker.ctx.queue, door.pass);
    const job = await add(worker.ctx, 'job');
    await worker.ctx.queue.start();
    await door.isInside('job');
    const askedMs = performance.now();
    expect(await asker.ctx.queue.cancel(job.id)).toBe(true);
    await ended(1);
    expect(performance.now() - askedMs).toBeLessThan(1000);
    expect(ends[0]?.outcome.state).toBe('canceled');
  });

  test('a passing failure is tried again, a lasting one is not, and a bug is told to the log', async () => {
    await using open = await openContext();
    const { ctx } = open;
    const tries = new Map<string, number>();
    const { ends, ended } = handle(ctx.queue, async ({ payload: { name } }) => {
      const count = (tries.get(name) ?? 0) + 1;
      tries.set(name, count);
      if (name === 'passing' && count === 1) throw fail('SERVER_UNREACHABLE');
      if (name === 'lasting') throw fail('MEDIA_UNREADABLE');
      if (name === 'bug') throw new TypeError('x is not a function');
      return name;
    });
    for (const name of ['passing', 'lasting', 'bug']) await add(ctx, name);
    await ctx.queue.start();
    await ended(3);
    const byName = Object.fromEntries(ends.map((end) => [end.name, end.outcome]));
    expect(byName.passing).toEqual({ state: 'done', value: 'passing' });
    expect(byName.lasting).toMatchObject({ state: 'failed', error: { code: 'MEDIA_UNREADABLE' } });
    expect(byName.bug).toMatchObject({ state: 'failed', error: { code: 'INTERNAL' } });
    expect(Object.fromEntries(tries)).toEqual({ passing: 2, lasting: 1, bug: 1 });
    expect(open.lines.some((line) => line.includes('job.failed') && line.includes('x is not a function'))).toBe(true);
  });
});

describe('handing over', () => {
  test('a drained queue hands running work back, and the next start does it without delay', async () => {
    using folder = temporaryFolder();
    await using first = await openContext({ folder: folder.path });
    const door = gate();
    handle(first.ctx.queue, door.pass);
    const job = await add(first.ctx, 'job');
    await first.ctx.queue.start();
    await door.isInside('job');
    await first.ctx.queue.drain(0);
    expect(await findJob(first.ctx.store, job.id)).toMatchObject({ state: 'queued', crashes: 0, errors: 0 });
    await using second = await openContext({ folder: folder.path });
    const attempts: number[] = [];
    const { ended } = handle(second.ctx.queue, async ({ attempt }) => void attempts.push(attempt));
    const startedMs = performance.now();
    await second.ctx.queue.start();
    await ended(1);
    expect(performance.now() - startedMs).toBeLessThan(1000);
    expect(attempts).toEqual([2]);
  });

  test('a drain lets running work end within its grace and starts nothing new', async () => {
    await using open = await openContext();
    const { ctx } = open;
    const door = gate();
    const { ends } = handle(ctx.queue, door.pass, 1);
    await add(ctx, 'running');
    const waiting = await add(ctx, 'waiting');
    await ctx.queue.start();
    await door.isInside('running');
    const drained = ctx.queue.drain(30);
    door.open('running');
    await drained;
    expect(ends.map((end) => [end.name, end.outcome.state])).toEqual([['running', 'done']]);
    expect((await findJob(ctx.store, waiting.id))?.state).toBe('queued');
  });

  test('a process that fell silent loses its job, and can then write nothing any more', async () => {
    using folder = temporaryFolder();
    await using zombie = await openContext({ folder: folder.path });
    await using heir = await openContext({ folder: folder.path, config: { leaseSeconds: 1 } });
    const { id: sessionId } = await createSession(zombie.ctx, { userId: 'user', appName: 'a', taskName: 't' });
    const job = await add(zombie.ctx, 'job');
    // Claimed and never heard of again, by an owner on another host that cannot be asked.
    const claimed = await claimJob(zombie.ctx.store, { kind: 'test', owner: 'elsewhere~1~1~x', now: Date.now() });
    const lease = { jobId: job.id, epoch: claimed!.epoch };
    const write = () =>
      withLease(zombie.ctx.store, lease, (store) => updateSessionState(store, { sessionId, delta: { by: 'zombie' }, now: 1 }));
    expect((await write()).state).toEqual({ by: 'zombie' });
    const { ended } = handle(heir.ctx.queue, async (run) => {
      await run.write((store) => updateSessionState(store, { sessionId, delta: { by: 'heir' }, now: 2 }));
    });
    await heir.ctx.queue.start();
    await ended(1);
    const late = await write().then(
      () => 'written',
      (error: unknown) => (isEditorError(error) ? error.code : String(error)),
    );
    expect(late).toBe('LEASE_LOST');
    expect(await findJob(heir.ctx.store, job.id)).toMatchObject({ state: 'done', crashes: 1 });
  });

  test('a job whose process dies again and again ends with a reason', async () => {
    await using open = await openContext();
    const { ctx } = open;
    const job = await add(ctx, 'killer');
    for (let life = 0; life < 3; life++) {
      const claimed = await claimJob(ctx.store, { kind: 'test', owner: deadOwner(), now: Date.now() });
      expect(claimed?.id).toBe(job.id);
      const next = openQueue({ store: ctx.store, log: ctx.log, leaseSeconds: 15, now: Date.now });
      // Takes over and waits: no free place.
      next.handle({ kind: 'test', concurrency: 0, run: () => Promise.resolve(), onEnd: () => Promise.resolve() });
      await next.start();
      expect(await findJob(ctx.store, job.id)).toMatchObject({ state: 'queued', crashes: life + 1 });
      await next.drain(0);
    }
    await claimJob(ctx.store, { kind: 'test', owner: deadOwner(), now: Date.now() });
    const { ends, ended } = handle(ctx.queue, () => Promise.resolve());
    await ctx.queue.start();
    await ended(1);
    expect(ends[0]?.outcome).toMatchObject({ state: 'failed', error: { code: 'WORKER_CRASHED' } });
  });
});

/** An owner on this host whose process is no more: the number is beyond what a system gives out. */
function deadOwner(): string {
  return [hostname(), 2 ** 22 + 1, '1', randomUUID()].join('~');
}
