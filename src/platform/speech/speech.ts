/**
 * Speech from a provider that the operator configured: `POST <base>/audio/speech` of the OpenAI protocol, which hosted and local servers
 * alike speak. Texts leave this machine for it; without RUSHES_SPEECH_URL nothing does.
 */
import { setTimeout } from 'node:timers/promises';
import { fail } from '#core/errors';
import type { Config } from '#platform/config';

export type SpeechProvider = {
  /** What receipts call it. */
  readonly name: string;
  /** One text as a sound file: WAV where the provider gives it, else what it gave. Errors: VOICE_FAILED, JOB_CANCELED. */
  readonly speak: (text: string, options: { readonly pace: number; readonly signal?: AbortSignal }) => Promise<Uint8Array>;
};

type Settings = Pick<Config, 'speechUrl' | 'speechModel' | 'speechVoice' | 'speechKey'>;

const timeoutMs = 120_000;
const attempts = 3;
/** Ten minutes of WAV at 48 kHz. */
const mostBytes = 64 * 1024 * 1024;

/** The configured provider, undefined where there is none. Nothing is contacted before it is used. */
export function createSpeech(config: Settings): SpeechProvider | undefined {
  const { speechUrl: base, speechModel: model, speechVoice: voice, speechKey: key } = config;
  if (base === undefined) return undefined;
  const url = `${base.replace(/\/+$/, '')}/audio/speech`;
  const name = `${voice} (${model})`;
  return {
    name,
    speak: async (text, { pace, signal }) => {
      const body = JSON.stringify({ model, voice, input: text, response_format: 'wav', ...(pace === 1 ? {} : { speed: pace }) });
      for (let attempt = 1; ; attempt++) {
        const answer = await post(url, body, { name, key, signal });
        if (answer.kind === 'sound') return answer.bytes;
        if (!answer.mayPass || attempt === attempts) throw fail('VOICE_FAILED', { name, reason: answer.reason });
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
  | { readonly kind: 'sound'; readonly bytes: Uint8Array }
  | { readonly kind: 'refusal'; readonly reason: string; readonly mayPass: boolean; readonly waitMs?: number };

type Posting = { readonly name: string; readonly key: string | undefined; readonly signal: AbortSignal | undefined };

async function post(url: string, body: string, { key, signal }: Posting): Promise<Answer> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      headers: { 'Content-Type': 'application/json', ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }) },
      body,
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
    if (!response.ok) {
      await response.body?.cancel();
      const after = Number(response.headers.get('retry-after'));
      return {
        kind: 'refusal',
        // Its own words may hold what was sent, the key included.
        reason: `the provider answered with status ${response.status}`,
        mayPass: response.status === 429 || response.status >= 500,
        ...(Number.isFinite(after) && after > 0 ? { waitMs: after * 1000 } : {}),
      };
    }
    return await readSound(response);
  } catch (error) {
    if (signal?.aborted === true) throw fail('JOB_CANCELED');
    if (timeout.aborted)
      return { kind: 'refusal', reason: `the provider did not answer within ${timeoutMs / 1000} s`, mayPass: false };
    return { kind: 'refusal', reason: `the provider cannot be reached (${codeOf(error)})`, mayPass: true };
  }
}

async function readSound(response: Response): Promise<Answer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > mostBytes) return { kind: 'refusal', reason: 'the provider sent too much', mayPass: false };
  }
  if (bytes === 0) return { kind: 'refusal', reason: 'the provider sent no sound', mayPass: true };
  return { kind: 'sound', bytes: Buffer.concat(chunks) };
}

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause !== null && typeof cause === 'object' && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : 'no connection';
}
