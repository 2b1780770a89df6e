/** Asking for an export, looking at it, stopping it, fetching it. The work itself is in render.ts. */
import { createHash } from 'node:crypto';
import type { Asset } from '#core/asset';
import { fail } from '#core/errors';
import { fromDraft } from '#core/protocol';
import { timelineDuration, type Timeline } from '#core/timeline';
import { currentTimeline } from '#editor/commit';
import type { EditorContext } from '#editor/context';
import { canonicalJson, type OutputRequest } from '#engine/plan';
import {
  findRender,
  getRender,
  getSession,
  insertRender,
  inTransaction,
  listSessionAssets,
  renderTopic,
  type RenderRow,
} from '#platform/store';
import { renderKind, type RenderPayload } from './render-payload.ts';

export type RenderRequest = {
  readonly userId: string;
  readonly sessionId: string;
  /** The client's; together with the user the idempotency key. */
  readonly id: string;
  /** Untrusted JSON of a client; absent: the session's current timeline. */
  readonly draft?: unknown;
  readonly output: OutputRequest;
  /** Whether the three X-Skill headers were sent; absent: the rule does not apply (embedded, agent). */
  readonly attributed?: boolean;
};

export type RenderKey = { readonly userId: string; readonly id: string };

/** What of the disk a render needs beside the bytes of its sources. */
const workingBytes = 64 * 1024 * 1024;

/**
 * Queues an export of what the timeline is at this moment. The same id with the same body gives the render there is.
 *
 * Errors: SESSION_NOT_FOUND, EXPORT_BLOCKED, TIMELINE_INVALID, RENDER_EMPTY, RENDER_CONFLICT, DISK_FULL.
 */
export async function requestRender(ctx: EditorContext, request: RenderRequest): Promise<RenderRow> {
  const { userId, sessionId, id, output } = request;
  await getSession(ctx.store, { userId, sessionId });
  if (ctx.config.attributionRule && request.attributed === false) throw fail('EXPORT_BLOCKED');
  const bodyHash = hashBody(request);
  const known = await findRender(ctx.store, { userId, id });
  if (known !== undefined) return sameOrConflict(known, bodyHash);
  const assets = (await listSessionAssets(ctx.store, sessionId)).map((row) => row.asset);
  const current = await currentTimeline(ctx, sessionId);
  const timeline = request.draft === undefined ? current : fromDraft(request.draft, assets, current);
  if (timelineDuration(timeline) <= 0) throw fail('RENDER_EMPTY');
  await ctx.blobs.ensureSpace(workingBytes + bytesUsed(timeline, assets));
  return inTransaction(ctx.store, async (store) => {
    // Fifty of the same at once: all but the first find it here.
    const meanwhile = await findRender(store, { userId, id });
    if (meanwhile !== undefined) return sameOrConflict(meanwhile, bodyHash);
    const payload: RenderPayload = { userId, id };
    const job = await ctx.queue.enqueue(store, { kind: renderKind, payload, userId, lane: `render:${sessionId}` });
    const row: RenderRow = {
      id,
      userId,
      sessionId,
      bodyHash,
      timeline,
      output,
      status: 'pending',
      step: 'waiting',
      progress: 0,
      attempt: 0,
      jobId: job.id,
      notes: [],
      createdAt: ctx.now(),
    };
    await insertRender(store, row);
    return row;
  });
}

/**
 * How far it is. With `waitSeconds` it answers when something worth telling happened (status, step, 5 % more) or after
 * that time.
 *
 * Errors: RESOURCE_NOT_FOUND, also for another user's.
 */
export async function renderStatus(
  ctx: EditorContext,
  key: RenderKey & { readonly waitSeconds?: number; readonly signal?: AbortSignal },
): Promise<RenderRow> {
  const first = await getRender(ctx.store, key);
  const until = performance.now() + (key.waitSeconds ?? 0) * 1000;
  let row = first;
  while (!hasEnded(row) && !isNews(first, row) && performance.now() < until && key.signal?.aborted !== true)
    row = await nextChange(ctx, row, until - performance.now(), key.signal);
  return row;
}

/** Waits for the end, telling of every change on the way. Rejects with the signal's reason. Errors: RESOURCE_NOT_FOUND. */
export async function renderEnd(
  ctx: EditorContext,
  key: RenderKey & { readonly signal?: AbortSignal; readonly onProgress?: (row: RenderRow) => void },
): Promise<RenderRow> {
  let row = await getRender(ctx.store, key);
  for (;;) {
    key.onProgress?.(row);
    if (hasEnded(row)) return row;
    key.signal?.throwIfAborted();
    row = await nextChange(ctx, row, 5000, key.signal);
  }
}

/** Stops it, waiting for the stop for up to two seconds; one that has ended stays as it ended. Errors: RESOURCE_NOT_FOUND. */
export async function cancelRender(ctx: EditorContext, key: RenderKey): Promise<RenderRow> {
  const row = await getRender(ctx.store, key);
  if (hasEnded(row)) return row;
  await ctx.queue.cancel(row.jobId);
  const until = performance.now() + 2000;
  let now = await getRender(ctx.store, key);
  while (!hasEnded(now) && performance.now() < until) now = await nextChange(ctx, now, until - performance.now());
  return now;
}

export type RenderOutput = {
  readonly path: string;
  readonly bytes: number;
  readonly mimeType: string;
  readonly fileName: string;
  /** SHA-256, lower-case hex. */
  readonly hash: string;
};

/** The finished file. Errors: RESOURCE_NOT_FOUND where it is not completed or no longer kept. */
export async function renderOutput(ctx: EditorContext, key: RenderKey): Promise<RenderOutput> {
  const { file, id } = await getRender(ctx.store, key);
  if (file === undefined || !(await ctx.blobs.has(file.hash))) throw fail('RESOURCE_NOT_FOUND', { what: 'Finished file' });
  const { hash, bytes, mimeType, extension } = file;
  return { path: ctx.blobs.pathOf(hash), bytes, mimeType, hash, fileName: `${id}.${extension}` };
}

export function hasEnded(row: RenderRow): boolean {
  return row.status === 'completed' || row.status === 'failed' || row.status === 'cancelled';
}

function isNews(before: RenderRow, now: RenderRow): boolean {
  return now.status !== before.status || now.step !== before.step || now.progress - before.progress >= 0.05;
}

/** The row after the next change or `ms`, whichever is first; looked at once a second for changes of other processes. */
async function nextChange(ctx: EditorContext, row: RenderRow, ms: number, signal?: AbortSignal): Promise<RenderRow> {
  const { changes } = ctx.store;
  const topic = renderTopic(row);
  const ticket = changes.ticket(topic);
  const now = await getRender(ctx.store, row);
  if (now.status !== row.status || now.step !== row.step || now.progress !== row.progress) return now;
  await changes.wait(topic, ticket, { timeoutMs: Math.max(0, Math.min(ms, 1000)), ...(signal === undefined ? {} : { signal }) });
  return getRender(ctx.store, row);
}

function sameOrConflict(row: RenderRow, bodyHash: string): RenderRow {
  if (row.bodyHash !== bodyHash) throw fail('RENDER_CONFLICT', { id: row.id });
  return row;
}

function hashBody({ sessionId, draft, output }: RenderRequest): string {
  return createHash('sha256')
    .update(canonicalJson({ sessionId, draft: draft ?? null, output }))
    .digest('hex');
}

function bytesUsed(timeline: Timeline, assets: readonly Asset[]): number {
  const used = new Set(
    timeline.tracks.flatMap((track) => track.items).flatMap((item) => (item.kind === 'clip' ? [item.assetId] : [])),
  );
  return assets.reduce((sum, asset) => sum + (used.has(asset.id) ? asset.bytes : 0), 0);
}
