/** What everything that does I/O in editor and surfaces gets first. Made in app.ts, nowhere else. */
import type { Pool } from '#engine/pool';
import type { Blobs, Cache } from '#platform/blobs';
import type { Config } from '#platform/config';
import type { SafeFetch } from '#platform/fetch';
import type { Log } from '#platform/log';
import type { Queue } from '#platform/queue';
import type { Store } from '#platform/store';
import type { Ids } from './ids.ts';

export type EditorContext = {
  readonly config: Config;
  readonly log: Log;
  readonly store: Store;
  readonly blobs: Blobs;
  /** What renders can use again. */
  readonly cache: Cache;
  readonly queue: Queue;
  readonly pool: Pool;
  readonly fetch: SafeFetch;
  /** Milliseconds since 1970. */
  now(): number;
  readonly ids: Ids;
};
