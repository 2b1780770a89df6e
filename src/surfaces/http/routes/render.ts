import { z } from 'zod';
import { fail } from '#core/errors';
import { parseOutputRequest } from '#editor/jobs';
import { renderReply, renderStatusSchema } from '../render-reply.ts';
import { parseJson } from '../read-json.ts';
import { defineRoute, isSessionId, snakeKeys } from '../route.ts';

const idPattern = /^(?!\.+$)[\w.:-]{1,128}$/;
const params = z.object({ id: z.string() });
const reply = {
  description: 'The render status object, on the top level and in `data`',
  schema: renderStatusSchema,
} as const;

export const renderCreate = defineRoute({
  method: 'post',
  path: '/api/render/proxy/lambda',
  summary: 'Export the timeline or a draft',
  description:
    'The id is chosen by the client and is the idempotency key: the same id and body give the same job, the same id with ' +
    'another body is refused with 409. Without `draft` the current timeline is rendered. Exports are free of credits. The ' +
    'headers X-Skill-Source, X-Skill-Version and X-Skill-Platform are required unless the operator turned that off.',
  tag: 'render',
  access: 'token',
  headers: z.object({ 'X-Skill-Source': z.string(), 'X-Skill-Version': z.string(), 'X-Skill-Platform': z.string() }),
  body: z.preprocess(
    snakeKeys(['session_id']),
    z.object({
      id: z.string().regex(idPattern, 'it must be 1 to 128 letters, digits or . _ : -'),
      session_id: z.string().max(64).describe('`sessionId` is accepted too'),
      draft: z.unknown().optional().describe('As the state reply gave it, changed or not'),
      output: z
        .record(z.string(), z.unknown())
        .nullish()
        .describe(
          '`format`, `quality`, and optionally `preset`, `codec`, `resolution`, `width`, `height`, `aspect`, `fit`, `fps`, ' +
            '`max_bitrate_kbps`, `audio_bitrate_kbps`, `channels`: see formats.md',
        ),
    }),
  ),
  // 10 000 segments with texts and effects are about 4 MB.
  bodyLimitBytes: 16_777_216,
  reply,
  refusals: [400, 402, 404, 409, 413, 507],
  async handle(http, { body, user, request }) {
    const headers = ['x-skill-source', 'x-skill-version', 'x-skill-platform'];
    const attributed = headers.every((name) => (request.req.header(name)?.trim() ?? '') !== '');
    if (http.config.attributionRule && !attributed) throw fail('EXPORT_BLOCKED');
    if (!isSessionId(body.session_id)) throw fail('SESSION_NOT_FOUND');
    await http.services.getSession({ userId: user.id, sessionId: body.session_id });
    const row = await http.services.requestRender({
      userId: user.id,
      sessionId: body.session_id,
      id: body.id,
      ...(body.draft === undefined || body.draft === null ? {} : { draft: draftOf(body.draft) }),
      output: parseOutputRequest(body.output ?? {}, await http.services.currentTimeline(body.session_id)),
      attributed,
    });
    return renderReply(http, request, row);
  },
});

export const renderGet = defineRoute({
  method: 'get',
  path: '/api/render/proxy/lambda/{id}',
  summary: 'How far an export is',
  tag: 'render',
  access: 'token',
  params,
  query: z.object({
    wait: z.coerce.number().min(0).default(0).describe('Seconds, at most 30, to wait for a change before answering'),
  }),
  reply,
  refusals: [404],
  async handle(http, { params: { id }, query, user, request }) {
    checkRenderId(id);
    const waitSeconds = Math.min(query.wait, 30);
    const signal = AbortSignal.any([request.req.raw.signal, http.closing]);
    const wait = waitSeconds > 0 ? { waitSeconds, signal } : {};
    return renderReply(http, request, await http.services.renderStatus({ userId: user.id, id, ...wait }));
  },
});

export const renderCancel = defineRoute({
  method: 'post',
  path: '/api/render/proxy/lambda/{id}/cancel',
  summary: 'Stop an export',
  tag: 'render',
  access: 'token',
  params,
  reply,
  refusals: [404],
  async handle(http, { params: { id }, user, request }) {
    checkRenderId(id);
    return renderReply(http, request, await http.services.cancelRender({ userId: user.id, id }));
  },
});

/** An id that no client could have chosen names nothing. Errors: RESOURCE_NOT_FOUND. */
export function checkRenderId(id: string): void {
  if (!idPattern.test(id)) throw fail('RESOURCE_NOT_FOUND', { what: 'Render' });
}

/** Shell clients that paste the draft into a string send JSON inside JSON. */
function draftOf(draft: unknown): unknown {
  return typeof draft === 'string' ? parseJson(draft) : draft;
}
