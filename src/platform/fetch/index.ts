/** The only door to addresses that users give. */
export { createSafeFetch, type SafeFetchOptions } from './safe-fetch.ts';
export { findTarget, isPublic, type Resolve, type Target } from './address.ts';
export type { FetchedBody, SafeFetch } from './types.ts';
