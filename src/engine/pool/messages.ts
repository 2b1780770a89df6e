/** What passes between the pool and a worker: one JSON object a line, tasks on stdin, answers on descriptor 3. */
import type { ErrorJson } from '#core/errors';
import type { TaskName } from '#engine/tasks';

/** To the worker: the one task of its life. */
export type TaskMessage = {
  readonly task: TaskName;
  readonly input: unknown;
  /** A folder of its own for temporary files. */
  readonly scratch: string;
};

/** From the worker. `alive` says that work goes on where there is no fraction to tell. */
export type WorkerMessage =
  | { readonly kind: 'alive' }
  | { readonly kind: 'progress'; readonly fraction: number }
  | { readonly kind: 'done'; readonly output: unknown }
  | { readonly kind: 'failed'; readonly error: ErrorJson; /** For the log only. */ readonly stack?: string };

/** Descriptor of the answers; stdout stays free for libraries that print. */
export const answerDescriptor = 3;

/** Reads one line; undefined for anything that is not a message, which a damaged worker may send. */
export function parseWorkerMessage(line: string): WorkerMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const message = value as Readonly<Record<string, unknown>>;
  switch (message.kind) {
    case 'alive':
      return { kind: 'alive' };
    case 'progress':
      return typeof message.fraction === 'number' && Number.isFinite(message.fraction)
        ? { kind: 'progress', fraction: Math.min(1, Math.max(0, message.fraction)) }
        : undefined;
    case 'done':
      return { kind: 'done', output: message.output };
    case 'failed':
      return typeof message.error === 'object' && message.error !== null
        ? {
            kind: 'failed',
            error: message.error as ErrorJson,
            ...(typeof message.stack === 'string' ? { stack: message.stack } : {}),
          }
        : undefined;
    default:
      return undefined;
  }
}
