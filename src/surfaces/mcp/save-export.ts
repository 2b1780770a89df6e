import { createWriteStream } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { openExport, type Connection } from '#client';
import { fail } from '#core/errors';

/** Writes a finished export to a new file and gives its full path. Errors: REQUEST_INVALID where it is not finished or the file exists. */
export async function saveExport(
  connection: Connection,
  request: { readonly renderId: string; readonly path: string; readonly signal: AbortSignal },
): Promise<string> {
  const { renderId, signal } = request;
  const path = resolve(request.path);
  const status = await connection.request('GET', `/api/render/proxy/lambda/${encodeURIComponent(renderId)}`, { signal });
  const url = (status.output as { readonly url?: string } | null)?.url;
  if (status.status !== 'completed' || url === undefined)
    throw fail('REQUEST_INVALID', { reason: `the export is not finished, it is ${String(status.status)}` });
  const answer = await openExport(connection, { renderId, url, status }, signal);
  if (answer.body === null) throw fail('SERVER_FAULT', { message: 'the file is empty' });
  const target = createWriteStream(path, { flags: 'wx' });
  try {
    await pipeline(Readable.fromWeb(answer.body as Parameters<typeof Readable.fromWeb>[0]), target, { signal });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw fail('REQUEST_INVALID', { reason: `${path} exists; choose another name` }, { cause: error });
    if (code === 'ENOENT') throw fail('REQUEST_INVALID', { reason: `there is no folder for ${path}` }, { cause: error });
    // Half a file is none; the name was free before.
    await unlink(path).catch(() => undefined);
    throw error;
  }
  return path;
}
