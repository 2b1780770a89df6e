/** A message to the agent as ADK's clients and the skills write it, in snake_case or camelCase. */
import { z } from 'zod';
import { fail } from '#core/errors';
import { toAdkEvent, toFlatEvent } from '#core/protocol';
import { checkUser } from './auth.ts';
import type { HttpContext, HttpRequest, User } from './http-context.ts';
import { appName, isSessionId, snakeKeys } from './route.ts';
import { acceptState, stateSchema } from './session-state.ts';
import type { EventFormat, HeartbeatStyle, StreamOptions, WatchedEvent } from './sse.ts';

const textLimit = 32_000;

export const turnRequestSchema = z.preprocess(
  snakeKeys(['app_name', 'user_id', 'session_id', 'new_message', 'state_delta', 'streaming']),
  z.object({
    app_name: z.string().default(appName),
    user_id: z.string().max(64).nullish().describe("`me`, the bearer's own id, or absent"),
    session_id: z.string().max(64),
    new_message: z.object({
      role: z.string().max(20).nullish(),
      parts: z.array(z.looseObject({ text: z.string().nullish() })).max(100),
    }),
    streaming: z.boolean().nullish().describe('Whether partial texts are sent before the whole one'),
    state_delta: stateSchema.nullish().describe('Merged into the state of the session first'),
  }),
);

export type TurnBody = z.infer<typeof turnRequestSchema>;

export const streamQuery = z.object({
  heartbeat: z.enum(['comment', 'data', 'event']).optional().describe('How heartbeats are written'),
  format: z.enum(['adk', 'flat']).default('adk').describe('`flat`: {"type","content"} for simple readers'),
});

/**
 * Starts the turn that `body` asks for, or attaches to the one with the same Idempotency-Key.
 *
 * Errors: SESSION_NOT_FOUND, REQUEST_INVALID without text, RATE_LIMITED, CREDITS_EXHAUSTED.
 */
export async function beginTurn(
  http: HttpContext,
  request: HttpRequest,
  user: User,
  body: TurnBody,
): Promise<{ readonly sessionId: string; readonly invocationId: string }> {
  checkUser(user, body.user_id ?? undefined);
  if (body.app_name !== appName) throw fail('RESOURCE_NOT_FOUND', { what: 'App' });
  if (!isSessionId(body.session_id)) throw fail('SESSION_NOT_FOUND');
  const session = await http.services.getSession({ userId: user.id, sessionId: body.session_id });
  const text = textOf(body);
  const idempotencyKey = request.req.header('idempotency-key')?.trim();
  if (idempotencyKey !== undefined && !/^[\x21-\x7e]{1,200}$/.test(idempotencyKey)) {
    throw fail('REQUEST_INVALID', { reason: 'Idempotency-Key must be 1 to 200 printable characters' });
  }
  http.messages.count(user.id);
  if (body.state_delta !== null && body.state_delta !== undefined) await acceptState(http, session, body.state_delta);
  const turn = { userId: user.id, sessionId: session.id, text, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) };
  return { sessionId: session.id, invocationId: (await http.services.startTurn(turn)).invocationId };
}

function textOf(body: TurnBody): string {
  const texts = body.new_message.parts.flatMap(({ text }) => (text === null || text === undefined ? [] : [text]));
  const text = texts.join('\n').replaceAll('\u0000', '').trim();
  if (text === '') throw fail('REQUEST_INVALID', { reason: 'body.new_message.parts: there is no text' });
  if (text.length > textLimit)
    throw fail('REQUEST_INVALID', { reason: `body.new_message: the text is longer than ${textLimit} characters` });
  return text.toWellFormed();
}

export type WatchedTurn = {
  readonly userId: string;
  readonly sessionId: string;
  readonly invocationId: string;
  readonly afterSeq: number;
};

/** The events of a turn as its client wants them, from after `afterSeq` to its end. */
export async function* watchTurn(
  http: HttpContext,
  turn: WatchedTurn,
  { format, signal }: { readonly format: EventFormat; readonly signal: AbortSignal },
): AsyncGenerator<WatchedEvent> {
  const { invocationId } = turn;
  for await (const { seq, event, at } of http.services.watchEvents({ ...turn, signal })) {
    const shown = format === 'flat' ? toFlatEvent(event) : toAdkEvent(event, { invocationId, seq, at });
    if (shown !== undefined) yield { seq, event: shown };
  }
}

/** How a stream of this server looks, by its settings and what the client asked for. */
export function streamOptions(
  http: HttpContext,
  request: HttpRequest,
  stream: {
    readonly invocationId: string;
    readonly heartbeat: HeartbeatStyle | undefined;
    readonly format: EventFormat;
    readonly partials: boolean;
  },
): StreamOptions {
  return {
    ...stream,
    heartbeat: stream.heartbeat ?? http.config.heartbeatStyle,
    heartbeatMs: http.config.heartbeatSeconds * 1000,
    limitMs: http.config.turnSeconds * 1000,
    closing: http.closing,
    log: http.log,
    outgoing: request.env?.outgoing,
    readerMs: http.patience.readerMs,
  };
}
