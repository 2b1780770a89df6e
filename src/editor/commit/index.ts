/** The only writer of timelines. */
export { commitEdits, createSession, currentTimeline, history, redo, restoreRevision, timelineAt, undo } from './contract.ts';
export type { CommitRequest, Committed, HistoryEntry, MoveRequest } from './types.ts';
