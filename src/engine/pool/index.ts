/** Media worker processes. */
export type { Pool, RunOptions } from './pool.ts';
