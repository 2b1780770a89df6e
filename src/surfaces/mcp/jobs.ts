/** Jobs that outlive a call: turns of the editor, kept by the desk, and exports, kept by the server. */
import type { CallToolResult } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { readState, summarizeDraft } from '#client';
import type { Desk, Turn } from './desk.ts';
import type { Progress } from './progress.ts';
import { said } from './result.ts';

export const jobSchema = z.object({
  job_id: z.string(),
  kind: z.enum(['edit', 'export']),
  session_id: z.string(),
  status: z.enum(['working', 'completed', 'failed', 'cancelled']),
  progress: z.number().min(0).max(1).optional(),
  poll_after_ms: z.int().optional().describe('Ask get_job again after this'),
  reply: z.string().optional().describe('What changed, before → after'),
  timeline: z.string().optional(),
  url: z.string().optional().describe('The finished file; signed, expires'),
  error: z.string().optional(),
});

/** Milliseconds a call may wait for its job. Clients give up after a minute; this leaves room. */
export const waitMs = z.int().min(0).max(25_000);

const pollAfterMs = 2000;
const types: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  gif: 'image/gif',
  webp: 'image/webp',
  mp3: 'audio/mpeg',
  m4a: 'audio/mp4',
  wav: 'audio/wav',
  flac: 'audio/flac',
};

type Wait = { readonly milliseconds: number; readonly signal: AbortSignal; readonly progress: Progress };

/** Waits for a turn as long as asked; the turn goes on where that was too short. */
export async function awaitTurn(desk: Desk, turn: Turn, wait: Wait): Promise<CallToolResult> {
  const until = performance.now() + wait.milliseconds;
  let ended = false;
  void turn.ended.then(() => (ended = true));
  for (let step = 0; !ended && performance.now() < until && !wait.signal.aborted; step++) {
    // How long a turn takes nobody knows: the figure rises and never arrives.
    await wait.progress(1 - 1 / (1 + step / 10), turn.status ?? 'Editing');
    await Promise.race([turn.ended, pause(Math.min(1000, until - performance.now()), wait.signal)]);
  }
  const job = { job_id: turn.id, kind: 'edit', session_id: turn.sessionId };
  if (turn.error !== undefined) throw turn.error;
  if (turn.answer === undefined)
    return said(`Still working. Ask get_job with job_id ${turn.id}; do not send the instruction again.`, {
      ...job,
      status: 'working',
      poll_after_ms: pollAfterMs,
    });
  const timeline = summarizeDraft((await readState(desk.connection, turn.sessionId)).draft);
  return said(`${turn.answer.text}\n${timeline}\nsession_id: ${turn.sessionId}`, {
    ...job,
    status: 'completed',
    progress: 1,
    reply: turn.answer.text,
    timeline,
  });
}

/** Waits for an export as long as asked. A finished one comes with a link to the file. */
export async function awaitExport(desk: Desk, id: string, wait: Wait): Promise<CallToolResult> {
  const until = performance.now() + wait.milliseconds;
  for (;;) {
    const seconds = Math.max(0, Math.min(2, (until - performance.now()) / 1000));
    const status = await desk.connection.request(
      'GET',
      `/api/render/proxy/lambda/${encodeURIComponent(id)}?wait=${seconds.toFixed(1)}`,
      { signal: wait.signal },
    );
    const state = status.status;
    await wait.progress(Number(status.progress ?? 0), 'Rendering');
    if (state === 'completed' || state === 'failed' || state === 'cancelled' || performance.now() >= until)
      return describeExport(id, status);
    // Servers that do not know `wait` answer at once.
    await pause(Math.min(500, until - performance.now()), wait.signal);
  }
}

function describeExport(id: string, status: Readonly<Record<string, unknown>>): CallToolResult {
  const output = status.output as { readonly url?: string; readonly filename?: string; readonly format?: string } | null;
  const progress = Number(status.progress ?? 0);
  const job = { job_id: id, kind: 'export', session_id: text(status.session_id), progress };
  switch (status.status) {
    case 'completed': {
      const url = output?.url ?? text(status.outputUrl);
      const result = said(`The export is finished: ${url}`, { ...job, status: 'completed', url });
      const mimeType = types[output?.format ?? 'mp4'] ?? 'application/octet-stream';
      return {
        ...result,
        content: [...result.content, { type: 'resource_link', uri: url, name: output?.filename ?? id, mimeType }],
      };
    }
    case 'failed':
      return {
        ...said(`The export failed: ${text(status.error)}`, { ...job, status: 'failed', error: text(status.error) }),
        isError: true,
      };
    case 'cancelled':
      return said('The export was cancelled.', { ...job, status: 'cancelled' });
    default:
      return said(`Rendering, ${Math.floor(progress * 100)} %. Ask get_job with job_id ${id}.`, {
        ...job,
        status: 'working',
        poll_after_ms: pollAfterMs,
      });
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Ends early, without an error, where the caller has gone. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, milliseconds));
    signal.addEventListener('abort', done, { once: true });
  });
}
