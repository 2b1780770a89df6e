/** New sessions: the row and the empty timeline at revision 0, together. */
import { fail } from '#core/errors';
import { createTimeline, type Timeline } from '#core/timeline';
import type { EditorContext } from '#editor/context';
import {
  getRevision,
  hasSession,
  insertRevision,
  insertSession,
  inTransaction,
  latestRevision,
  type SessionRow,
} from '#platform/store';

export type NewSession = {
  readonly userId: string;
  readonly appName: string;
  readonly taskName: string;
  readonly language?: string;
  /** Chosen by the client; absent: a new one. Errors: REQUEST_INVALID where it is taken. */
  readonly sessionId?: string;
  readonly state?: Readonly<Record<string, unknown>>;
};

/** What an empty timeline has until the first picture decides. */
const firstCanvas = { frameRate: { num: 30, den: 1 }, size: { width: 1920, height: 1080 }, sampleRateHz: 48_000 } as const;

/** A new session with its task and an empty timeline. */
export async function createSession(ctx: EditorContext, request: NewSession): Promise<SessionRow> {
  const now = ctx.now();
  const session: SessionRow = {
    id: request.sessionId ?? ctx.ids.session(),
    taskId: ctx.ids.task(),
    userId: request.userId,
    appName: request.appName,
    taskName: request.taskName,
    ...(request.language === undefined ? {} : { language: request.language }),
    state: request.state ?? {},
    createdAt: now,
    updatedAt: now,
  };
  await inTransaction(ctx.store, async (store) => {
    if (await hasSession(store, session.id)) throw fail('REQUEST_INVALID', { reason: 'this session id is taken' });
    await insertSession(store, session);
    await insertRevision(store, {
      sessionId: session.id,
      revision: 0,
      timeline: createTimeline({ id: `tl_${session.id}`, ...firstCanvas }),
      edits: [],
      inverse: [],
      notes: [],
      actor: 'user',
      reason: 'New session',
      tool: 'session',
      kind: 'edit',
      head: 0,
      createdAt: now,
    });
  });
  return session;
}

/** Errors: SESSION_NOT_FOUND. */
export async function currentTimeline(ctx: EditorContext, sessionId: string): Promise<Timeline> {
  return (await latestRevision(ctx.store, sessionId)).timeline;
}

/** The timeline as it was. Errors: RESOURCE_NOT_FOUND. */
export async function timelineAt(
  ctx: EditorContext,
  key: { readonly sessionId: string; readonly revision: number },
): Promise<Timeline> {
  return (await getRevision(ctx.store, key)).timeline;
}
