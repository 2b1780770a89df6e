import { z } from 'zod';
import { fail } from '#core/errors';
import { adkEventSchema, toAdkEvent, type AdkEvent, type SessionEvent } from '#core/protocol';
import type { SessionRow } from '#platform/store';
import { json } from '../envelope.ts';
import type { HttpContext } from '../http-context.ts';
import { appName, defineRoute, isSessionId, snakeKeys } from '../route.ts';
import { acceptState, checkStateSize, stateSchema, visibleState } from '../session-state.ts';

const base = '/apps/{app}/users/{user}/sessions';
const params = z.object({ sid: z.string() });
const session = z
  .object({
    id: z.string(),
    appName: z.string(),
    userId: z.string(),
    state: stateSchema,
    events: z.array(adkEventSchema),
    lastUpdateTime: z.number().describe('Seconds since 1970'),
  })
  .meta({ id: 'AdkSession' });
const one = { description: "ADK's session", schema: session, bare: true } as const;

const newSession = z.preprocess(
  snakeKeys(['session_id']),
  z.object({ session_id: z.string().max(64).nullish(), state: stateSchema.nullish() }),
);

export const createAdkSession = defineRoute({
  method: 'post',
  path: base,
  summary: 'Start a session, as ADK’s clients do',
  tag: 'session',
  access: 'token',
  body: newSession,
  reply: one,
  refusals: [400, 404],
  handle: (http, { user, body }) => create(http, user.id, body.session_id ?? undefined, body.state ?? {}),
});

export const createNamedAdkSession = defineRoute({
  method: 'post',
  path: `${base}/{sid}`,
  summary: 'Start a session with an id of the client’s choice; the body is its state',
  tag: 'session',
  access: 'token',
  params,
  body: stateSchema,
  reply: one,
  refusals: [400, 404],
  handle: (http, { user, params: { sid }, body }) => create(http, user.id, sid, body),
});

export const getAdkSession = defineRoute({
  method: 'get',
  path: `${base}/{sid}`,
  summary: 'A session with all its events',
  tag: 'session',
  access: 'token',
  params,
  reply: one,
  refusals: [404],
  async handle(http, { user, params: { sid } }) {
    const row = await http.services.getSession({ userId: user.id, sessionId: sid });
    return json({ ...sessionOf(row), events: await eventsOf(http, sid) });
  },
});

export const listAdkSessions = defineRoute({
  method: 'get',
  path: base,
  summary: 'All sessions of the bearer, without their events',
  tag: 'session',
  access: 'token',
  reply: { description: "ADK's sessions", schema: z.array(session), bare: true },
  refusals: [404],
  async handle(http, { user }) {
    return json((await http.services.listSessions({ userId: user.id, appName })).map(sessionOf));
  },
});

export const patchAdkSession = defineRoute({
  method: 'patch',
  path: `${base}/{sid}`,
  summary: 'Merge into the state of a session',
  tag: 'session',
  access: 'token',
  params,
  body: z.preprocess(snakeKeys(['state_delta']), z.object({ state_delta: stateSchema })),
  reply: one,
  refusals: [400, 404],
  async handle(http, { user, params: { sid }, body }) {
    const row = await http.services.getSession({ userId: user.id, sessionId: sid });
    return json(sessionOf(await acceptState(http, row, body.state_delta)));
  },
});

export const deleteAdkSession = defineRoute({
  method: 'delete',
  path: `${base}/{sid}`,
  summary: 'Delete a session with its history; finished exports stay',
  tag: 'session',
  access: 'token',
  params,
  reply: { description: 'null', schema: z.null(), bare: true },
  refusals: [404],
  async handle(http, { user, params: { sid } }) {
    await http.services.deleteSession({ userId: user.id, sessionId: sid });
    return json(null);
  },
});

async function create(
  http: HttpContext,
  userId: string,
  sessionId: string | undefined,
  given: Readonly<Record<string, unknown>>,
): Promise<Response> {
  if (sessionId !== undefined && !isSessionId(sessionId)) {
    throw fail('REQUEST_INVALID', { reason: 'a session id has 1 to 64 letters, digits, _ or -' });
  }
  const state = visibleState(given);
  checkStateSize(state);
  const chosen = sessionId === undefined ? {} : { sessionId };
  return json(sessionOf(await http.services.createSession({ userId, appName, taskName: 'project', state, ...chosen })));
}

/** What was said and done, oldest first. Logs are kept for 24 hours; of older turns only the user's message is left. */
async function eventsOf(http: HttpContext, sessionId: string): Promise<AdkEvent[]> {
  const runs = await http.services.listRuns({ sessionId });
  const oldestFirst = runs.toSorted((a, b) => a.createdAt - b.createdAt);
  const events: AdkEvent[] = [];
  for (const { id, text, createdAt } of oldestFirst) {
    events.push({ ...messageOf(text), id: `${id}-0`, invocationId: id, author: 'user', timestamp: createdAt / 1000 });
    for (const row of await http.services.readRunEvents({ runId: id, afterSeq: 0 })) {
      // The agent wrote the log, so what is in it are its events.
      const event = toAdkEvent(row.event as SessionEvent, { invocationId: id, seq: row.seq, at: row.createdAt });
      if (event !== undefined && event.partial !== true) events.push(event);
    }
  }
  return events;
}

function messageOf(text: string): Pick<AdkEvent, 'type' | 'text' | 'content'> {
  return { type: 'text', text, content: { role: 'user', parts: [{ text }] } };
}

function sessionOf(row: SessionRow): Readonly<Record<string, unknown>> {
  return {
    id: row.id,
    appName: row.appName,
    userId: row.userId,
    state: visibleState(row.state),
    events: [],
    lastUpdateTime: row.updatedAt / 1000,
  };
}
