/** Looks at media and at the timeline, with the token: small pictures, outlines of sound, proxies. */
import { z } from 'zod';
import { milliseconds } from '#core/time';
import { success } from '../envelope.ts';
import type { HttpContext, HttpRequest } from '../http-context.ts';
import { defineRoute } from '../route.ts';
import { sendFile } from '../send-file.ts';
import type { ServedFile } from '../services.ts';

const assetParams = z.object({ sid: z.string(), asset: z.string().max(128) });
const picture = { description: 'The picture', contentType: 'image/png' } as const;
const refusals = [400, 404, 412, 416, 422];
const longestMs = 12 * 60 * 60 * 1000;
const format = z.enum(['png', 'jpg']);
const width = z.coerce.number().int().min(16).max(3840);
const moment = z.coerce.number().min(0).max(longestMs).default(0).describe('Milliseconds');
const frameQuery = z.object({
  at_ms: moment,
  width: width.default(640).describe('Largest width and height in pixels; never enlarged'),
  format: format.default('png'),
});
const gridQuery = z.object({
  count: z.coerce.number().int().min(1).max(100).default(16).describe('Pictures'),
  width: width.default(240).describe('Of one picture, pixels'),
  format: format.default('jpg'),
});

export const timelineFrame = defineRoute({
  method: 'get',
  path: '/api/preview/{app}/{user}/{sid}/frame',
  summary: 'One picture of the timeline as the export will show it',
  tag: 'media',
  access: 'token',
  params: z.object({ sid: z.string() }),
  query: frameQuery,
  reply: picture,
  refusals,
  handle: (http, { params, query, user, request }) =>
    send(
      http,
      request,
      http.services.timelineFrame({
        userId: user.id,
        sessionId: params.sid,
        at: milliseconds(query.at_ms),
        width: query.width,
        format: query.format,
        ...stop(request),
      }),
    ),
});

export const assetFrame = defineRoute({
  method: 'get',
  path: '/api/preview/{app}/{user}/{sid}/media/{asset}/frame',
  summary: 'One picture of an uploaded file',
  tag: 'media',
  access: 'token',
  params: assetParams,
  query: frameQuery,
  reply: picture,
  refusals,
  handle: (http, { params, query, user, request }) =>
    send(
      http,
      request,
      http.services.assetFrame({
        userId: user.id,
        sessionId: params.sid,
        assetId: params.asset,
        at: milliseconds(query.at_ms),
        width: query.width,
        format: query.format,
        ...stop(request),
      }),
    ),
});

export const contactSheet = defineRoute({
  method: 'get',
  path: '/api/preview/{app}/{user}/{sid}/media/{asset}/sheet',
  summary: 'Pictures spread over an uploaded file, in rows, each with its time',
  tag: 'media',
  access: 'token',
  params: assetParams,
  query: gridQuery.extend({ columns: z.coerce.number().int().min(1).max(20).default(4) }),
  reply: { ...picture, contentType: 'image/jpeg' },
  refusals,
  handle: (http, { params, query, user, request }) =>
    send(
      http,
      request,
      http.services.contactSheet({ userId: user.id, sessionId: params.sid, assetId: params.asset, ...query, ...stop(request) }),
    ),
});

export const filmstrip = defineRoute({
  method: 'get',
  path: '/api/preview/{app}/{user}/{sid}/media/{asset}/filmstrip',
  summary: 'Key pictures of an uploaded file side by side, for a timeline on screen',
  tag: 'media',
  access: 'token',
  params: assetParams,
  query: gridQuery,
  reply: { ...picture, contentType: 'image/jpeg' },
  refusals,
  handle: (http, { params, query, user, request }) =>
    send(
      http,
      request,
      http.services.filmstrip({ userId: user.id, sessionId: params.sid, assetId: params.asset, ...query, ...stop(request) }),
    ),
});

export const waveformOf = defineRoute({
  method: 'get',
  path: '/api/preview/{app}/{user}/{sid}/media/{asset}/waveform',
  summary: 'The outline of the sound of an uploaded file, as numbers or, with `format=png`, as a picture',
  tag: 'media',
  access: 'token',
  params: assetParams,
  query: z.object({
    points: z.coerce.number().int().min(1).max(20_000).default(1000).describe('Equal parts of the sound'),
    format: z.enum(['json', 'png']).default('json'),
    height: z.coerce.number().int().min(16).max(2160).default(160).describe('Of the picture'),
  }),
  reply: {
    description: 'The largest deflection in each part, 0 to 1',
    schema: z.object({ duration_ms: z.int(), peaks: z.array(z.number()) }),
  },
  refusals,
  async handle(http, { params, query, user, request }) {
    const key = { userId: user.id, sessionId: params.sid, assetId: params.asset, ...stop(request) };
    if (query.format === 'png')
      return send(http, request, http.services.waveformPicture({ ...key, width: query.points, height: query.height }));
    const { durationMs, peaks } = await http.services.waveform({ ...key, points: query.points });
    return success({ duration_ms: durationMs, peaks });
  },
});

export const proxyOf = defineRoute({
  method: 'get',
  path: '/api/preview/{app}/{user}/{sid}/media/{asset}/proxy',
  summary: 'A small copy of an uploaded video that seeks quickly: 540p, a key frame twice a second',
  description:
    'The first to ask starts it. Until it is there the reply is JSON with HTTP 202, `status` pending and `progress`; then the file with HTTP Range.',
  tag: 'media',
  access: 'token',
  params: assetParams,
  reply: { description: 'The file', contentType: 'video/mp4' },
  refusals,
  async handle(http, { params, user, request }) {
    const state = await http.services.proxy({ userId: user.id, sessionId: params.sid, assetId: params.asset });
    if (state.status === 'ready') return send(http, request, Promise.resolve(state.file));
    const { body, headers } = success({ status: state.status, progress: Math.round(state.progress * 100) / 100 });
    return new Response(body, { status: 202, headers: { ...Object.fromEntries(headers), 'Retry-After': '1' } });
  },
});

/** The file is open when the reply begins, so its name may go at once. */
async function send(http: HttpContext, request: HttpRequest, making: Promise<ServedFile & AsyncDisposable>): Promise<Response> {
  await using file = await making;
  return await sendFile(http, request, file);
}

function stop(request: HttpRequest): { readonly signal: AbortSignal } {
  return { signal: request.req.raw.signal };
}
