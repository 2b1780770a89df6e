import { z } from 'zod';
import { mediaPath } from '../media-reply.ts';
import { renderPath } from '../render-reply.ts';
import { defineRoute } from '../route.ts';
import { sendFile } from '../send-file.ts';
import { checkRenderId } from './render.ts';

const signature = z.object({ expires: z.string().optional(), signature: z.string().optional() });
const bytes = { description: 'The bytes, whole or the asked range', contentType: 'application/octet-stream' } as const;
const refusals = [403, 404, 412, 416];

export const mediaFile = defineRoute({
  method: 'get',
  path: '/files/media/{session}/{asset}',
  summary: 'An uploaded file, by the signed link of `cdn_url`',
  tag: 'media',
  access: 'link',
  params: z.object({ session: z.string(), asset: z.string() }),
  query: signature,
  reply: bytes,
  refusals,
  async handle(http, { params, query, request }) {
    await http.services.checkLink(mediaPath(params.session, params.asset), query);
    return sendFile(http, request, await http.services.mediaFile({ sessionId: params.session, assetId: params.asset }));
  },
});

export const renderFile = defineRoute({
  method: 'get',
  path: '/files/renders/{owner}/{render}',
  summary: 'A finished export, by the signed link of `output.url`',
  tag: 'render',
  access: 'link',
  params: z.object({ owner: z.string(), render: z.string() }),
  query: signature,
  reply: bytes,
  refusals,
  async handle(http, { params, query, request }) {
    await http.services.checkLink(renderPath(params.owner, params.render), query);
    return sendFile(http, request, await http.services.renderOutput({ userId: params.owner, id: params.render }));
  },
});

export const renderDownload = defineRoute({
  method: 'get',
  path: '/api/render/proxy/{id}/download',
  summary: 'A finished export, with the token',
  tag: 'render',
  access: 'token',
  params: z.object({ id: z.string() }),
  reply: bytes,
  refusals,
  async handle(http, { params, user, request }) {
    checkRenderId(params.id);
    return sendFile(http, request, await http.services.renderOutput({ userId: user.id, id: params.id }));
  },
});
