/**
 * A media worker: reads one task from stdin, does it, answers, ends. Everything that opens media from outside happens
 * in a process like this one, which has nothing to lose.
 */
import { writeSync } from 'node:fs';
import { asEditorError } from '#core/errors';
import { answerDescriptor, warmUpArgument, type TaskMessage, type WorkerMessage } from '#engine/pool';
import type { TaskContext, TaskImplementation, TaskName } from '#engine/tasks';
import { taskLoaders } from './tasks.ts';

const progressIntervalMs = 100;
const signIntervalMs = 2000;

/** Written at once: a task that decodes never returns to the event loop, yet must be seen to live. */
function answer(message: WorkerMessage): void {
  const line = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let sent = 0; sent < line.length;) sent += writeSync(answerDescriptor, line, sent);
}

function createContext(scratch: string, signal: AbortSignal): TaskContext {
  let lastSentMs = 0;
  return {
    signal,
    scratch,
    progress(fraction) {
      const nowMs = performance.now();
      if (nowMs - lastSentMs < progressIntervalMs && fraction < 1) return;
      lastSentMs = nowMs;
      answer({ kind: 'progress', fraction });
    },
  };
}

async function work(message: TaskMessage, signal: AbortSignal): Promise<void> {
  try {
    const load: () => Promise<TaskImplementation<TaskName>> = taskLoaders[message.task] as never;
    const task = await load();
    await reportActivity();
    const output = await task(message.input as never, createContext(message.scratch, signal));
    answer({ kind: 'done', output });
  } catch (error) {
    const failure = asEditorError(error);
    const cause = failure.cause instanceof Error ? failure.cause : failure;
    answer({ kind: 'failed', error: failure.toJSON(), ...(cause.stack === undefined ? {} : { stack: cause.stack }) });
  }
}

/** Packets going by are a sign of life in work that has no progress of its own to tell. */
async function reportActivity(): Promise<void> {
  const { onMediaActivity } = await import('#engine/media');
  let lastSentMs = performance.now();
  onMediaActivity(() => {
    const nowMs = performance.now();
    if (nowMs - lastSentMs < signIntervalMs) return;
    lastSentMs = nowMs;
    answer({ kind: 'alive' });
  });
}

/** The first line of stdin; whoever started us is gone where it ends first. */
async function readTask(): Promise<TaskMessage> {
  const line = Promise.withResolvers<string>();
  let text = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk: string) => {
    text += chunk;
    const end = text.indexOf('\n');
    if (end >= 0) line.resolve(text.slice(0, end));
  });
  process.stdin.on('end', () => process.exit(0));
  return JSON.parse(await line.promise) as TaskMessage;
}

if (process.argv.includes(warmUpArgument)) {
  // A part that does not load is told by the task that needs it.
  await Promise.allSettled(Object.values(taskLoaders).map((load) => load()));
  process.exit(0);
}
const canceled = new AbortController();
process.stdin.on('end', () => canceled.abort());
await work(await readTask(), canceled.signal);
process.exit(0);
