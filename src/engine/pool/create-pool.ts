/** Places for workers: as many at once as the machine has cores, the rest wait in line. */
import { mkdirSync } from 'node:fs';
import { fail } from '#core/errors';
import type { TaskInput, TaskName, TaskOutput } from '#engine/tasks';
import { codeCacheFolder } from './code-cache.ts';
import { defaultMemoryLimitBytes } from './limits.ts';
import type { Pool, RunOptions } from './pool.ts';
import { startWorker, type RunningWorker, type WorkerSettings } from './run-worker.ts';
import { detectSandbox } from './sandbox.ts';

export type PoolOptions = {
  /** Tasks that run at once. */
  readonly size: number;
  /** `auto` uses bubblewrap where it works; `off` never does. */
  readonly sandbox: 'auto' | 'off';
  /** Resident memory of one worker; default 1 GiB. */
  readonly memoryLimitBytes?: number;
  /** Where each task gets a folder for temporary files. */
  readonly scratchFolder: string;
  /** Hears what an operator should know: crashes with the worker's last words. */
  readonly onWarning: (message: string, fields: Readonly<Record<string, unknown>>) => void;
};

/** Errors: none; `sandbox.note` says what could not be had. */
export function createPool(options: PoolOptions): Pool {
  const sandbox = options.sandbox === 'off' ? { kind: 'none' as const, note: 'switched off by configuration' } : detectSandbox();
  mkdirSync(options.scratchFolder, { recursive: true, mode: 0o700 });
  const settings: WorkerSettings = {
    sandbox,
    memoryLimitBytes: options.memoryLimitBytes ?? defaultMemoryLimitBytes,
    scratchFolder: options.scratchFolder,
    codeCache: codeCacheFolder(options.onWarning),
    onWarning: options.onWarning,
  };
  const running = new Set<RunningWorker<TaskName>>();
  const waiting = new Set<() => void>();
  /** Places given away whose worker has not been started yet. */
  let reserved = 0;
  let closed = false;

  const endAll = (): void => {
    for (const worker of running) worker.kill(fail('JOB_CANCELED'));
  };
  process.once('exit', endAll);

  /** Waits for a free place; false where the caller gave up before there was one. */
  async function takePlace(signal: AbortSignal | undefined): Promise<void> {
    if (closed || signal?.aborted === true) throw fail('JOB_CANCELED');
    if (running.size + reserved < options.size && waiting.size === 0) {
      reserved++;
      return;
    }
    const turn = Promise.withResolvers<void>();
    const giveUp = (): void => {
      waiting.delete(start);
      turn.reject(fail('JOB_CANCELED'));
    };
    const start = (): void => {
      waiting.delete(start);
      if (closed) return turn.reject(fail('JOB_CANCELED'));
      reserved++;
      turn.resolve();
    };
    waiting.add(start);
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      await turn.promise;
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  function startNext(): void {
    for (const start of waiting) {
      if (running.size + reserved >= options.size && !closed) return;
      start();
    }
  }

  async function run<Name extends TaskName>(
    name: Name,
    input: TaskInput<Name>,
    runOptions: RunOptions = {},
  ): Promise<TaskOutput<Name>> {
    const { signal } = runOptions;
    await takePlace(signal);
    reserved--;
    if (closed || signal?.aborted === true) {
      startNext();
      throw fail('JOB_CANCELED');
    }
    const worker = startWorker(settings, name, input, runOptions);
    const listed = worker as unknown as RunningWorker<TaskName>;
    running.add(listed);
    const cancel = (): void => worker.kill(fail('JOB_CANCELED'));
    signal?.addEventListener('abort', cancel, { once: true });
    void worker.gone.then(() => {
      running.delete(listed);
      startNext();
    });
    try {
      return await worker.answer;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
  }

  return {
    run,
    size: options.size,
    sandbox,
    async close() {
      closed = true;
      process.off('exit', endAll);
      startNext();
      endAll();
      await Promise.all([...running].map((worker) => worker.gone));
    },
  };
}
