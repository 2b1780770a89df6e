import { z } from 'zod';
import { fail } from '#core/errors';
import { adkEventSchema } from '#core/protocol';
import { json } from '../envelope.ts';
import { defineRoute } from '../route.ts';
import { eventStream } from '../sse.ts';
import { beginTurn, streamOptions, streamQuery, turnRequestSchema, watchTurn } from '../turn-request.ts';

const reply = {
  description:
    'Events as `data: {json}` frames, each followed by a frame `id: <n>`; the end of the stream is the end of the turn',
  contentType: 'text/event-stream',
} as const;

export const runSse = defineRoute({
  method: 'post',
  path: '/run_sse',
  summary: 'Say what should happen, and watch it happen',
  description:
    'The turn is a durable job that the stream only watches: a client that disconnects loses nothing and may resume with GET. ' +
    'The same Idempotency-Key attaches to the turn there is.',
  tag: 'chat',
  access: 'token',
  query: streamQuery,
  body: turnRequestSchema,
  reply,
  refusals: [400, 402, 404],
  async handle(http, { body, query, user, request }) {
    const turn = await beginTurn(http, request, user, body);
    const { heartbeat, format } = query;
    const options = streamOptions(http, request, { ...turn, heartbeat, format, partials: body.streaming ?? false });
    return eventStream((signal) => watchTurn(http, { ...turn, userId: user.id, afterSeq: 0 }, { format, signal }), options);
  },
});

export const resumeSse = defineRoute({
  method: 'get',
  path: '/run_sse/{invocation}',
  summary: 'Watch a turn again, from after the last event that was seen',
  description: 'The place is the header Last-Event-ID or `?after=`; events are kept for 24 hours.',
  tag: 'chat',
  access: 'token',
  params: z.object({ invocation: z.string() }),
  query: streamQuery.extend({
    after: z.coerce.number().int().min(0).optional().describe('Number of the last event that was seen'),
    streaming: z.stringbool().default(false),
  }),
  reply,
  refusals: [404],
  async handle(http, { params, query, user, request }) {
    if (!/^[\w-]{1,64}$/.test(params.invocation)) throw fail('RESOURCE_NOT_FOUND', { what: 'Turn' });
    const run = await http.services.getRun({ userId: user.id, runId: params.invocation });
    const turn = { userId: user.id, sessionId: run.sessionId, invocationId: run.id };
    const afterSeq = query.after ?? lastEventId(request.req.header('last-event-id'));
    const { heartbeat, format, streaming } = query;
    const options = streamOptions(http, request, { invocationId: run.id, heartbeat, format, partials: streaming });
    return eventStream((signal) => watchTurn(http, { ...turn, afterSeq }, { format, signal }), options);
  },
});

export const run = defineRoute({
  method: 'post',
  path: '/run',
  summary: 'The same as /run_sse, answered at once when the turn has ended',
  tag: 'chat',
  access: 'token',
  body: turnRequestSchema,
  reply: { description: 'All events of the turn', schema: z.array(adkEventSchema), bare: true },
  refusals: [400, 402, 404],
  async handle(http, { body, user, request }) {
    const turn = await beginTurn(http, request, user, body);
    const late = AbortSignal.timeout(http.config.turnSeconds * 1000);
    const signal = AbortSignal.any([request.req.raw.signal, http.closing, late]);
    const events: unknown[] = [];
    for await (const { event } of watchTurn(http, { ...turn, userId: user.id, afterSeq: 0 }, { format: 'adk', signal })) {
      if (event.partial !== true) events.push(event);
    }
    // The turn goes on; what there is would look like the whole.
    if (signal.aborted) throw fail(http.closing.aborted ? 'SHUTTING_DOWN' : 'REQUEST_TIMEOUT');
    return json(events, 200, { 'X-Invocation-Id': turn.invocationId });
  },
});

function lastEventId(header: string | undefined): number {
  if (header === undefined || header.trim() === '') return 0;
  const seq = Number(header);
  if (!Number.isSafeInteger(seq) || seq < 0)
    throw fail('REQUEST_INVALID', { reason: 'Last-Event-ID is not a number of an event' });
  return seq;
}
