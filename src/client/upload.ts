import { fail } from '#core/errors';
import type { Connection } from './connection.ts';

export type UploadedFile = {
  readonly filename: string;
  readonly file_type: string;
  readonly cdn_url?: string;
  /** Seconds. */
  readonly duration?: number;
  readonly width?: number;
  readonly height?: number;
  readonly [key: string]: unknown;
};

/** Uploads one file. `file` may be backed by a disk: it is streamed. Errors: UPLOAD_UNSUPPORTED, UPLOAD_TOO_LARGE. */
export async function uploadFile(
  connection: Connection,
  target: { readonly sessionId: string; readonly file: Blob; readonly name: string; readonly signal?: AbortSignal },
): Promise<UploadedFile> {
  const form = new FormData();
  form.append('files', target.file, target.name);
  return firstFile(
    await connection.request('POST', pathFor(target.sessionId), {
      body: form,
      ...(target.signal === undefined ? {} : { signal: target.signal }),
    }),
  );
}

/** Lets the server fetch a public address. Errors: URL_REFUSED and those of uploadFile. */
export async function uploadUrl(
  connection: Connection,
  target: { readonly sessionId: string; readonly url: string; readonly signal?: AbortSignal },
): Promise<UploadedFile> {
  return firstFile(
    await connection.request('POST', pathFor(target.sessionId), {
      json: { urls: [target.url], source_type: 'url' },
      ...(target.signal === undefined ? {} : { signal: target.signal }),
    }),
  );
}

function pathFor(sessionId: string): string {
  return `/api/upload-video/nemo_agent/me/${encodeURIComponent(sessionId)}`;
}

function firstFile(data: Readonly<Record<string, unknown>>): UploadedFile {
  const files = Array.isArray(data.files) ? (data.files as UploadedFile[]) : [];
  if (files[0] === undefined) throw fail('SERVER_FAULT', { message: 'the upload was taken but no file came back' });
  return files[0];
}
