/**
 * Media worker processes: one per running task, so that a crash, a hang or a bomb in a file costs one job a clear
 * error and nothing else. The API process knows this port and never loads a media library.
 */
import type { TaskInput, TaskName, TaskOutput } from '#engine/tasks';

export type RunOptions = {
  readonly signal?: AbortSignal;
  /** 0 … 1. */
  readonly onProgress?: (fraction: number) => void;
  /** Wall-clock limit; the default depends on the task. */
  readonly timeoutSeconds?: number;
};

export type Pool = {
  /**
   * Runs a task in a worker process, waiting for a free place first.
   * Errors: what the task threw; WORKER_CRASHED, WORKER_TIMEOUT, WORKER_MEMORY; JOB_CANCELED on abort (within a second).
   */
  run<Name extends TaskName>(name: Name, input: TaskInput<Name>, options?: RunOptions): Promise<TaskOutput<Name>>;
  /** How many tasks run at once. */
  readonly size: number;
  /** How workers are confined on this machine, for `rushes doctor`. */
  readonly sandbox: { readonly kind: 'bubblewrap' | 'none'; readonly note: string };
  /** Ends all workers; running tasks fail with JOB_CANCELED. */
  close(): Promise<void>;
};
