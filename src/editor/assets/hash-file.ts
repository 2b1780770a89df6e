import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Stored } from '#platform/blobs';

/** SHA-256 and length of a file, read once from start to end with flat memory. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<Stored> {
  const hash = createHash('sha256');
  let bytes = 0;
  const stream = createReadStream(path, { highWaterMark: 1 << 20, ...(signal === undefined ? {} : { signal }) });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { hash: hash.digest('hex'), bytes };
}
