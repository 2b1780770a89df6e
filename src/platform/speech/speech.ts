/**
 * Speech from a provider that the operator configured: `POST <base>/audio/speech` of the OpenAI protocol, which hosted and local servers
 * alike speak. Texts leave this machine for it; without RUSHES_SPEECH_URL nothing does.
 */
import { fail } from '#core/errors';
import type { Config } from '#platform/config';
import { askProvider } from '#platform/provider';

export type SpeechProvider = {
  /** What receipts call it. */
  readonly name: string;
  /** One text as a sound file: WAV where the provider gives it, else what it gave. Errors: VOICE_FAILED, JOB_CANCELED. */
  readonly speak: (text: string, options: { readonly pace: number; readonly signal?: AbortSignal }) => Promise<Uint8Array>;
};

type Settings = Pick<Config, 'speechUrl' | 'speechModel' | 'speechVoice' | 'speechKey'>;

const timeoutMs = 120_000;
/** Ten minutes of WAV at 48 kHz. */
const mostBytes = 64 * 1024 * 1024;

/** The configured provider, undefined where there is none. Nothing is contacted before it is used. */
export function createSpeech(config: Settings): SpeechProvider | undefined {
  const { speechUrl: base, speechModel: model, speechVoice: voice, speechKey: key } = config;
  if (base === undefined) return undefined;
  const name = `${voice} (${model})`;
  return {
    name,
    speak: async (text, { pace, signal }) => {
      const body = JSON.stringify({ model, voice, input: text, response_format: 'wav', ...(pace === 1 ? {} : { speed: pace }) });
      const answer = await askProvider({ base, path: '/audio/speech', key, body: () => body, timeoutMs, mostBytes, signal });
      if (!answer.ok) throw fail('VOICE_FAILED', { name, reason: answer.reason });
      return answer.bytes;
    },
  };
}
