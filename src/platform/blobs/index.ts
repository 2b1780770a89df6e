/** The only door to file bytes. */
export { openBlobs, type BlobOptions } from './disk.ts';
export { openCache, type Cache } from './cache.ts';
export { asDiskError } from './disk-error.ts';
export type { Blobs, Stored, TemporaryFile } from './types.ts';
