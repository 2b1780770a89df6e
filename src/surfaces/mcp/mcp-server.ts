/** The tools. Few and shaped by what people want; what an instruction may say comes from the editor's own tools. */
import { McpServer, type CallToolResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { createSession, hasContent, readState, summarizeDraft } from '#client';
import { fail } from '#core/errors';
import { tools as editorTools } from '#editor/tools';
import type { Desk } from './desk.ts';
import { awaitExport, awaitTurn, jobSchema, waitMs } from './jobs.ts';
import { progressOf } from './progress.ts';
import { answering, said } from './result.ts';
import { saveExport } from './save-export.ts';
import { openFiles, uploadFiles } from './upload-files.ts';

const sessionId = z.string().max(64).describe('As edit_video gave it');
const turnId = /^turn_/;

/** A server of one connection or one request; all of a process share its desk. */
export function createMcpServer(desk: Desk): McpServer {
  const server = new McpServer(
    { name: 'rushes', title: 'Rushes', version: '0.1.0' },
    {
      capabilities: { tools: {} },
      instructions:
        'Edits video and sound from plain words. Call edit_video with files and an instruction, read its reply to the user, then export_video and get_job until it is completed. Never send an instruction twice.',
    },
  );
  registerEditing(server, desk);
  registerExporting(server, desk);
  if (desk.usesFiles) registerSaving(server, desk);
  registerLooking(server, desk);
  return server;
}

function registerEditing(server: McpServer, desk: Desk): void {
  server.registerTool(
    'edit_video',
    {
      title: 'Edit a video',
      description:
        'Uploads files (they are placed one after another), then does what the instruction says, in English or Chinese; several wishes in one sentence are fine. Without session_id it opens a new session. Sources are never touched and every change can be undone. See list_abilities for what can be asked.',
      inputSchema: z.object({
        instruction: z
          .string()
          .min(1)
          .max(10_000)
          .describe("The user's own words, such as: remove background noise, trim pauses"),
        files: z
          .array(z.string().min(1).max(4096))
          .max(50)
          .optional()
          .describe(desk.usesFiles ? 'Paths on this machine, or http and https addresses' : 'http and https addresses'),
        session_id: sessionId.optional(),
        wait_ms: waitMs.default(20_000).describe('How long to wait for the end before giving a job_id'),
      }),
      outputSchema: jobSchema,
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
    },
    (input, context) =>
      answering(async () => {
        const { connection } = desk;
        const { signal } = context.mcpReq;
        const progress = progressOf(context);
        const files = await openFiles(desk, input.files ?? []);
        const session = input.session_id ?? (await createSession(connection, { name: 'mcp' })).sessionId;
        await uploadFiles(desk, { sessionId: session, files, signal, progress });
        return awaitTurn(desk, desk.startTurn(session, input.instruction), { milliseconds: input.wait_ms, signal, progress });
      }),
  );
  server.registerTool(
    'undo',
    {
      title: 'Undo',
      description: 'Takes back what the last instruction led to, or the last few. edit_video with "redo" brings it back.',
      inputSchema: z.object({ session_id: sessionId, steps: z.int().min(1).max(100).default(1) }),
      outputSchema: jobSchema,
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
    },
    ({ session_id: session, steps }, context) =>
      answering(() =>
        awaitTurn(desk, desk.startTurn(session, steps > 1 ? `undo the last ${steps} changes` : 'undo'), {
          milliseconds: 20_000,
          signal: context.mcpReq.signal,
          progress: progressOf(context),
        }),
      ),
  );
}

function registerExporting(server: McpServer, desk: Desk): void {
  server.registerTool(
    'export_video',
    {
      title: 'Export',
      description:
        'Starts the render of a session and gives a job_id at once. Ask get_job until it is completed; the file was then decoded and measured. Costs no credits.',
      inputSchema: z.object({
        session_id: sessionId,
        format: z.enum(['mp4', 'mov', 'webm', 'gif', 'webp', 'm4a', 'mp3', 'wav', 'flac']).default('mp4'),
        resolution: z
          .string()
          .regex(/^\d{3,4}p$/)
          .optional()
          .describe('At most this size: 1080p, 720p'),
        quality: z.enum(['low', 'medium', 'high', 'lossless']).default('high'),
      }),
      outputSchema: jobSchema,
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    },
    ({ session_id: session, ...output }, context) =>
      answering(async () => {
        const { connection } = desk;
        const { signal } = context.mcpReq;
        const { draft } = await readState(connection, session, signal);
        if (!hasContent(draft)) throw fail('RENDER_EMPTY');
        const id = `render_${connection.newId()}`;
        await connection.request('POST', '/api/render/proxy/lambda', { json: { id, sessionId: session, draft, output }, signal });
        return awaitExport(desk, id, { milliseconds: 0, signal, progress: progressOf(context) });
      }),
  );
  server.registerTool(
    'get_job',
    {
      title: 'How far a job is',
      description: 'Waits up to wait_ms for an edit or an export. A finished export comes with a link to its file.',
      inputSchema: z.object({ job_id: z.string().max(128), wait_ms: waitMs.default(10_000) }),
      outputSchema: jobSchema,
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    ({ job_id: id, wait_ms: milliseconds }, context) =>
      answering(async () => {
        const wait = { milliseconds, signal: context.mcpReq.signal, progress: progressOf(context) };
        return turnId.test(id) ? await awaitTurn(desk, desk.findTurn(id), wait) : await awaitExport(desk, id, wait);
      }),
  );
  server.registerTool(
    'cancel_export',
    {
      title: 'Stop an export',
      description: 'Stops an export that has not ended. Giving up a call of get_job stops nothing.',
      inputSchema: z.object({ job_id: z.string().max(128) }),
      outputSchema: jobSchema,
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
    },
    ({ job_id: id }, context) =>
      answering(async () => {
        await desk.connection.request('POST', `/api/render/proxy/lambda/${encodeURIComponent(id)}/cancel`);
        return awaitExport(desk, id, { milliseconds: 5000, signal: context.mcpReq.signal, progress: progressOf(context) });
      }),
  );
}

function registerSaving(server: McpServer, desk: Desk): void {
  server.registerTool(
    'save_export',
    {
      title: 'Save an export',
      description: 'Writes a finished export to a new file on this machine. Nothing that exists is written over.',
      inputSchema: z.object({
        job_id: z.string().max(128),
        path: z.string().min(1).max(4096).describe('Such as /home/ann/talk-edited.mp4'),
      }),
      outputSchema: z.object({ path: z.string() }),
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
    },
    ({ job_id: renderId, path }, context) =>
      answering(async () => {
        const saved = await saveExport(desk.connection, { renderId, path, signal: context.mcpReq.signal });
        return said(`Saved ${saved}`, { path: saved });
      }),
  );
}

function registerLooking(server: McpServer, desk: Desk): void {
  const annotations = { readOnlyHint: true, openWorldHint: false } as const;
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
      answering(async (): Promise<CallToolResult> => {
        const path = `/api/preview/nemo_agent/me/${encodeURIComponent(session)}/frame?at_ms=${Math.round(at * 1000)}&width=640&format=jpg`;
        const picture = await desk.connection.open('GET', path, { signal: context.mcpReq.signal });
        const data = Buffer.from(await picture.arrayBuffer()).toString('base64');
        return { content: [{ type: 'image', data, mimeType: 'image/jpeg' }] };
      }),
  );
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
