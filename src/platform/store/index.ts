/** The only door to SQL: users, sessions, assets, revisions, runs, renders, credits and queued jobs. */
export { announceAfterCommit, checkIntegrity, inTransaction, openStore, pingStore, type Store } from './store.ts';
export type { Changes } from './changes.ts';
export {
  createAnonymousUser,
  ensureUser,
  findToken,
  hitRate,
  latestTokenOfClient,
  pruneIdentity,
  readSecret,
  revokeToken,
  saveToken,
  type RateAnswer,
} from './users.ts';
export {
  deleteSession,
  getSession,
  getSessionById,
  hasSession,
  insertSession,
  listSessions,
  readCursor,
  updateSessionState,
  writeCursor,
  type HistoryCursor,
} from './sessions.ts';
export {
  addAsset,
  findProbe,
  getSessionAsset,
  isBlobUsed,
  listAssets,
  listSessionAssets,
  pruneAssets,
  readAnalysis,
  writeAnalysis,
  type AnalysisKey,
} from './assets.ts';
export {
  findRevisionByKey,
  getRevision,
  insertRevision,
  latestRevision,
  listRevisions,
  type RevisionEntry,
} from './revisions.ts';
export {
  appendRunEvents,
  createRun,
  getRun,
  listRuns,
  pruneRunEvents,
  readRunEvents,
  setRunStatus,
  type NewRun,
} from './runs.ts';
export {
  expireRenderFiles,
  findRender,
  getRender,
  insertRender,
  listRenders,
  renderTopic,
  updateRender,
  type RenderChange,
} from './renders.ts';
export { creditBalance, grantCredits, listOpenHolds, releaseHold, reserveCredits, settleHold } from './credits.ts';
export {
  beatJob,
  claimJob,
  endJob,
  findJob,
  insertJob,
  listInterrupted,
  listRunningJobs,
  pruneJobs,
  requestCancel,
  requeueJob,
  withLease,
  type Lease,
  type LiveJob,
  type NewJob,
} from './jobs.ts';
export type {
  Actor,
  CreditBalance,
  CreditHold,
  JobRow,
  JobState,
  RenderFigures,
  RenderFile,
  RenderRow,
  RenderStatus,
  RenderStep,
  RevisionRow,
  RunEventRow,
  RunRow,
  RunStatus,
  SessionAssetRow,
  SessionRow,
  TokenRow,
  UserRow,
} from './rows.ts';
