/**
 * Words from an endpoint that the operator configured: `POST <base>/audio/transcriptions` of the OpenAI protocol, which hosted and local servers
 * alike speak. Sound leaves this machine for it; without RUSHES_TRANSCRIBE_URL nothing does.
 */
import { openAsBlob } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fail } from '#core/errors';
import type { Config } from '#platform/config';

export type Transcriber = {
  /** What transcripts say heard them. */
  readonly name: string;
  /**
   * What it answered, JSON as text: words with times where it gives them. `language`: `en`, `zh` …, where it is known.
   * Errors: SERVER_UNREACHABLE, SERVER_FAULT, JOB_CANCELED.
   */
  readonly transcribe: (path: string, options: { readonly language?: string; readonly signal?: AbortSignal }) => Promise<string>;
};

type Settings = Pick<Config, 'transcribeUrl' | 'transcribeModel' | 'transcribeKey'>;

const timeoutMs = 600_000;
const attempts = 3;
const mostBytes = 32 * 1_048_576;

/** The configured endpoint, undefined where there is none. Nothing is contacted before it is used. */
export function createTranscriber(config: Settings): Transcriber | undefined {
  const { transcribeUrl: base, transcribeModel: model, transcribeKey: key } = config;
  if (base === undefined) return undefined;
  const url = `${base.replace(/\/+$/, '')}/audio/transcriptions`;
  return {
    name: model,
    transcribe: async (path, { language, signal }) => {
      for (let attempt = 1; ; attempt++) {
        // A form is read once; the file is opened anew for each try.
        const form = new FormData();
        form.set('file', await openAsBlob(path, { type: 'audio/wav' }), 'speech.wav');
        form.set('model', model);
        form.set('response_format', 'verbose_json');
        form.append('timestamp_granularities[]', 'word');
        form.append('timestamp_granularities[]', 'segment');
        form.set('temperature', '0');
        if (language !== undefined) form.set('language', language);
        const answer = await post(url, form, key, signal);
        if (answer.kind === 'text') return answer.text;
        if (!answer.mayPass || attempt === attempts) throw answer.error;
        await setTimeout(
          Math.min(answer.waitMs ?? 500 * 2 ** attempt, 20_000),
          undefined,
          signal === undefined ? {} : { signal },
        ).catch(() => {
          throw fail('JOB_CANCELED');
        });
      }
    },
  };
}

type Answer =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refusal'; readonly error: Error; readonly mayPass: boolean; readonly waitMs?: number };

async function post(url: string, body: FormData, key: string | undefined, signal: AbortSignal | undefined): Promise<Answer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
      body,
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
    if (!response.ok) {
      await response.body?.cancel();
      const after = Number(response.headers.get('retry-after'));
      return {
        kind: 'refusal',
        // Its own words may hold what was sent, the key included.
        error: fail('SERVER_FAULT', { status: response.status, message: 'the transcription endpoint refused the recording' }),
        mayPass: response.status === 429 || response.status >= 500,
        ...(Number.isFinite(after) && after > 0 ? { waitMs: after * 1000 } : {}),
      };
    }
    return { kind: 'text', text: await readText(response) };
  } catch (cause) {
    if (signal?.aborted === true) throw fail('JOB_CANCELED');
    if (cause instanceof Error && 'code' in cause && cause.code === 'SERVER_FAULT') throw cause;
    const error = fail('SERVER_FAULT', { status: 'nothing', message: 'the transcription endpoint cannot be reached' }, { cause });
    return { kind: 'refusal', error, mayPass: true };
  }
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > mostBytes)
      throw fail('SERVER_FAULT', { status: 200, message: `the transcription endpoint sent more than ${mostBytes} bytes` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
