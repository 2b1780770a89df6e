/** Signatures that other parts write against. */
import type { EditorContext } from '#editor/context';
import type { Timeline } from '#core/timeline';
import type { SessionRow } from '#platform/store';
import type { CommitRequest, Committed, HistoryEntry, MoveRequest } from './types.ts';

/** A new session with its task and an empty timeline at revision 0. */
export declare function createSession(
  ctx: EditorContext,
  request: {
    readonly userId: string;
    readonly appName: string;
    readonly taskName: string;
    readonly language?: string;
    readonly sessionId?: string;
    readonly state?: Readonly<Record<string, unknown>>;
  },
): Promise<SessionRow>;
/** Errors: SESSION_NOT_FOUND. */
export declare function currentTimeline(ctx: EditorContext, sessionId: string): Promise<Timeline>;
/** Errors: TIMELINE_CONFLICT, EDIT_INVALID and what applying edits throws; nothing changed then. */
export declare function commitEdits(ctx: EditorContext, request: CommitRequest): Promise<Committed>;
/** Errors: HISTORY_END. */
export declare function undo(ctx: EditorContext, request: MoveRequest): Promise<Committed>;
/** Errors: HISTORY_END. */
export declare function redo(ctx: EditorContext, request: MoveRequest): Promise<Committed>;
/** Makes an earlier revision's content current, as a step of its own that undo takes back. Errors: RESOURCE_NOT_FOUND. */
export declare function restoreRevision(
  ctx: EditorContext,
  request: MoveRequest & { readonly revision: number; readonly reason?: string },
): Promise<Committed>;
/** Oldest first. */
export declare function history(ctx: EditorContext, sessionId: string): Promise<HistoryEntry[]>;
/** The timeline as it was. Errors: RESOURCE_NOT_FOUND. */
export declare function timelineAt(
  ctx: EditorContext,
  key: { readonly sessionId: string; readonly revision: number },
): Promise<Timeline>;
