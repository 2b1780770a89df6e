/** The only door to slow work. */
export type { EnqueueRequest, JobKind, JobOutcome, JobRun, Queue } from './types.ts';
