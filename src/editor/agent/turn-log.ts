/** The events of one turn: in the database before anyone sees them. */
import type { Receipt } from '#core/facts';
import type { SessionEvent } from '#core/protocol';
import type { EditorContext } from '#editor/context';
import type { JobRun } from '#platform/queue';
import { appendRunEvents } from '#platform/store';

export type TurnLog = {
  readonly started: boolean;
  readonly ended: boolean;
  /** For ids of calls, so that those of two attempts are never the same. */
  readonly prefix: string;
  append(events: readonly SessionEvent[]): Promise<void>;
  receipts(): readonly Receipt[];
  receiptOf(callId: string): Receipt | undefined;
};

/** `known`: what an earlier attempt at this turn wrote. */
export function createTurnLog(
  ctx: EditorContext,
  job: Pick<JobRun<unknown>, 'write'>,
  runId: string,
  known: readonly SessionEvent[],
): TurnLog {
  const events = [...known];
  const ends = () => events.flatMap((event) => (event.kind === 'tool-call-end' ? [event] : []));
  return {
    started: known.some(({ kind }) => kind === 'turn-start'),
    ended: known.some(({ kind }) => kind === 'turn-end'),
    prefix: `m${known.length}_`,
    append: async (added) => {
      await job.write((store) => appendRunEvents(store, { runId, events: added, now: ctx.now() }));
      events.push(...added);
      ctx.store.changes.announce(`run:${runId}`);
    },
    receipts: () => ends().map(({ receipt }) => receipt),
    receiptOf: (callId) => ends().find((event) => event.callId === callId)?.receipt,
  };
}
