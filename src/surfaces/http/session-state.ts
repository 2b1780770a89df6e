/** The small state of a session that clients may read and write. */
import { z } from 'zod';
import { fail } from '#core/errors';
import type { SessionRow } from '#platform/store';
import type { HttpContext } from './http-context.ts';

export const stateSchema = z.record(z.string().max(200), z.unknown());

const limitBytes = 262_144;
/** What the agent remembers for itself: neither shown nor taken from clients. */
const own = new Set(['pendingQuestion', 'writer']);

/** The state without what is the agent's own. */
export function visibleState(state: SessionRow['state']): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(state).filter(([name]) => !own.has(name)));
}

/** Merges what a client sends; null removes a key. Errors: REQUEST_INVALID where the state would go over 256 KiB. */
export async function acceptState(
  http: HttpContext,
  session: SessionRow,
  delta: Readonly<Record<string, unknown>>,
): Promise<SessionRow> {
  const accepted = visibleState(delta);
  checkStateSize({ ...visibleState(session.state), ...accepted });
  return http.services.updateSessionState({ sessionId: session.id, delta: accepted, now: http.services.now() });
}

export function checkStateSize(state: Readonly<Record<string, unknown>>): void {
  if (Buffer.byteLength(JSON.stringify(state)) > limitBytes) {
    throw fail('REQUEST_INVALID', { reason: `the state of a session may have ${limitBytes} bytes at most` });
  }
}
