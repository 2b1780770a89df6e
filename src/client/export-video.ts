/** From a draft to a file: check, start, poll, one retry with a new id, the address of the result. */
import { fail, isEditorError } from '#core/errors';
import type { Connection } from './connection.ts';
import { isObject, textOf, type Json } from './json.ts';
import { hasContent, readState } from './session.ts';

export type ExportOptions = {
  readonly sessionId: string;
  /** `{ format: 'mp4', quality: 'high', resolution?: '1080p' … }` */
  readonly output?: Json;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly fraction: number; readonly etaSeconds?: number }) => void;
};

export type Exported = { readonly renderId: string; readonly url: string; readonly status: Json };

/** Longest pause between two looks; the API's clients are told 30 s. */
const longestPauseMs = 30_000;

/** Errors: RENDER_EMPTY, EXPORT_BLOCKED, PROOF_FAILED or SERVER_FAULT where the render failed twice. */
export async function exportVideo(connection: Connection, options: ExportOptions): Promise<Exported> {
  const { draft } = await readState(connection, options.sessionId, options.signal);
  if (!hasContent(draft)) throw fail('RENDER_EMPTY');
  for (let tries = 0; ; tries++) {
    try {
      return await renderOnce(connection, options, draft);
    } catch (error) {
      if (
        tries > 0 ||
        !(isEditorError(error, 'SERVER_FAULT') || isEditorError(error, 'PROOF_FAILED') || isEditorError(error, 'INTERNAL'))
      )
        throw error;
    }
  }
}

async function renderOnce(connection: Connection, options: ExportOptions, draft: Json | undefined): Promise<Exported> {
  const id = `render_${connection.clock.now()}_${connection.newId().slice(0, 8)}`;
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  // A preset says what kind of file and how good; beside it these would be orders.
  const usual = options.output?.preset === undefined ? { format: 'mp4', quality: 'high' } : {};
  const output = { ...usual, ...options.output };
  let status = await connection.request('POST', '/api/render/proxy/lambda', {
    json: { id, sessionId: options.sessionId, draft, output },
    ...signal,
  });
  let pause = 250;
  for (;;) {
    const state = textOf(status.status ?? 'pending');
    if (state === 'completed') return { renderId: id, url: urlOf(connection, status, id), status };
    if (state === 'failed' || state === 'cancelled') throw renderFailure(state, status);
    options.onProgress?.({
      fraction: Number(status.progress ?? 0),
      ...(typeof status.eta_seconds === 'number' ? { etaSeconds: status.eta_seconds } : {}),
    });
    // Servers that know `wait` answer when something changes; the others are asked less and less often.
    await connection.clock.sleep(pause, options.signal);
    pause = Math.min(longestPauseMs, pause * 1.5);
    const asked = connection.clock.now();
    status = await connection.request('GET', `/api/render/proxy/lambda/${encodeURIComponent(id)}?wait=10`, signal);
    if (connection.clock.now() - asked > 2000) pause = 250;
  }
}

function renderFailure(state: string, status: Json) {
  if (state === 'cancelled') return fail('JOB_CANCELED');
  const error = status.error;
  const message = textOf(isObject(error) ? error.message : error) || 'the render failed';
  return fail('SERVER_FAULT', { status: 'failed', message });
}

function urlOf(connection: Connection, status: Json, id: string): string {
  const output = isObject(status.output) ? status.output : {};
  const url = [output.url, status.outputUrl].find((value): value is string => typeof value === 'string' && value !== '');
  return url ?? `${connection.baseUrl}/api/render/proxy/${encodeURIComponent(id)}/download`;
}

/** Opens the finished file; falls back to the download route where the address does not answer. */
export async function openExport(connection: Connection, exported: Exported, signal?: AbortSignal): Promise<Response> {
  const request = signal === undefined ? {} : { signal };
  const route = `/api/render/proxy/${encodeURIComponent(exported.renderId)}/download`;
  if (new URL(exported.url, connection.baseUrl).origin === new URL(connection.baseUrl).origin) {
    try {
      return await connection.open('GET', exported.url, request);
    } catch (error) {
      if (exported.url.endsWith(route)) throw error;
      return connection.open('GET', route, request);
    }
  }
  // A foreign host gets no token of ours.
  const answer = await fetch(exported.url, request);
  return answer.ok ? answer : connection.open('GET', route, request);
}
