/**
 * Files that can be made again, kept by key while there is room: what an earlier render encoded need not be encoded again.
 *
 * Losing one costs time and nothing else, so nothing here fails a job: a file that is not there is simply made.
 */
import { constants } from 'node:fs';
import { copyFile, link, mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail } from '#core/errors';
import type { Config } from '#platform/config';
import type { Log } from '#platform/log';

export type Cache = {
  /** Gives the file of a key the name `path` too; false where there is none. It must not be written to. */
  take(key: string, path: string): Promise<boolean>;
  /** Keeps a finished file under a key as well; nobody writes to it afterwards. */
  keep(key: string, path: string): Promise<void>;
  /** Lets a key go, e.g. because its file turned out to be damaged. */
  forget(key: string): Promise<void>;
  /** Removes what was used longest ago until the rest fits into the limit. Gives the bytes that stay. */
  sweep(): Promise<number>;
};

const keyPattern = /^[0-9a-f]{64}$/;

export function openCache(config: Pick<Config, 'dataFolder' | 'cacheLimitBytes'>, log: Log): Cache {
  const root = join(config.dataFolder, 'cache');
  const pathOf = (key: string): string => {
    if (!keyPattern.test(key)) throw fail('INTERNAL', {}, { cause: 'not a key' });
    return join(root, key.slice(0, 2), key);
  };
  return {
    async take(key, path) {
      const kept = pathOf(key);
      if (!(await linkOrCopy(kept, path))) return false;
      const now = new Date();
      await utimes(kept, now, now).catch(() => undefined);
      return true;
    },
    async keep(key, path) {
      if (config.cacheLimitBytes === 0) return;
      const kept = pathOf(key);
      try {
        await mkdir(dirname(kept), { recursive: true, mode: 0o700 });
        await linkOrCopy(path, kept);
      } catch (error) {
        // A full disk is the job's own affair; here it only means that nothing is kept.
        log.debug('cache.keep', { error });
      }
    },
    forget: (key) => rm(pathOf(key), { force: true }),
    sweep: () => sweep(root, config.cacheLimitBytes),
  };
}

/** False where `from` is not there. A name that is taken already stays as it is. */
async function linkOrCopy(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return false;
    if (code === 'EEXIST') return true;
  }
  // A disk without links, or with too many of this file.
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  return true;
}

async function sweep(root: string, limitBytes: number): Promise<number> {
  const files: { readonly path: string; readonly bytes: number; readonly usedMs: number }[] = [];
  for (const folder of await namesIn(root)) {
    for (const name of await namesIn(join(root, folder))) {
      const path = join(root, folder, name);
      const facts = await stat(path).catch(() => undefined);
      if (facts !== undefined) files.push({ path, bytes: facts.size, usedMs: facts.mtimeMs });
    }
  }
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  for (const file of files.toSorted((a, b) => a.usedMs - b.usedMs)) {
    if (bytes <= limitBytes) break;
    await rm(file.path, { force: true });
    bytes -= file.bytes;
  }
  return bytes;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
