import type { CallToolResult, McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { readState, summarizeDraft } from '#client';
import { fail } from '#core/errors';
import { tools as editorTools } from '#editor/tools';
import type { Desk } from './desk.ts';
import { answering, said, sessionId } from './result.ts';

const annotations = { readOnlyHint: true, openWorldHint: false } as const;

/** What changes nothing. */
export function registerLooking(server: McpServer, desk: Desk): void {
  server.registerTool(
    'show_timeline',
    {
      title: 'Show the timeline',
      description: 'The tracks of a session in one line, and the files in it.',
      inputSchema: z.object({ session_id: sessionId }),
      outputSchema: z.object({ session_id: z.string(), timeline: z.string(), files: z.array(z.string()) }),
      annotations,
    },
    ({ session_id: session }, context) =>
      answering(async () => {
        const state = await readState(desk.connection, session, context.mcpReq.signal);
        const timeline = summarizeDraft(state.draft);
        const files = state.media.flatMap(({ filename }) => (typeof filename === 'string' ? [filename] : []));
        return said(`${timeline}\nFiles: ${files.length === 0 ? 'none' : files.join(', ')}`, {
          session_id: session,
          timeline,
          files,
        });
      }),
  );
  server.registerTool(
    'show_frame',
    {
      title: 'Look at the video',
      description: 'One picture of the timeline as the export will show it.',
      inputSchema: z.object({ session_id: sessionId, at_seconds: z.number().min(0).max(43_200).default(0) }),
      annotations,
    },
    ({ session_id: session, at_seconds: at }, context) =>
      answering(async () => {
        const path = `/api/preview/nemo_agent/me/${encodeURIComponent(session)}/frame?at_ms=${Math.round(at * 1000)}&width=640&format=jpg`;
        return showPicture(await desk.connection.open('GET', path, { signal: context.mcpReq.signal }));
      }),
  );
  registerSheet(server, desk);
  server.registerTool(
    'list_abilities',
    {
      title: 'What can be asked',
      description: 'Every kind of edit that an instruction may ask for.',
      inputSchema: z.object({}),
      outputSchema: z.object({ abilities: z.array(z.object({ name: z.string(), description: z.string() })) }),
      annotations: { ...annotations, idempotentHint: true },
    },
    () =>
      answering(() => {
        const abilities = editorTools.map(({ name, description }) => ({ name, description }));
        const text = abilities.map(({ name, description }) => `- ${name}: ${description}`).join('\n');
        return Promise.resolve(said(text, { abilities }));
      }),
  );
}

function registerSheet(server: McpServer, desk: Desk): void {
  server.registerTool(
    'show_media',
    {
      title: 'Look at a file',
      description: 'Pictures spread over an uploaded video or photo on one sheet, each with its time.',
      inputSchema: z.object({
        session_id: sessionId,
        file: z.string().min(1).max(300).describe('Its name, as show_timeline gives it'),
        count: z.int().min(1).max(36).default(16).describe('Pictures'),
      }),
      annotations,
    },
    ({ session_id: session, file, count }, context) =>
      answering(async () => {
        const { signal } = context.mcpReq;
        const { media } = await readState(desk.connection, session, signal);
        const found = media.find(({ filename, type }) => filename === file && type !== 'export');
        if (typeof found?.id !== 'string') throw fail('FILE_MISSING', { name: file });
        const path = `/api/preview/nemo_agent/me/${encodeURIComponent(session)}/media/${encodeURIComponent(found.id)}/sheet`;
        return showPicture(await desk.connection.open('GET', `${path}?count=${count}`, { signal }));
      }),
  );
}

async function showPicture(picture: Response): Promise<CallToolResult> {
  const data = Buffer.from(await picture.arrayBuffer()).toString('base64');
  return { content: [{ type: 'image', data, mimeType: 'image/jpeg' }] };
}
