import { openAsBlob } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { uploadFile, uploadUrl } from '#client';
import { fail } from '#core/errors';
import type { Desk } from './desk.ts';
import type { Progress } from './progress.ts';

/** What shall be uploaded: an address, or a file that is there. */
export type Upload = { readonly from: string; readonly blob?: Blob };

/** Looks at all before anything is sent: a name that is wrong leaves no half of an upload behind. Errors: FILE_MISSING, REQUEST_INVALID. */
export async function openFiles(desk: Desk, files: readonly string[]): Promise<readonly Upload[]> {
  if (!desk.usesFiles && !files.every(isAddress))
    throw fail('REQUEST_INVALID', { reason: 'over HTTP files are given as http or https addresses, not as paths' });
  return Promise.all(files.map(async (from) => (isAddress(from) ? { from } : { from, blob: await openFile(from) })));
}

/** Brings them into a session, in their order. Errors: those of the upload. */
export async function uploadFiles(
  { connection }: Desk,
  request: {
    readonly sessionId: string;
    readonly files: readonly Upload[];
    readonly signal: AbortSignal;
    readonly progress: Progress;
  },
): Promise<void> {
  const { sessionId, files, signal, progress } = request;
  for (const [index, { from, blob }] of files.entries()) {
    await progress((index + 1) / (files.length + 1) / 10, `Uploading ${basename(from)}`);
    if (blob === undefined) await uploadUrl(connection, { sessionId, url: from, signal });
    else await uploadFile(connection, { sessionId, file: blob, name: basename(from), signal });
  }
}

async function openFile(path: string): Promise<Blob> {
  const found = await stat(path).catch((error: unknown) => {
    throw fail('FILE_MISSING', { name: path }, { cause: error });
  });
  if (!found.isFile()) throw fail('FILE_MISSING', { name: `${path} (it is not a file)` });
  return openAsBlob(path);
}

function isAddress(file: string): boolean {
  return /^https?:\/\//i.test(file);
}
