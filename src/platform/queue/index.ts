/** The only door to slow work. */
export { openQueue, type QueueOptions } from './local.ts';
export { crashBudget, errorBudget } from './policy.ts';
export type { EnqueueRequest, JobKind, JobOutcome, JobRun, Queue } from './types.ts';
