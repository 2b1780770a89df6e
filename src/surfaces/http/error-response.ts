/** The rim: whatever was thrown becomes one reply with a code, and what nobody expected becomes INTERNAL with an id. */
import { randomBytes } from 'node:crypto';
import { EditorError, fail } from '#core/errors';
import type { Log } from '#platform/log';
import { failureBody, json } from './envelope.ts';

/** The failure as the client may see it; an unknown one is logged under the id that the message carries. */
export function asKnownError(error: unknown, log: Log, fields: Readonly<Record<string, unknown>> = {}): EditorError {
  if (error instanceof EditorError) {
    if (error.kind === 'bug') log.error('http.bug', { ...fields, error });
    return error;
  }
  if (isDiskFull(error)) {
    log.warn('http.disk-full', fields);
    return fail('DISK_FULL', {}, { cause: error });
  }
  const errorId = randomBytes(6).toString('hex');
  log.error('http.unexpected', { ...fields, errorId, error });
  return fail('INTERNAL', { errorId }, { cause: error });
}

/** The reply for a failure, with Retry-After where trying again makes sense. */
export function failureResponse(error: EditorError): Response {
  const seconds = retryAfterSeconds(error);
  return json(failureBody(error), error.status, {
    ...(seconds === undefined ? {} : { 'Retry-After': String(seconds) }),
    // What is still being sent is not read any more.
    ...(error.status === 413 || error.status === 408 ? { Connection: 'close' } : {}),
  });
}

/** Whole seconds until another try can succeed; undefined where none can. */
export function retryAfterSeconds(error: EditorError): number | undefined {
  const given = error.details.retryAfterSeconds;
  if (typeof given === 'number' && given >= 0) return Math.max(1, Math.ceil(given));
  if (error.status === 429) return 30;
  return error.status === 503 || error.status === 507 ? 5 : undefined;
}

/** ENOSPC of any file, SQLITE_FULL of the database. */
function isDiskFull(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL';
}
