import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { hasContent, readState } from '#client';
import { fail } from '#core/errors';
import type { Desk } from './desk.ts';
import { awaitExport, awaitTurn, jobSchema, waitMs } from './jobs.ts';
import { progressOf } from './progress.ts';
import { answering, said, sessionId } from './result.ts';
import { saveExport } from './save-export.ts';

const turnId = /^turn_/;

/** From a timeline to a file, by way of jobs. */
export function registerExporting(server: McpServer, desk: Desk): void {
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

/** Only where the client is the user of this machine. */
export function registerSaving(server: McpServer, desk: Desk): void {
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
