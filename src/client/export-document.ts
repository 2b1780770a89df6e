import { fail } from '#core/errors';
import type { Connection } from './connection.ts';
import { textOf } from './json.ts';

/** The timeline in another tool's form. */
export type TimelineDocument = {
  readonly text: string;
  /** Without a dot. */
  readonly extension: string;
  /** Plain sentences: what the format cannot carry. */
  readonly dropped: readonly string[];
};

export type DocumentRequest = {
  readonly sessionId: string;
  /** `otio`, `fcpxml`, `xml`, `edl`, `srt`, `vtt`, `ass`, `chapters`, `ffmetadata`, `csv`. */
  readonly format: string;
  /** Drop-frame timecode in an edit list. */
  readonly dropFrame?: true;
  readonly signal?: AbortSignal;
};

/** Errors: REQUEST_INVALID for a format that the server does not write, SESSION_NOT_FOUND. */
export async function exportDocument(connection: Connection, request: DocumentRequest): Promise<TimelineDocument> {
  const query = new URLSearchParams({ dropped: '1', ...(request.dropFrame === true ? { drop_frame: '1' } : {}) });
  const file = `timeline.${encodeURIComponent(request.format)}`;
  const data = await connection.request(
    'GET',
    `/api/timeline/nemo_agent/me/${encodeURIComponent(request.sessionId)}/${file}?${query.toString()}`,
    request.signal === undefined ? {} : { signal: request.signal },
  );
  if (typeof data.text !== 'string') throw fail('SERVER_FAULT', { message: 'the server sent no document' });
  const dropped = Array.isArray(data.dropped) ? data.dropped.filter((one): one is string => typeof one === 'string') : [];
  return { text: data.text, extension: textOf(data.extension) || 'txt', dropped };
}
