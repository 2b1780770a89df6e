/** Streams bytes of unknown length and origin into a temporary file, hashing on the way. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { fail } from '#core/errors';
import { asDiskError } from './disk-error.ts';
import type { Stored, TemporaryFile } from './types.ts';

export type ReceiveOptions = {
  readonly limitBytes: number;
  readonly name: string;
  readonly signal?: AbortSignal;
  readonly ensureSpace: (neededBytes: number) => Promise<void>;
};

/** How much is written between two looks at the free space. */
const spaceCheckBytes = 64 * 1024 * 1024;

/**
 * Nothing beyond `limitBytes` is written, and nothing is kept where it fails.
 *
 * Errors: UPLOAD_TOO_LARGE, UPLOAD_EMPTY, DISK_FULL, what the stream throws, the signal's reason.
 */
export async function receive(
  file: TemporaryFile,
  stream: AsyncIterable<Uint8Array>,
  options: ReceiveOptions,
): Promise<TemporaryFile & Stored> {
  const { limitBytes, name, signal, ensureSpace } = options;
  const hash = createHash('sha256');
  let bytes = 0;
  let checked = 0;
  try {
    await ensureSpace(0);
    const handle = await open(file.path, 'wx', 0o600);
    try {
      for await (const chunk of stream) {
        signal?.throwIfAborted();
        if (bytes + chunk.length > limitBytes) throw fail('UPLOAD_TOO_LARGE', { name, limitBytes });
        hash.update(chunk);
        for (let written = 0; written < chunk.length;) written += (await handle.write(chunk, written)).bytesWritten;
        bytes += chunk.length;
        if (bytes - checked > spaceCheckBytes) {
          await ensureSpace(0);
          checked = bytes;
        }
      }
    } finally {
      await handle.close();
    }
    if (bytes === 0) throw fail('UPLOAD_EMPTY', { name });
    return { ...file, hash: hash.digest('hex'), bytes };
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw asDiskError(error);
  }
}
