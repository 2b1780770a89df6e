/** The only writer of timelines. */
export { createSession, currentTimeline, timelineAt, type NewSession } from './sessions.ts';
export { commitEdits, commitWithin } from './commit-edits.ts';
export { commitDraft, type DraftCommit, type DraftCommitted } from './commit-draft.ts';
export { history, redo, restoreRevision, undo } from './history.ts';
export type { CommitRequest, Committed, HistoryEntry, MoveRequest } from './types.ts';
export { cutsIn, putBackEdit, type Cut } from './put-back.ts';
export { takeBack, type TakenBack } from './take-back.ts';
export { cutStretches } from './take-back-material.ts';
export type { TakeBack, TakeBackConflict } from './undoing.ts';
