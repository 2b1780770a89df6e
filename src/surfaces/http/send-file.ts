/** Sends a file with HTTP Range, as a download that no browser runs or guesses about. */
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { fail } from '#core/errors';
import { failureBody, json } from './envelope.ts';
import type { HttpContext, HttpRequest } from './http-context.ts';
import { decideRange } from './range.ts';
import type { ServedFile } from './services.ts';

/**
 * The reply to GET or HEAD of `file`: 200, 206, 304, 412 or 416.
 *
 * Errors: RESOURCE_NOT_FOUND where the bytes are gone.
 */
export async function sendFile(http: HttpContext, request: HttpRequest, file: ServedFile): Promise<Response> {
  const etag = `"${file.hash}"`;
  const header = (name: string): string | undefined => request.req.header(name);
  const answer = decideRange(
    {
      method: request.req.method,
      range: header('range'),
      ifRange: header('if-range'),
      ifMatch: header('if-match'),
      ifNoneMatch: header('if-none-match'),
    },
    file.bytes,
    etag,
  );
  const caching = { ETag: etag, 'Accept-Ranges': 'bytes', 'Cache-Control': 'private, max-age=3600' };
  switch (answer.kind) {
    case 'not-modified':
      return new Response(null, { status: 304, headers: caching });
    case 'precondition-failed':
      throw fail('PRECONDITION_FAILED');
    case 'unsatisfiable':
      return rangeRefused(file, caching);
    case 'whole':
    case 'part': {
      const { start, end } = answer.kind === 'part' ? answer : { start: 0, end: file.bytes };
      const part = answer.kind === 'part' ? { 'Content-Range': `bytes ${start}-${end - 1}/${file.bytes}` } : {};
      const body = await openBody(http, request, file, { start, end });
      return new Response(body, {
        status: answer.kind === 'part' ? 206 : 200,
        headers: { ...caching, ...part, ...describe(file), 'Content-Length': String(end - start) },
      });
    }
  }
}

/** A header that makes a browser save the file under its name, whatever that holds. */
export function dispositionOf(fileName: string): string {
  const plain = fileName.replace(/[^\w. -]/g, '_');
  // Halves of pairs cannot be encoded.
  const encoded = encodeURIComponent(fileName.replaceAll(/\p{Cs}/gu, '_')).replace(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

function describe(file: ServedFile): Record<string, string> {
  return {
    'Content-Type': file.mimeType,
    'Content-Disposition': dispositionOf(file.fileName),
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': "sandbox; default-src 'none'",
  };
}

function rangeRefused(file: ServedFile, headers: Readonly<Record<string, string>>): Response {
  const error = fail('REQUEST_INVALID', { reason: `the range lies outside the ${file.bytes} bytes of the file` });
  return json({ ...failureBody(error), code: 416 }, 416, { ...headers, 'Content-Range': `bytes */${file.bytes}` });
}

async function openBody(
  http: HttpContext,
  request: HttpRequest,
  file: ServedFile,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<ReadableStream<Uint8Array> | null> {
  const handle = await openFile(file.path);
  if (request.req.method === 'HEAD' || end === start) {
    await handle.close();
    return null;
  }
  const outgoing = request.env?.outgoing;
  // A reader that is stuck is dropped; it can go on with a Range later.
  outgoing?.setTimeout(http.patience.readerMs, () => outgoing.destroy());
  // The stream closes the handle at its end, on an error and when the client goes away.
  const bytes = handle.createReadStream({ start, end: end - 1, highWaterMark: 262_144 });
  return Readable.toWeb(bytes) as ReadableStream<Uint8Array>;
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw fail('RESOURCE_NOT_FOUND', { what: 'File' }, { cause: error });
    throw error;
  }
}
