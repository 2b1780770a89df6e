/** A real context on a folder of its own: store, blobs, queue and fetch as in a server; only the pool is given. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIds, type EditorContext } from '#editor/context';
import type { Pool } from '#engine/pool';
import { openBlobs, openCache } from '#platform/blobs';
import { loadConfig, type Config } from '#platform/config';
import { createSafeFetch } from '#platform/fetch';
import { createLog } from '#platform/log';
import { openQueue } from '#platform/queue';
import { ensureUser, openStore } from '#platform/store';

export type OpenContext = AsyncDisposable & {
  readonly ctx: EditorContext;
  readonly folder: string;
  readonly lines: string[];
  /** Closes what is open, keeps the folder: what a restart finds. */
  readonly close: () => Promise<void>;
};

const noPool: Pool = {
  run: () => Promise.reject(new Error('this test has no pool')),
  size: 2,
  sandbox: { kind: 'none', note: 'test' },
  close: () => Promise.resolve(),
};

export function temporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'rushes-test-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** `folder`: one that outlives this context; absent: its own, gone with it. */
export async function openContext(
  options: {
    readonly pool?: Pool;
    readonly config?: Partial<Config>;
    readonly folder?: string;
    readonly now?: () => number;
    readonly fetchLimits?: Parameters<typeof createSafeFetch>[0]['limits'];
    readonly resolve?: Parameters<typeof createSafeFetch>[0]['resolve'];
  } = {},
): Promise<OpenContext> {
  const own = options.folder === undefined ? temporaryFolder() : undefined;
  const folder = options.folder ?? own!.path;
  const lines: string[] = [];
  const log = createLog({ level: 'debug', write: (line) => void lines.push(line) });
  const config: Config = { ...loadConfig({ RUSHES_DATA: folder, RUSHES_DISK_RESERVE_MB: '0' }), ...options.config };
  const now = options.now ?? Date.now;
  const store = await openStore(config, log);
  const blobs = openBlobs(config, log);
  const queue = openQueue({ store, log, leaseSeconds: config.leaseSeconds, now });
  const { resolve, fetchLimits } = options;
  const fetch = createSafeFetch({
    config,
    log,
    ...(resolve === undefined ? {} : { resolve }),
    ...(fetchLimits === undefined ? {} : { limits: fetchLimits }),
  });
  const cache = openCache(config, log);
  const ctx: EditorContext = {
    config,
    log,
    store,
    blobs,
    cache,
    queue,
    pool: options.pool ?? noPool,
    fetch,
    now,
    ids: createIds(),
  };
  await ensureUser(store, { id: 'user', now: now() });
  const close = async (): Promise<void> => {
    await queue.drain(0);
    await blobs.close();
    await store.close();
  };
  return {
    ctx,
    folder,
    lines,
    close,
    async [Symbol.asyncDispose]() {
      await close();
      own?.[Symbol.dispose]();
    },
  };
}
