/** The only door to file bytes. */
export type { Blobs, Stored, TemporaryFile } from './types.ts';
