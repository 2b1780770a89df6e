/** The render status object: one superset, because clients read it in four ways. */
import { z } from 'zod';
import { errorFromJson } from '#core/errors';
import type { RenderRow } from '#platform/store';
import { json, statusBody } from './envelope.ts';
import type { HttpContext, HttpRequest } from './http-context.ts';
import { linkTo } from './links.ts';

const output = z.object({
  url: z.url().describe('Signed, needs no header, expires'),
  duration: z.number().describe('Seconds'),
  size: z.int().describe('Bytes'),
  width: z.int().describe('Pixels; 0 for sound-only files'),
  height: z.int().describe('Pixels; 0 for sound-only files'),
  format: z.string(),
  filename: z.string(),
});

export const renderStatusSchema = z
  .object({
    id: z.string().describe("The client's"),
    render_id: z.string(),
    taskId: z.string(),
    session_id: z.string(),
    status: z.enum(['pending', 'processing', 'completed', 'failed', 'cancelled']),
    progress: z.number().min(0).max(1).describe('0 … 1, never falls within an attempt; 1 only where completed'),
    step: z.enum(['waiting', 'plan', 'render', 'assemble', 'verify', 'publish', 'ended']),
    eta_seconds: z.number().nullable(),
    output: output.nullable(),
    outputUrl: z.url().nullable(),
    error: z.string().nullable(),
    error_code: z.string().nullable(),
    createdAt: z.iso.datetime(),
    completedAt: z.iso.datetime().nullable(),
    attempt: z.int().describe('Above 1 after a restart or a crash'),
    render: z
      .object({
        frames: z.int(),
        copied: z.int(),
        encoded: z.int(),
        reused: z.int().optional().describe('Of the encoded frames: taken from an earlier export'),
        reason: z.string().optional(),
      })
      .nullable()
      .describe('Where the frames came from'),
    timings_ms: z.record(z.string(), z.number()).nullable(),
    proof: z.looseObject({ ok: z.boolean() }).nullable().describe('What was measured on the finished file'),
    notes: z.array(z.string()),
  })
  .meta({ id: 'RenderStatus' });

export type RenderStatusReply = z.infer<typeof renderStatusSchema>;

/** Where a signed link to a finished export points. */
export function renderPath(userId: string, renderId: string): string {
  return `/files/renders/${userId}/${renderId}`;
}

/** The status object of a render, with a fresh link where it is completed. */
export async function renderStatus(http: HttpContext, request: HttpRequest, row: RenderRow): Promise<RenderStatusReply> {
  const file = row.status === 'completed' ? row.file : undefined;
  const url = file === undefined ? null : await linkTo(http, request, renderPath(row.userId, row.id));
  const error = row.error === undefined ? undefined : errorFromJson(row.error);
  const { figures } = row;
  return {
    id: row.id,
    render_id: row.id,
    taskId: row.id,
    session_id: row.sessionId,
    status: row.status,
    progress: row.progress,
    step: row.step,
    eta_seconds: row.etaSeconds ?? null,
    output:
      file === undefined || url === null
        ? null
        : {
            url,
            duration: file.durationMs / 1000,
            size: file.bytes,
            width: file.width,
            height: file.height,
            format: file.extension,
            filename: `${row.id}.${file.extension}`,
          },
    outputUrl: url,
    error: error?.message ?? null,
    error_code: error?.code ?? null,
    createdAt: new Date(row.createdAt).toISOString(),
    completedAt: row.completedAt === undefined ? null : new Date(row.completedAt).toISOString(),
    attempt: row.attempt,
    render:
      figures === undefined
        ? null
        : {
            frames: figures.frames,
            copied: figures.copied,
            encoded: figures.encoded,
            ...(figures.reused === undefined ? {} : { reused: figures.reused }),
            ...(figures.reason === undefined ? {} : { reason: figures.reason }),
          },
    timings_ms: figures === undefined ? null : { ...figures.timings },
    proof: row.proof === undefined ? null : { ...row.proof },
    notes: [...row.notes],
  };
}

/** The same as a whole reply. */
export async function renderReply(http: HttpContext, request: HttpRequest, row: RenderRow): Promise<Response> {
  return json(statusBody(await renderStatus(http, request, row)));
}
