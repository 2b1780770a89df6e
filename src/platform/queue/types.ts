/** The port to slow, durable work. A job outlives the process that started it. */
import type { EditorError } from '#core/errors';
import type { JobRow, Store } from '#platform/store';

export type JobRun<Payload> = {
  readonly job: JobRow;
  readonly payload: Payload;
  /** Aborted with JOB_CANCELED, LEASE_LOST or SHUTTING_DOWN as its reason. */
  readonly signal: AbortSignal;
  /** 1 for the first time, more after a crash, a restart or a passing error. */
  readonly attempt: number;
  /**
   * Everything in `work` or nothing, and only while this run still holds the job. Every write of a handler goes through it.
   * Errors: LEASE_LOST where another worker took over.
   */
  write<Result>(work: (store: Store) => Promise<Result>): Promise<Result>;
};

export type JobOutcome<Value> =
  { readonly state: 'done'; readonly value: Value } | { readonly state: 'failed' | 'canceled'; readonly error: EditorError };

export type JobKind<Payload, Value> = {
  readonly kind: string;
  /** Jobs of this kind at once in this process. */
  readonly concurrency: number;
  /** Does the work. Runs again from the start after a crash of the process, so it must come to the same end. */
  run(run: JobRun<Payload>): Promise<Value>;
  /** What the end means for our rows; in the same transaction as the job's own end. Also called where it never ran. */
  onEnd(store: Store, job: JobRow, outcome: JobOutcome<Value>): Promise<void>;
  /** After that transaction: wake whoever waits. */
  afterEnd?(job: JobRow, outcome: JobOutcome<Value>): void;
};

export type EnqueueRequest = {
  readonly kind: string;
  readonly payload: unknown;
  readonly userId: string;
  /** Jobs of one lane run one after another, oldest first. */
  readonly lane: string;
};

export type Queue = {
  /** Before `start`. */
  handle<Payload, Value>(kind: JobKind<Payload, Value>): void;
  /** Adds a job in the caller's transaction; call `wake` after its commit. */
  enqueue(store: Store, request: EnqueueRequest): Promise<JobRow>;
  wake(): void;
  /** Ends a waiting job at once and stops a running one within a second. False where it had ended. */
  cancel(jobId: string): Promise<boolean>;
  /** Takes over what dead processes left and begins to work. */
  start(): Promise<void>;
  /** No new work; running work gets `graceSeconds`, then it is handed back for the next start. */
  drain(graceSeconds: number): Promise<void>;
  /** Jobs running in this process. */
  readonly running: number;
};
