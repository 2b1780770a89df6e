/** A turn as it was and as it goes on: the log read from a place, then followed until the turn ends. */
import type { SessionEvent } from '#core/protocol';
import type { EditorContext } from '#editor/context';
import { getRun, readRunEvents } from '#platform/store';

export type WatchRequest = {
  readonly userId: string;
  readonly invocationId: string;
  /** Number of the last event the watcher has; 0 from the start. */
  readonly afterSeq: number;
  readonly signal: AbortSignal;
};

/** How long a watcher sleeps when nobody wakes it: another process may be the one that writes. */
const pollMs = 1000;

/** Ends after the turn's last event. Errors: RESOURCE_NOT_FOUND for a run that is not the user's. */
export async function* watchEvents(
  ctx: EditorContext,
  request: WatchRequest,
): AsyncGenerator<{ readonly seq: number; readonly event: SessionEvent; readonly at: number }> {
  const topic = `run:${request.invocationId}`;
  let seq = request.afterSeq;
  for (;;) {
    const ticket = ctx.store.changes.ticket(topic);
    const run = await getRun(ctx.store, { userId: request.userId, runId: request.invocationId });
    const rows = await readRunEvents(ctx.store, { runId: run.id, afterSeq: seq });
    for (const row of rows) {
      seq = row.seq;
      yield { seq, event: row.event as SessionEvent, at: row.createdAt };
      if ((row.event as SessionEvent).kind === 'turn-end') return;
    }
    if (request.signal.aborted) return;
    // The log of an old turn may be gone: its status alone says that nothing more comes.
    if (rows.length === 0 && run.endedAt !== undefined) return;
    if (rows.length === 0) await ctx.store.changes.wait(topic, ticket, { timeoutMs: pollMs, signal: request.signal });
  }
}
