/** One large file over HTTP: taken up where it broke off, checked, and there only when it is whole. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '#core/errors';

export type FetchFile = {
  readonly url: string;
  /** Where it is when it is whole; `<path>.part` before that. */
  readonly path: string;
  /** Lower-case hex. */
  readonly sha256?: string;
  /** More is refused. */
  readonly limitBytes: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (bytes: number, whole: number | undefined) => void;
  /** Silence after which the connection counts as broken; default 30 s. */
  readonly patienceMs?: number;
};

const attempts = 5;

/** Gives its SHA-256. Errors: SERVER_FAULT, DOCUMENT_INVALID for a wrong checksum, JOB_CANCELED. */
export async function fetchFile(wanted: FetchFile): Promise<string> {
  await mkdir(dirname(wanted.path), { recursive: true });
  const part = `${wanted.path}.part`;
  let broken: unknown;
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      await fetchRest(wanted, part);
      broken = undefined;
      break;
    } catch (error) {
      if (wanted.signal.aborted) throw fail('JOB_CANCELED');
      if (!(error instanceof Broken)) throw error;
      broken = error.cause;
    }
  }
  if (broken !== undefined) {
    const message = `${hostOf(wanted.url)} cannot be reached; what has come is kept, and the next try goes on from there`;
    throw fail('SERVER_FAULT', { status: 'nothing', message }, { cause: broken });
  }
  const found = await hashOf(part);
  if (wanted.sha256 !== undefined && found !== wanted.sha256) {
    await Promise.all([part, `${part}.tag`].map((path) => rm(path, { force: true })));
    throw fail('DOCUMENT_INVALID', {
      format: 'Download',
      reason: `its checksum is ${found.slice(0, 12)}… and not ${wanted.sha256.slice(0, 12)}…; it was thrown away`,
    });
  }
  await rm(`${part}.tag`, { force: true });
  await rename(part, wanted.path);
  return found;
}

/** A connection that may be taken up again. */
class Broken extends Error {}

async function fetchRest({ url, signal, limitBytes, onProgress, patienceMs = 30_000 }: FetchFile, part: string): Promise<void> {
  const [have, tag] = [await sizeOf(part), await readFile(`${part}.tag`, 'utf8').catch(() => '')];
  const resumed = have > 0 && tag !== '';
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), patienceMs);
  try {
    const headers: Record<string, string> = { 'accept-encoding': 'identity', 'user-agent': 'rushes' };
    if (resumed) Object.assign(headers, { range: `bytes=${have}-`, 'if-range': tag });
    const response = await fetch(url, { headers, signal: AbortSignal.any([signal, silence.signal]) }).catch((cause: unknown) => {
      throw new Broken('', { cause });
    });
    if (response.status === 416 && resumed) {
      // There is nothing after what is here: it was whole already.
      await response.body?.cancel();
      return;
    }
    if (response.status >= 500) throw new Broken('', { cause: new Error(`status ${response.status}`) });
    if (!response.ok || response.body === null)
      throw fail('SERVER_FAULT', { status: response.status, message: `${hostOf(url)} does not have this file` });
    const start = response.status === 206 ? have : 0;
    const length = Number(response.headers.get('content-length') ?? Number.NaN);
    const whole = Number.isFinite(length) ? start + length : undefined;
    if (whole !== undefined && whole > limitBytes)
      throw fail('SERVER_FAULT', {
        status: response.status,
        message: `the file has ${whole} bytes, expected were at most ${limitBytes}`,
      });
    await writeFile(`${part}.tag`, response.headers.get('etag')?.replace(/^W\/.*/, '') ?? '');
    await using file = await open(part, start === 0 ? 'w' : 'r+');
    let at = start;
    try {
      for await (const chunk of response.body) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), patienceMs);
        await file.write(chunk, 0, chunk.length, at);
        at += chunk.length;
        if (at > limitBytes) throw fail('SERVER_FAULT', { status: 200, message: 'the file is larger than expected' });
        onProgress?.(at, whole);
      }
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'SERVER_FAULT') throw cause;
      throw new Broken('', { cause });
    }
    if (whole !== undefined && at < whole) throw new Broken('', { cause: new Error('it ended early') });
  } finally {
    clearTimeout(timer);
  }
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

function hostOf(url: string): string {
  return URL.parse(url)?.origin ?? url;
}
