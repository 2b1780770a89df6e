import { z } from 'zod';
import { fail } from '#core/errors';
import { exportTimeline, interchangeFormat, interchangeFormats } from '#core/interchange';
import { success } from '../envelope.ts';
import { linkTo } from '../links.ts';
import { mediaPath } from '../media-reply.ts';
import { defineRoute } from '../route.ts';
import { dispositionOf } from '../send-file.ts';

const formats = interchangeFormats.join(', ');

export const timelineExport = defineRoute({
  method: 'get',
  path: '/api/timeline/{app}/{user}/{sid}/{file}',
  summary: 'The timeline in the form of another tool',
  description:
    `\`file\` is \`timeline.<format>\`, the format one of ${formats}. The body is the document; the header \`X-Rushes-Dropped\` counts what the ` +
    'format cannot carry, and `?dropped=1` gives the sentences about it, with the document as `text`, as JSON.',
  tag: 'session',
  access: 'token',
  params: z.object({ sid: z.string(), file: z.string().max(100) }),
  query: z.object({
    dropped: z.enum(['1', 'true']).optional().describe('JSON with `text` and `dropped` instead of the bare document'),
    drop_frame: z.enum(['1', 'true']).optional().describe('Drop-frame timecode in an edit list of 29.97 or 59.94'),
    texts: z
      .enum(['captions', 'all'])
      .optional()
      .describe('Which texts subtitles are made of; absent: captions where there are any'),
    links: z.enum(['1', 'true']).optional().describe('Signed addresses of the media instead of file names; they expire'),
  }),
  reply: { description: 'The document', contentType: 'text/plain' },
  refusals: [400, 404],
  async handle(http, { user, params, query, request }) {
    const format = interchangeFormat(/^[^.]{1,60}\.([a-z]{2,20})$/i.exec(params.file)?.[1] ?? '');
    if (format === undefined)
      throw fail('REQUEST_INVALID', { reason: `"${params.file.slice(0, 60)}" is not timeline.<format>; formats are ${formats}` });
    const session = await http.services.getSession({ userId: user.id, sessionId: params.sid });
    const timeline = await http.services.currentTimeline(session.id);
    const assets = (await http.services.listSessionAssets(session.id)).map(({ asset }) => asset);
    const links = new Map<string, string>();
    if (query.links !== undefined)
      for (const { id } of assets) links.set(id, await linkTo(http, request, mediaPath(session.id, id)));
    const exported = exportTimeline(format, timeline, assets, {
      title: session.taskName,
      dropFrame: query.drop_frame !== undefined,
      ...(query.texts === undefined ? {} : { texts: query.texts }),
      ...(links.size === 0 ? {} : { mediaUrl: ({ id, name }) => links.get(id) ?? encodeURIComponent(name) }),
    });
    const name = `${session.taskName.slice(0, 100) || 'timeline'}.${exported.extension}`;
    if (query.dropped !== undefined) {
      const { text, extension, mimeType, dropped } = exported;
      return success({ filename: name, format, extension, mime_type: mimeType, text, dropped: [...dropped] });
    }
    return new Response(exported.text, {
      headers: {
        'Content-Type': exported.mimeType,
        'Content-Disposition': dispositionOf(name),
        'X-Content-Type-Options': 'nosniff',
        'Content-Security-Policy': "sandbox; default-src 'none'",
        'Cache-Control': 'no-store',
        'X-Rushes-Dropped': String(exported.dropped.length),
      },
    });
  },
});
