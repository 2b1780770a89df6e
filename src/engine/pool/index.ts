/** Media worker processes. */
export type { Pool, RunOptions } from './pool.ts';
export { createPool, type PoolOptions } from './create-pool.ts';
export { warmUpArgument } from './code-cache.ts';
export { answerDescriptor, type TaskMessage, type WorkerMessage } from './messages.ts';
