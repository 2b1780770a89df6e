/**
 * Blobs on a disk: `<folder>/sha256/ab/cd/<hash>`, written once, never changed.
 *
 * A blob is there whole or not at all: it is written elsewhere on the same disk, flushed, renamed into place, and the
 * folder flushed after it. What a killed process leaves is a temporary folder with its name on it, swept by the next one.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, mkdirSync, type Stats } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, stat, statfs, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail } from '#core/errors';
import type { Config } from '#platform/config';
import type { Log } from '#platform/log';
import { createOwner, isGone } from '#platform/owner';
import { asDiskError } from './disk-error.ts';
import { receive } from './receive.ts';
import type { Blobs, Stored } from './types.ts';

export type BlobOptions = Pick<Config, 'dataFolder' | 'diskReserveBytes' | 'diskReservePercent'>;

const hashPattern = /^[0-9a-f]{64}$/;
const graceMs = 60 * 60 * 1000;
/** A temporary folder whose process cannot be asked (another host on a shared disk) is given up after this long. */
const abandonedMs = 24 * 60 * 60 * 1000;

export function openBlobs(config: BlobOptions, log: Log): Blobs {
  const root = join(config.dataFolder, 'sha256');
  const owner = createOwner();
  const temporaryRoot = join(config.dataFolder, 'tmp');
  const temporaryFolder = join(temporaryRoot, owner.name);
  for (const folder of [root, temporaryFolder]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pathOf = (hash: string): string => {
    if (!hashPattern.test(hash)) throw fail('INTERNAL', {}, { cause: 'not a hash' });
    return join(root, hash.slice(0, 2), hash.slice(2, 4), hash);
  };
  const temporaryFile: Blobs['temporaryFile'] = (extension = '') => {
    const path = join(temporaryFolder, `${randomUUID()}${extension === '' ? '' : `.${extension}`}`);
    return { path, [Symbol.asyncDispose]: () => rm(path, { force: true, recursive: true }) };
  };
  const ensureSpace = (neededBytes: number): Promise<void> => checkSpace(config, neededBytes);
  return {
    temporaryFolder,
    pathOf,
    has: async (hash) => (await sizeOf(pathOf(hash))) !== undefined,
    temporaryFile,
    receive: (stream, options) => receive(temporaryFile(), stream, { ...options, ensureSpace }),
    adopt: (path, known) => adopt(path, known, pathOf),
    remove: (hash) => rm(pathOf(hash), { force: true }),
    ensureSpace,
    async sweep(options) {
      const temporary = await sweepTemporary(temporaryRoot);
      const blobs = await sweepBlobs(root, options.isUsed, options.graceMs ?? graceMs);
      if (temporary + blobs > 0) log.info('blobs.swept', { temporary, blobs });
      return { temporary, blobs };
    },
    async close() {
      owner[Symbol.dispose]();
      await rm(temporaryFolder, { recursive: true, force: true });
    },
  };
}

async function adopt(path: string, known: Stored | undefined, pathOf: (hash: string) => string): Promise<Stored> {
  try {
    const stored = known ?? (await hashFile(path));
    const target = pathOf(stored.hash);
    if ((await sizeOf(target)) === stored.bytes) {
      await rm(path, { force: true });
      // As young as a new one, so that a sweep on its way leaves it.
      const now = new Date();
      await utimes(target, now, now);
      return stored;
    }
    await chmod(path, 0o400);
    await flush(path);
    const first = await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await rename(path, target);
    await flush(dirname(target));
    // A folder that is new has to be known to its parents too before the bytes are safe.
    if (first !== undefined)
      for (const folder of [dirname(dirname(target)), dirname(dirname(dirname(target)))]) await flush(folder);
    return stored;
  } catch (error) {
    throw asDiskError(error);
  }
}

async function hashFile(path: string): Promise<Stored> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { hash: hash.digest('hex'), bytes };
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function checkSpace(config: BlobOptions, neededBytes: number): Promise<void> {
  const disk = await statfs(config.dataFolder);
  const reserve = Math.min(config.diskReserveBytes, (disk.blocks * disk.bsize * config.diskReservePercent) / 100);
  if (disk.bavail * disk.bsize - neededBytes < reserve) throw fail('DISK_FULL');
}

async function sweepTemporary(root: string): Promise<number> {
  let count = 0;
  for (const name of await readdir(root)) {
    const folder = join(root, name);
    const ageMs = Date.now() - ((await statOf(folder))?.mtimeMs ?? Date.now());
    if (!isGone(name) && ageMs < abandonedMs) continue;
    await rm(folder, { recursive: true, force: true });
    count++;
  }
  return count;
}

async function sweepBlobs(root: string, isUsed: (hash: string) => Promise<boolean>, grace: number): Promise<number> {
  let count = 0;
  for (const first of await readdir(root)) {
    for (const second of await readdir(join(root, first))) {
      for (const hash of await readdir(join(root, first, second))) {
        if (!hashPattern.test(hash)) continue;
        const path = join(root, first, second, hash);
        const isYoung = async (): Promise<boolean> => Date.now() - ((await statOf(path))?.ctimeMs ?? Date.now()) < grace;
        if ((await isYoung()) || (await isUsed(hash)) || (await isYoung())) continue;
        await rm(path, { force: true });
        count++;
      }
    }
  }
  return count;
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await statOf(path))?.size;
}

async function statOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
