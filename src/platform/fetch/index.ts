/** The only door to addresses that users give. */
export type { FetchedBody, SafeFetch } from './types.ts';
