import { setImmediate } from 'node:timers/promises';
import { fail } from '#core/errors';

/** Long enough not to cost anything, short enough for a stop to be felt at once. */
const everyMs = 50;

/**
 * Lets messages in now and then while a loop of synchronous calls runs, so that a stop is heard.
 * Errors: JOB_CANCELED once the signal is aborted.
 */
export function createPause(signal: AbortSignal): () => Promise<void> {
  let last = performance.now();
  return async () => {
    const now = performance.now();
    if (now - last >= everyMs) {
      await setImmediate();
      last = performance.now();
    }
    if (signal.aborted) throw fail('JOB_CANCELED');
  };
}
