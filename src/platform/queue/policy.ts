/** What becomes of a job whose run did not come to an end of its own. */
import { fail, kinds, type EditorError } from '#core/errors';
import type { JobRow } from '#platform/store';

/** How often a process may die over a job: a job is not failed for one restart, nor does it take a server down for ever. */
export const crashBudget = 3;
/** How often a passing failure (`unavailable`) is tried again. */
export const errorBudget = 5;

export type Verdict =
  | { readonly kind: 'again'; readonly afterMs: number; readonly crashes: number; readonly errors: number }
  | { readonly kind: 'end'; readonly state: 'failed' | 'canceled'; readonly error: EditorError };

/** After the process that ran it died or fell silent. */
export function afterCrash(job: JobRow): Verdict {
  if (job.cancelRequested) return { kind: 'end', state: 'canceled', error: fail('JOB_CANCELED') };
  const crashes = job.crashes + 1;
  if (crashes <= crashBudget) return { kind: 'again', afterMs: 0, crashes, errors: job.errors };
  const reason = `the server stopped ${crashes} times during this work`;
  return { kind: 'end', state: 'failed', error: fail('WORKER_CRASHED', { reason }) };
}

/** After its handler threw. */
export function afterError(job: JobRow, error: EditorError): Verdict {
  if (error.code === 'JOB_CANCELED') return { kind: 'end', state: 'canceled', error };
  const errors = job.errors + 1;
  if (!kinds[error.kind].retried || errors > errorBudget) return { kind: 'end', state: 'failed', error };
  // 1, 2, 4, 8, 16 s.
  return { kind: 'again', afterMs: 1000 * 2 ** (errors - 1), crashes: job.crashes, errors };
}
