/**
 * The queue of one machine: jobs are rows, claimed by this process with a lease.
 *
 * The row is the truth. A process that dies leaves its jobs to the next one (at once where its death can be seen, else
 * after `leaseSeconds` without a sign of life); a process that only seemed dead can write nothing any more, because every
 * write of a run asks for its epoch first.
 */
import { randomUUID } from 'node:crypto';
import { asEditorError, fail, isEditorError, type EditorError } from '#core/errors';
import type { Log } from '#platform/log';
import {
  announceAfterCommit,
  beatJob,
  claimJob,
  endJob,
  insertJob,
  inTransaction,
  listInterrupted,
  listRunningJobs,
  requestCancel,
  requeueJob,
  withLease,
  type JobRow,
  type Lease,
  type LiveJob,
  type Store,
} from '#platform/store';
import { createOwner, isGone } from '#platform/owner';
import { afterCrash, afterError, type Verdict } from './policy.ts';
import type { JobKind, JobOutcome, Queue } from './types.ts';

export type QueueOptions = {
  readonly store: Store;
  readonly log: Log;
  /** Silence after which a job of another process is taken over. */
  readonly leaseSeconds: number;
  readonly now: () => number;
};

/** How often it looks for what other processes queued, and for jobs whose wait is over. */
const pollMs = 1000;
/** How often it looks whether another process wants a running job stopped. */
const interruptionMs = 500;
/** What a stopped job gets to end before it is handed back all the same. */
const stopMs = 3000;
const topic = 'jobs';

type AnyKind = JobKind<unknown, unknown>;
type Running = { readonly kind: string; readonly lease: Lease; readonly stop: AbortController; readonly ended: Promise<void> };
type State = QueueOptions & {
  readonly kinds: Map<string, AnyKind>;
  readonly running: Map<string, Running>;
  readonly owner: string;
  /** Beats of other processes' jobs as last seen, and when, on our own clock that never jumps. */
  readonly seen: Map<string, { readonly beats: string; readonly sinceMs: number }>;
};

export function openQueue(options: QueueOptions): Queue {
  const owner = createOwner();
  const state: State = { ...options, kinds: new Map(), running: new Map(), owner: owner.name, seen: new Map() };
  const stopping = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  let worker: Promise<void> = Promise.resolve();
  return {
    handle(kind) {
      // Payload and value of a kind are written and read by that kind only.
      state.kinds.set(kind.kind, kind as unknown as AnyKind);
    },
    async enqueue(store, request) {
      const job = await insertJob(store, { ...request, id: `job_${randomUUID()}`, now: options.now() });
      announceAfterCommit(store, topic);
      return job;
    },
    wake: () => options.store.changes.announce(topic),
    cancel: (jobId) => cancel(state, jobId),
    async start() {
      await takeOver(state);
      timers.push(every((options.leaseSeconds * 1000) / 5, state, beatAll), every(interruptionMs, state, stopInterrupted));
      worker = work(state, stopping.signal);
    },
    async drain(graceSeconds) {
      stopping.abort();
      await worker;
      await Promise.race([allEnded(state), delay(graceSeconds * 1000)]);
      for (const { stop } of state.running.values()) stop.abort(fail('SHUTTING_DOWN'));
      await Promise.race([allEnded(state), delay(stopMs)]);
      for (const { lease } of state.running.values()) await handBack(state, lease);
      for (const timer of timers) clearInterval(timer);
      owner[Symbol.dispose]();
    },
    get running() {
      return state.running.size;
    },
  };
}

async function work(state: State, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    const ticket = state.store.changes.ticket(topic);
    try {
      await takeOver(state);
      await startJobs(state, stopping);
    } catch (error) {
      // A full disk or a locked database passes; the queue must be there when it has.
      state.log.error('queue.failed', { error });
    }
    await state.store.changes.wait(topic, ticket, { timeoutMs: pollMs, signal: stopping });
  }
}

async function startJobs(state: State, stopping: AbortSignal): Promise<void> {
  for (const { kind, concurrency } of state.kinds.values()) {
    const busy = (): number => [...state.running.values()].filter((entry) => entry.kind === kind).length;
    while (!stopping.aborted && busy() < concurrency) {
      const job = await claimJob(state.store, { kind, owner: state.owner, now: state.now() });
      if (job === undefined) break;
      const lease = { jobId: job.id, epoch: job.epoch };
      const stop = new AbortController();
      const ended = runJob(state, job, lease, stop.signal).finally(() => {
        state.running.delete(job.id);
        state.store.changes.announce(topic);
      });
      state.running.set(job.id, { kind, lease, stop, ended });
    }
  }
}

/** Never rejects: what goes wrong becomes the job's end, or is left to the next take-over. */
async function runJob(state: State, job: JobRow, lease: Lease, signal: AbortSignal): Promise<void> {
  const kind = state.kinds.get(job.kind)!;
  const { log } = state;
  const startedMs = performance.now();
  // An epoch is used up by a claim and one by being handed back.
  const attempt = (job.epoch + 1) / 2;
  log.info('job.start', { jobId: job.id, kind: job.kind, attempt });
  try {
    let outcome: JobOutcome<unknown> | undefined;
    try {
      const write = <Result>(inner: (store: Store) => Promise<Result>) => withLease(state.store, lease, inner);
      outcome = { state: 'done', value: await kind.run({ job, payload: job.payload, signal, attempt, write }) };
    } catch (thrown) {
      outcome = await afterThrow(state, job, lease, signal, thrown);
    }
    if (outcome !== undefined) await finish(state, job, lease, outcome);
    log.info('job.end', {
      jobId: job.id,
      kind: job.kind,
      state: outcome?.state ?? 'again',
      durationMs: performance.now() - startedMs,
    });
  } catch (error) {
    log.warn('job.left', { jobId: job.id, kind: job.kind, error });
  }
}

/** What a throw means: an end, or undefined where the job was handed back. */
async function afterThrow(
  state: State,
  job: JobRow,
  lease: Lease,
  signal: AbortSignal,
  thrown: unknown,
): Promise<JobOutcome<unknown> | undefined> {
  // After an abort, whatever is thrown is its echo.
  const error: EditorError =
    signal.aborted && isEditorError(signal.reason) ? signal.reason : asEditorError(thrown, { errorId: job.id });
  if (error.code === 'LEASE_LOST') throw error;
  if (error.code === 'SHUTTING_DOWN') {
    await handBack(state, lease);
    return undefined;
  }
  if (error.kind === 'bug') state.log.error('job.failed', { jobId: job.id, kind: job.kind, error });
  const verdict = afterError(job, error);
  if (verdict.kind === 'end') return { state: verdict.state, error: verdict.error };
  await again(state.store, state.now(), lease, verdict);
  return undefined;
}

async function finish(state: State, job: JobRow, lease: Lease, outcome: JobOutcome<unknown>): Promise<void> {
  const kind = state.kinds.get(job.kind)!;
  await inTransaction(state.store, (store) => endWithin(state, store, job, lease, outcome));
  kind.afterEnd?.(job, outcome);
}

async function endWithin(state: State, store: Store, job: JobRow, lease: Lease, outcome: JobOutcome<unknown>): Promise<void> {
  const error = outcome.state === 'done' ? {} : { error: outcome.error.toJSON() };
  await endJob(store, lease, { state: outcome.state, ...error, now: state.now() });
  await state.kinds.get(job.kind)?.onEnd(store, job, outcome);
  announceAfterCommit(store, topic);
}

async function again(store: Store, now: number, lease: Lease, verdict: Verdict & { readonly kind: 'again' }): Promise<void> {
  const { afterMs, crashes, errors } = verdict;
  await requeueJob(store, lease, { availableAt: now + afterMs, crashes, errors });
}

async function handBack(state: State, lease: Lease): Promise<void> {
  try {
    await requeueJob(state.store, lease, { availableAt: state.now() });
  } catch (error) {
    if (!isEditorError(error, 'LEASE_LOST')) throw error;
  }
}

async function cancel(state: State, jobId: string): Promise<boolean> {
  const canceled: JobOutcome<unknown> = { state: 'canceled', error: fail('JOB_CANCELED') };
  const job = await inTransaction(state.store, async (store) => {
    const found = await requestCancel(store, jobId);
    if (found?.state === 'queued') await endWithin(state, store, found, { jobId, epoch: found.epoch }, canceled);
    return found;
  });
  if (job === undefined || (job.state !== 'queued' && job.state !== 'running')) return false;
  if (job.state === 'queued') state.kinds.get(job.kind)?.afterEnd?.(job, canceled);
  else state.running.get(jobId)?.stop.abort(fail('JOB_CANCELED'));
  return true;
}

/** Takes what dead or silent processes left: to run again, or to end where its budget is used up. */
async function takeOver(state: State): Promise<void> {
  const live = await listRunningJobs(state.store);
  for (const id of state.seen.keys()) if (!live.some((entry) => entry.job.id === id)) state.seen.delete(id);
  for (const entry of live) {
    const { job } = entry;
    if (!state.kinds.has(job.kind) || state.running.has(job.id) || !isAbandoned(state, entry)) continue;
    const verdict = afterCrash(job);
    const lease = { jobId: job.id, epoch: job.epoch };
    state.log.warn('job.taken-over', { jobId: job.id, kind: job.kind, crashes: job.crashes + 1, verdict: verdict.kind });
    try {
      if (verdict.kind === 'again') await again(state.store, state.now(), lease, verdict);
      else await finish(state, job, lease, { state: verdict.state, error: verdict.error });
    } catch (error) {
      // Somebody else was faster, or it ended after all.
      if (!isEditorError(error, 'LEASE_LOST')) throw error;
    }
  }
}

function isAbandoned(state: State, { job, owner, beats }: LiveJob): boolean {
  if (isGone(owner) || owner === state.owner) return true;
  const mark = `${job.epoch}:${beats}`;
  const known = state.seen.get(job.id);
  if (known?.beats === mark) return performance.now() - known.sinceMs > state.leaseSeconds * 1000;
  state.seen.set(job.id, { beats: mark, sinceMs: performance.now() });
  return false;
}

async function beatAll(state: State): Promise<void> {
  const running = [...state.running.values()];
  if (running.length === 0) return;
  const lost = await inTransaction(state.store, async (store) => {
    const gone: Running[] = [];
    for (const entry of running) if (!(await beatJob(store, entry.lease))) gone.push(entry);
    return gone;
  });
  for (const { lease, stop } of lost) if (state.running.has(lease.jobId)) stop.abort(fail('LEASE_LOST'));
}

async function stopInterrupted(state: State): Promise<void> {
  const leases = [...state.running.values()].map((entry) => entry.lease);
  for (const { jobId, why } of await listInterrupted(state.store, leases))
    state.running.get(jobId)?.stop.abort(fail(why === 'cancel' ? 'JOB_CANCELED' : 'LEASE_LOST'));
}

function every(ms: number, state: State, act: (state: State) => Promise<void>): NodeJS.Timeout {
  let busy = false;
  return setInterval(() => {
    if (busy) return;
    busy = true;
    act(state)
      .catch((error: unknown) => state.log.error('queue.failed', { error }))
      .finally(() => (busy = false));
  }, ms);
}

async function allEnded(state: State): Promise<void> {
  await Promise.all([...state.running.values()].map((entry) => entry.ended));
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
