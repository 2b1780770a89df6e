/** Blobs on a real disk: whole or not at all, within the limit, and swept after processes that are gone. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isEditorError } from '#core/errors';
import { openContext } from './open-context.ts';

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'none';
  } catch (error) {
    if (isEditorError(error)) return error.code;
    throw error;
  }
};

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const options = { limitBytes: 1_000_000, name: 'a.mp4' };

describe('receive and adopt', () => {
  test('what comes in any chunks is what lies under its hash, unwritable', async () => {
    await using open = await openContext();
    const { blobs } = open.ctx;
    for (const size of [1, 7, 4096, 1_000_000]) {
      const bytes = randomBytes(Math.min(300_001, size * 500 + 1));
      await using file = await blobs.receive(inChunks(bytes, size), options);
      expect(file).toMatchObject({ hash: sha256(bytes), bytes: bytes.length });
      expect(await blobs.has(file.hash)).toBe(false);
      await blobs.adopt(file.path, { hash: file.hash, bytes: file.bytes });
      expect(readFileSync(blobs.pathOf(file.hash)).equals(bytes)).toBe(true);
      expect(statSync(blobs.pathOf(file.hash)).mode & 0o222).toBe(0);
      expect(existsSync(file.path)).toBe(false);
    }
    expect(readdirSync(blobs.temporaryFolder)).toEqual([]);
  });

  test('the same bytes twice are kept once', async () => {
    await using open = await openContext();
    const { blobs } = open.ctx;
    const bytes = randomBytes(1000);
    const first = blobs.temporaryFile();
    const second = blobs.temporaryFile();
    for (const file of [first, second]) writeFileSync(file.path, bytes);
    expect(await blobs.adopt(first.path)).toEqual(await blobs.adopt(second.path));
    expect([existsSync(first.path), existsSync(second.path)]).toEqual([false, false]);
  });

  test('exactly the limit is taken, one byte more is not, and nothing of it stays', async () => {
    await using open = await openContext();
    const { blobs } = open.ctx;
    const fits = randomBytes(options.limitBytes);
    await using file = await blobs.receive(inChunks(fits, 65_536), options);
    expect(file.bytes).toBe(options.limitBytes);
    await file[Symbol.asyncDispose]();
    expect(await codeOf(blobs.receive(inChunks(randomBytes(options.limitBytes + 1), 65_536), options))).toBe('UPLOAD_TOO_LARGE');
    expect(await codeOf(blobs.receive(inChunks(new Uint8Array(), 1), options))).toBe('UPLOAD_EMPTY');
    expect(readdirSync(blobs.temporaryFolder)).toEqual([]);
  });

  test('an endless stream is cut off at the limit, and a broken one leaves nothing', async () => {
    await using open = await openContext();
    const { blobs } = open.ctx;
    let sent = 0;
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          sent += 65_536;
          yield new Uint8Array(65_536);
        }
      } finally {
        closed = true;
      }
    }
    expect(await codeOf(blobs.receive(endless(), options))).toBe('UPLOAD_TOO_LARGE');
    expect(sent).toBeLessThanOrEqual(options.limitBytes + 65_536);
    expect(closed).toBe(true);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(10);
      throw new Error('connection lost');
    }
    await expect(blobs.receive(broken(), options)).rejects.toThrow('connection lost');
    const stop = new AbortController();
    async function* stopped(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(10);
      stop.abort(new Error('client left'));
      yield new Uint8Array(10);
    }
    await expect(blobs.receive(stopped(), { ...options, signal: stop.signal })).rejects.toThrow('client left');
    expect(readdirSync(blobs.temporaryFolder)).toEqual([]);
  });

  test('where the reserve is not free, new bytes are refused and reading goes on', async () => {
    await using open = await openContext({ config: { diskReserveBytes: Number.MAX_SAFE_INTEGER, diskReservePercent: 50 } });
    const { blobs } = open.ctx;
    expect(await codeOf(blobs.ensureSpace(Number.MAX_SAFE_INTEGER))).toBe('DISK_FULL');
    const file = blobs.temporaryFile();
    writeFileSync(file.path, 'kept');
    const { hash } = await blobs.adopt(file.path);
    expect(readFileSync(blobs.pathOf(hash), 'utf8')).toBe('kept');
  });

  test('nothing but a hash becomes a path', async () => {
    await using open = await openContext();
    for (const bad of ['', '../../etc/passwd', 'A'.repeat(64), `${'a'.repeat(63)}/`, 'a'.repeat(65)])
      expect(() => open.ctx.blobs.pathOf(bad)).toThrow('Something went wrong');
  });
});

describe('sweep', () => {
  test('takes old orphans and what dead processes left, keeps the used, the young and the living', async () => {
    await using open = await openContext();
    const { blobs } = open.ctx;
    const keep = async (text: string): Promise<string> => {
      const file = blobs.temporaryFile();
      writeFileSync(file.path, text);
      return (await blobs.adopt(file.path)).hash;
    };
    const [used, orphan] = [await keep('used'), await keep('orphan')];
    const root = join(open.folder, 'tmp');
    const dead = join(root, `${hostname()}~${2 ** 22 + 1}~1~dead`);
    const elsewhere = join(root, 'another-host~1~1~x');
    const abandoned = join(root, 'another-host~2~2~y');
    for (const folder of [dead, elsewhere, abandoned]) {
      mkdirSync(folder);
      writeFileSync(join(folder, 'part'), 'x');
    }
    const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
    utimesSync(abandoned, twoDaysAgo, twoDaysAgo);
    writeFileSync(blobs.temporaryFile().path, 'at work');
    const isUsed = (hash: string): Promise<boolean> => Promise.resolve(hash === used);
    expect(await blobs.sweep({ isUsed })).toEqual({ temporary: 2, blobs: 0 });
    expect(await blobs.has(orphan)).toBe(true);
    expect(await blobs.sweep({ isUsed, graceMs: -1 })).toEqual({ temporary: 0, blobs: 1 });
    expect([await blobs.has(used), await blobs.has(orphan)]).toEqual([true, false]);
    expect([existsSync(dead), existsSync(abandoned), existsSync(elsewhere)]).toEqual([false, false, true]);
    expect(readdirSync(blobs.temporaryFolder)).toHaveLength(1);
  });
});
