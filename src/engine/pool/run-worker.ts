/** One worker process from start to end: feed it, watch it, end it, and say in one error what became of it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { errorFromJson, fail, type EditorError } from '#core/errors';
import { pathsOf, type TaskInput, type TaskName, type TaskOutput } from '#engine/tasks';
import { maxErrorTextBytes, maxMessageBytes, silenceLimitSeconds, timeLimitSeconds } from './limits.ts';
import { residentBytes } from './memory.ts';
import { answerDescriptor, parseWorkerMessage, type TaskMessage, type WorkerMessage } from './messages.ts';
import type { RunOptions } from './pool.ts';
import { workerCommand, workerEnvironment, type Sandbox } from './sandbox.ts';

export type WorkerSettings = {
  readonly sandbox: Sandbox;
  readonly memoryLimitBytes: number;
  readonly scratchFolder: string;
  /** Where compiled code is kept between workers. */
  readonly codeCache: string | undefined;
  readonly onWarning: (message: string, fields: Readonly<Record<string, unknown>>) => void;
};

export type RunningWorker<Name extends TaskName> = {
  /** What the task gives, or why it did not. Settles as soon as that is known. */
  readonly answer: Promise<TaskOutput<Name>>;
  /** Settles when the process is gone and its scratch folder removed. Never rejects. */
  readonly gone: Promise<void>;
  /** Ends the process now; `answer` rejects with `reason` unless it has settled. */
  kill(reason: EditorError): void;
};

const memoryPollMs = 250;
/** Takes a sixth off the time of a mix. */
const soundRoomMb = 128;
/** A worker that has answered gets this long to exit by itself. */
const lingerMs = 2000;

export function startWorker<Name extends TaskName>(
  settings: WorkerSettings,
  name: Name,
  input: TaskInput<Name>,
  options: RunOptions,
): RunningWorker<Name> {
  const scratch = join(settings.scratchFolder, `task-${randomBytes(9).toString('base64url')}`);
  mkdirSync(scratch, { recursive: true, mode: 0o700 });
  const limitSeconds = options.timeoutSeconds ?? timeLimitSeconds[name];
  const child = launch(settings, { name, input, scratch, limitSeconds });
  const answer = Promise.withResolvers<TaskOutput<Name>>();
  const gone = Promise.withResolvers<void>();
  let settled = false;
  let lastSign = Date.now();
  let errorText = '';

  function settle(act: () => void): void {
    if (settled) return;
    settled = true;
    act();
  }

  function kill(reason: EditorError): void {
    settle(() => answer.reject(reason));
    killGroup(child);
  }

  function receive(message: WorkerMessage): void {
    lastSign = Date.now();
    if (message.kind === 'progress') options.onProgress?.(message.fraction);
    if (message.kind === 'done') settle(() => answer.resolve(message.output as TaskOutput<Name>));
    if (message.kind === 'failed') {
      if (message.error.code === 'INTERNAL') {
        settings.onWarning('media task failed unexpectedly', { task: name, stack: message.stack, error: message.error });
      }
      settle(() => answer.reject(errorFromJson(message.error)));
    }
    if (settled) setTimeout(() => killGroup(child), lingerMs).unref();
  }

  const wall = setTimeout(() => kill(fail('WORKER_TIMEOUT', { limitSeconds, task: name })), limitSeconds * 1000);
  const watch = setInterval(() => {
    if (child.pid !== undefined && residentBytes(child.pid) > settings.memoryLimitBytes) {
      kill(fail('WORKER_MEMORY', { limitBytes: settings.memoryLimitBytes, task: name }));
    } else if (Date.now() - lastSign > silenceLimitSeconds * 1000) {
      kill(fail('WORKER_TIMEOUT', { limitSeconds: silenceLimitSeconds, task: name, reason: 'no sign of life' }));
    }
  }, memoryPollMs);

  readLines(child.stdio[answerDescriptor] as Readable, receive, () =>
    kill(fail('WORKER_CRASHED', { reason: 'its answer is too long', task: name })),
  );
  child.stderr?.on('data', (chunk: Buffer) => {
    if (errorText.length < maxErrorTextBytes) errorText += chunk.toString('utf8').slice(0, maxErrorTextBytes - errorText.length);
  });
  child.stdout?.resume();
  child.on('error', (error) =>
    settle(() => answer.reject(fail('WORKER_CRASHED', { reason: 'it did not start', task: name }, { cause: error }))),
  );
  // A sandbox that is killed while it is being built may leave its half behind, waiting for it with our pipes open.
  child.on('exit', () => endGroup(child));
  child.on('close', (code, signal) => {
    clearTimeout(wall);
    clearInterval(watch);
    settle(() => {
      settings.onWarning('media worker ended abruptly', { task: name, code, signal, stderr: errorText });
      answer.reject(classifyExit(code, signal, errorText, { name, limitSeconds, memoryLimitBytes: settings.memoryLimitBytes }));
    });
    removeScratch(scratch, settings);
    gone.resolve();
  });
  return { answer: answer.promise, gone: gone.promise, kill };
}

type Launch = {
  readonly name: TaskName;
  readonly input: TaskInput<TaskName>;
  readonly scratch: string;
  readonly limitSeconds: number;
};

function launch(settings: WorkerSettings, { name, input, scratch, limitSeconds }: Launch): ChildProcess {
  const { reads, writes } = pathsOf(name, input);
  const environment = workerEnvironment(scratch, settings.codeCache);
  const { program, args } = workerCommand(settings.sandbox, {
    readPaths: reads,
    writeFolders: [scratch, ...new Set(writes.map((path) => dirname(path)))],
    memoryLimitBytes: settings.memoryLimitBytes,
    cpuLimitSeconds: limitSeconds * (cpus().length + 1),
    ...(name === 'render-sound' ? { roomMb: soundRoomMb } : {}),
    environment,
  });
  const child = spawn(program, args, {
    // A group of its own: one kill reaches the sandbox and everything in it, and Ctrl-C at a terminal does not.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: environment,
    cwd: '/',
  });
  const message: TaskMessage = { task: name, input, scratch };
  // A worker that dies before it has read its task is told by its exit, not by the broken pipe.
  child.stdin?.on('error', () => undefined);
  // Left open: its end tells the worker that we are gone.
  child.stdin?.write(`${JSON.stringify(message)}\n`);
  return child;
}

function killGroup(child: ChildProcess): void {
  if (child.exitCode === null && child.signalCode === null) endGroup(child);
}

/** Whoever is left of the group, whether its first process lives or not. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function readLines(stream: Readable, onMessage: (message: WorkerMessage) => void, onTooLong: () => void): void {
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  stream.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...pending, chunk.subarray(from, at)]).toString('utf8');
      pending = [];
      pendingBytes = 0;
      from = at + 1;
      const message = parseWorkerMessage(line);
      if (message !== undefined) onMessage(message);
    }
    if (from < chunk.length) {
      pending.push(chunk.subarray(from));
      pendingBytes += chunk.length - from;
    }
    if (pendingBytes > maxMessageBytes) onTooLong();
  });
  stream.on('error', () => undefined);
}

type ExitContext = { readonly name: TaskName; readonly limitSeconds: number; readonly memoryLimitBytes: number };

function classifyExit(code: number | null, signal: NodeJS.Signals | null, errorText: string, context: ExitContext): EditorError {
  const task = context.name;
  // bubblewrap tells a child's signal as an exit code, the way a shell does.
  const ended = signal ?? signalNames[(code ?? 0) - 128];
  if (/heap out of memory|Array buffer allocation failed|std::bad_alloc/.test(errorText)) {
    return fail('WORKER_MEMORY', { limitBytes: context.memoryLimitBytes, task });
  }
  if (ended === 'SIGXCPU') return fail('WORKER_TIMEOUT', { limitSeconds: context.limitSeconds, task });
  if (ended === 'SIGXFSZ') return fail('WORKER_CRASHED', { reason: 'it wrote too large a file', task });
  return fail('WORKER_CRASHED', { reason: ended ?? `exit code ${code}`, task });
}

const signalNames: Readonly<Record<number, NodeJS.Signals>> = {
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
};

function removeScratch(scratch: string, settings: WorkerSettings): void {
  try {
    rmSync(scratch, { recursive: true, force: true });
  } catch (error) {
    settings.onWarning('scratch folder could not be removed', { error: String(error) });
  }
}
