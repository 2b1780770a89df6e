/** A draft that a client read, changed and sends back. */
import { fail } from '#core/errors';
import { fromDraft } from '#core/protocol';
import type { Timeline } from '#core/timeline';
import { commitDraft, timelineAt, type DraftCommitted } from '#editor/commit';
import type { EditorContext } from '#editor/context';
import { listSessionAssets } from '#platform/store';

export type DraftWrite = {
  readonly sessionId: string;
  /** Untrusted JSON. */
  readonly draft: unknown;
  /** The version it was read at; absent: the one in the draft's `m`. */
  readonly version?: number;
  readonly onConflict: 'refuse' | 'skip';
  readonly reason: string;
  readonly idempotencyKey?: string;
};

/**
 * Makes the changes of a draft on top of what others did since; `before` is the timeline just before them.
 *
 * Errors: TIMELINE_INVALID, REQUEST_INVALID where nothing says which version was changed, RESOURCE_NOT_FOUND for a version
 * that never was, TIMELINE_CONFLICT.
 */
export async function writeDraft(
  ctx: EditorContext,
  request: DraftWrite,
): Promise<{ readonly before: Timeline; readonly committed: DraftCommitted }> {
  const { sessionId, draft, onConflict, reason, idempotencyKey } = request;
  const assets = (await listSessionAssets(ctx.store, sessionId)).map(({ asset }) => asset);
  const version = request.version ?? versionIn(draft);
  if (version === undefined)
    throw fail('REQUEST_INVALID', { reason: 'draft_version says which version was changed; the state reply gives it' });
  const start = await timelineAt(ctx, { sessionId, revision: version });
  const committed = await commitDraft(ctx, {
    sessionId,
    baseRevision: version,
    wanted: fromDraft(draft, assets, start),
    onConflict,
    actor: 'user',
    reason,
    tool: 'draft',
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  });
  const before = committed.changed ? await timelineAt(ctx, { sessionId, revision: committed.revision - 1 }) : committed.timeline;
  return { before, committed };
}

function versionIn(draft: unknown): number | undefined {
  const meta = (draft as { readonly m?: { readonly revision?: unknown } } | null)?.m;
  return typeof meta?.revision === 'number' && Number.isInteger(meta.revision) && meta.revision >= 0 ? meta.revision : undefined;
}
