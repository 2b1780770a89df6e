import type { McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { createSession } from '#client';
import type { Desk } from './desk.ts';
import { awaitTurn, jobSchema, waitMs } from './jobs.ts';
import { progressOf } from './progress.ts';
import { answering, sessionId } from './result.ts';
import { openFiles, uploadFiles } from './upload-files.ts';

/** What changes a timeline: an instruction, and its way back. */
export function registerEditing(server: McpServer, desk: Desk): void {
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
