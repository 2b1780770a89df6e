/**
 * Words from an endpoint that the operator configured: `POST <base>/audio/transcriptions` of the OpenAI protocol, which hosted and local servers
 * alike speak. Sound leaves this machine for it; without RUSHES_TRANSCRIBE_URL nothing does.
 */
import { openAsBlob } from 'node:fs';
import { fail } from '#core/errors';
import type { Config } from '#platform/config';
import { askProvider } from '#platform/provider';

export type Transcriber = {
  /** What transcripts say heard them. */
  readonly name: string;
  /**
   * What it answered, JSON as text: words with times where it gives them. `language`: `en`, `zh` …, where it is known.
   * Errors: SERVER_FAULT, JOB_CANCELED.
   */
  readonly transcribe: (path: string, options: { readonly language?: string; readonly signal?: AbortSignal }) => Promise<string>;
};

type Settings = Pick<Config, 'transcribeUrl' | 'transcribeModel' | 'transcribeKey'>;

const timeoutMs = 600_000;
const mostBytes = 32 * 1_048_576;

/** The configured endpoint, undefined where there is none. Nothing is contacted before it is used. */
export function createTranscriber(config: Settings): Transcriber | undefined {
  const { transcribeUrl: base, transcribeModel: model, transcribeKey: key } = config;
  if (base === undefined) return undefined;
  return {
    name: model,
    transcribe: async (path, { language, signal }) => {
      const body = () => formOf(path, model, language);
      const answer = await askProvider({ base, path: '/audio/transcriptions', key, body, timeoutMs, mostBytes, signal });
      if (answer.ok) return answer.bytes.toString('utf8');
      throw fail('SERVER_FAULT', { status: answer.status ?? 'nothing', message: `for the transcription, ${answer.reason}` });
    },
  };
}

async function formOf(path: string, model: string, language: string | undefined): Promise<FormData> {
  const form = new FormData();
  form.set('file', await openAsBlob(path, { type: 'audio/wav' }), 'speech.wav');
  form.set('model', model);
  form.set('response_format', 'verbose_json');
  form.append('timestamp_granularities[]', 'word');
  form.append('timestamp_granularities[]', 'segment');
  form.set('temperature', '0');
  if (language !== undefined) form.set('language', language);
  return form;
}
