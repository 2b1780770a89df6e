/** Takes a message in: a durable run that the queue carries out, whoever is watching. */
import type { EditorContext } from '#editor/context';
import { createRun, getSession, inTransaction, listRuns, reserveCredits, setRunStatus, type RunRow } from '#platform/store';

export type TurnRequest = {
  readonly userId: string;
  readonly sessionId: string;
  readonly text: string;
  /** BCP 47 tag; absent: the session's, else that of the text. */
  readonly language?: string;
  /** The same key in the same session attaches to the run there is. */
  readonly idempotencyKey?: string;
};

/** A message sent twice while its turn still runs is one message: clients repeat when a connection drops. */
const repeatWindowMs = 60_000;

/** Errors: SESSION_NOT_FOUND, CREDITS_EXHAUSTED (metered mode). The run is stored before this resolves. */
export async function startTurn(
  ctx: EditorContext,
  request: TurnRequest,
): Promise<{ readonly invocationId: string; readonly created: boolean }> {
  const now = ctx.now();
  const session = await getSession(ctx.store, request);
  const result = await inTransaction(ctx.store, async (store) => {
    const repeated =
      request.idempotencyKey === undefined
        ? (await listRuns(store, { sessionId: session.id, limit: 5 })).find((run) => isRepeat(run, request.text, now))
        : undefined;
    if (repeated !== undefined) return { run: repeated, created: false };
    const language = request.language ?? session.language;
    const { run, created } = await createRun(store, {
      id: ctx.ids.invocation(),
      sessionId: session.id,
      userId: request.userId,
      text: request.text,
      ...(language === undefined ? {} : { language }),
      ...(request.idempotencyKey === undefined ? {} : { idempotencyKey: request.idempotencyKey }),
      now,
    });
    if (!created) return { run, created };
    const cost = editCost(ctx);
    if (cost > 0) await reserveCredits(store, { userId: request.userId, amount: cost, operation: `run:${run.id}`, now });
    const job = await ctx.queue.enqueue(store, {
      kind: 'turn',
      payload: { runId: run.id },
      userId: request.userId,
      lane: `session:${session.id}`,
    });
    await setRunStatus(store, { runId: run.id, status: 'queued', jobId: job.id, now });
    return { run, created };
  });
  if (result.created) ctx.queue.wake();
  return { invocationId: result.run.id, created: result.created };
}

/** Credits that a turn holds while it runs; 0 unless the operator meters edits. */
export function editCost(ctx: EditorContext): number {
  return ctx.config.creditMode === 'metered' ? (ctx.config.creditCosts.edit ?? 0) : 0;
}

function isRepeat(run: RunRow, text: string, now: number): boolean {
  return (run.status === 'queued' || run.status === 'running') && run.text === text && now - run.createdAt < repeatWindowMs;
}
