/**
 * Multipart uploads, streamed to temporary files: memory stays flat, the limit holds while bytes arrive, and whatever goes
 * wrong leaves no file behind.
 */
import { Readable } from 'node:stream';
import busboy from 'busboy';
import { fail, type EditorError } from '#core/errors';
import type { HttpContext, HttpRequest, Patience } from './http-context.ts';
import type { HttpServices } from './services.ts';

/** A file that arrived whole; disposing it deletes what was not taken over. */
export type ReceivedFile = AsyncDisposable & { readonly path: string; readonly name: string };

/** Files in one request. */
const fileLimit = 20;

/**
 * All files of the request, in order; other fields are ignored.
 *
 * Errors: UPLOAD_TOO_LARGE as soon as a file crosses the limit, UPLOAD_EMPTY, DISK_FULL, REQUEST_TIMEOUT below 16 KiB/s
 * over 30 s, REQUEST_INVALID for a malformed body, no file, more than 20 files or a file in an unknown field.
 */
export async function receiveFiles(
  http: HttpContext,
  request: HttpRequest,
  stack: AsyncDisposableStack,
): Promise<ReceivedFile[]> {
  const source = request.env?.incoming ?? bodyOf(request);
  const parser = openParser(request);
  const stop = new AbortController();
  const received: Promise<ReceivedFile>[] = [];
  const whole = new Promise<void>((resolve, reject) => {
    const give = (error: EditorError): void => reject(error);
    parser.on('file', (field, stream, { filename }) => {
      // Without a listener a stream that ends early would bring down the process; `receive` sees the same error.
      stream.on('error', () => undefined);
      if (!/^files?(\[\d*\])?$/.test(field ?? '')) {
        stream.resume();
        return give(fail('REQUEST_INVALID', { reason: `files belong in the field "files", not in "${clean(field ?? '')}"` }));
      }
      const file = receiveOne(http, stream, clean(filename ?? ''), stop.signal);
      received.push(file);
      file.then((kept) => stack.use(kept), reject);
    });
    parser.on('filesLimit', () => give(fail('REQUEST_INVALID', { reason: `there are more than ${fileLimit} files` })));
    parser.on('fieldsLimit', () => give(fail('REQUEST_INVALID', { reason: 'there are too many fields' })));
    parser.on('partsLimit', () => give(fail('REQUEST_INVALID', { reason: 'there are too many parts' })));
    parser.on('error', (error) => reject(malformed(error)));
    parser.on('close', resolve);
    source.on('error', (error: Error) => reject(malformed(error)));
    source.on('close', () => source.readableEnded || reject(malformed(undefined)));
    watchPace(source, http.patience, stop.signal, reject);
  });
  source.pipe(parser);
  try {
    await whole;
    const files = await Promise.all(received);
    if (files.length === 0) throw fail('REQUEST_INVALID', { reason: 'there is no file in the field "files"' });
    return files;
  } catch (error) {
    source.unpipe(parser);
    parser.destroy();
    stop.abort(error);
    await Promise.allSettled(received);
    throw error;
  } finally {
    stop.abort();
  }
}

async function receiveOne(http: HttpContext, stream: Readable, name: string, signal: AbortSignal): Promise<ReceivedFile> {
  const limitBytes = http.config.uploadLimitBytes;
  const file: Awaited<ReturnType<HttpServices['receive']>> = await http.services.receive(stream, { limitBytes, name, signal });
  return { path: file.path, name, [Symbol.asyncDispose]: () => file[Symbol.asyncDispose]() };
}

function openParser(request: HttpRequest): busboy.Busboy {
  try {
    return busboy({
      headers: { 'content-type': request.req.header('content-type') ?? '' },
      defParamCharset: 'utf8',
      limits: { files: fileLimit, fields: 20, parts: fileLimit + 20, fieldSize: 65_536, fieldNameSize: 100, headerPairs: 100 },
    });
  } catch (error) {
    throw malformed(error);
  }
}

function bodyOf(request: HttpRequest): Readable {
  const { body } = request.req.raw;
  return body === null ? Readable.from([]) : Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]);
}

function malformed(error: unknown): EditorError {
  return fail('REQUEST_INVALID', { reason: 'the multipart body is malformed or ends early' }, { cause: error });
}

function watchPace(source: Readable, patience: Patience, signal: AbortSignal, refuse: (error: EditorError) => void): void {
  const { uploadBytesPerSecond, uploadWindowMs } = patience;
  let bytes = 0;
  source.on('data', (chunk: Uint8Array) => (bytes += chunk.byteLength));
  const timer = setInterval(() => {
    if (bytes < (uploadBytesPerSecond * uploadWindowMs) / 1000) refuse(fail('REQUEST_TIMEOUT'));
    bytes = 0;
  }, uploadWindowMs);
  const end = (): void => clearInterval(timer);
  source.once('end', end);
  signal.addEventListener('abort', end, { once: true });
}

/**
 * A file name for display: no folders, no control characters, no marks that turn the direction of text, at most 200
 * characters with the extension kept. Never used as a path.
 */
export function clean(name: string): string {
  const base = name.replaceAll('\\', '/').split('/').at(-1) ?? '';
  const visible = base.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu, '').trim();
  const characters = Array.from(visible.normalize('NFC').toWellFormed());
  if (characters.length === 0 || visible === '.' || visible === '..') return 'upload';
  if (characters.length <= 200) return characters.join('');
  const extension = /\.\w{1,8}$/.exec(visible)?.[0] ?? '';
  return `${characters.slice(0, 200 - extension.length).join('')}${extension}`;
}
