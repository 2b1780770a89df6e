/**
 * Every setting there is: its name in the environment, its default, its unit and its range, in one place. The reference
 * page, `rushes doctor` and the messages for wrong settings come from here.
 */
import { cpus } from 'node:os';
import { z } from 'zod';

const flag = z.enum(['on', 'off']).transform((value) => value === 'on');
const count = (minimum: number, maximum: number) => z.coerce.number().int().min(minimum).max(maximum);
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);

/** `edit=1,generate=5` → { edit: 1, generate: 5 } */
const costs = z.string().transform((text, context) => {
  const table: Record<string, number> = {};
  for (const part of text.split(',').filter((piece) => piece.trim() !== '')) {
    const [name, cost] = part.split('=').map((piece) => piece.trim());
    const value = Number(cost);
    if (name === undefined || name === '' || !Number.isInteger(value) || value < 0) {
      context.addIssue({ code: 'custom', message: `"${part}" is not <operation>=<credits>` });
      return z.NEVER;
    }
    table[name] = value;
  }
  return table;
});

/** One setting: `key` in Config, `env` in the environment. */
export type Setting = {
  readonly env: string;
  readonly describe: string;
  /** As it would be written in the environment; absent: unset. */
  readonly fallback?: string;
  readonly schema: z.ZodType;
  /** Never shown. */
  readonly secret?: true;
};

function setting<Schema extends z.ZodType>(
  env: string,
  describe: string,
  schema: Schema,
  options: { readonly fallback?: string; readonly secret?: true } = {},
): Setting & { readonly schema: Schema } {
  return { env, describe, schema, ...options };
}

export const settings = {
  dataFolder: setting('RUSHES_DATA', 'Folder of the database and of all media', z.string().min(1), { fallback: '~/.rushes' }),
  host: setting('RUSHES_HOST', 'Address the server listens on', z.string().min(1), { fallback: '127.0.0.1' }),
  port: setting('RUSHES_PORT', 'Port the server listens on; 0 takes a free one', count(0, 65_535), { fallback: '8787' }),
  publicUrl: setting(
    'RUSHES_PUBLIC_URL',
    'Address clients reach the server at, for links in replies; unset: the address it listens on',
    z.url({ protocol: /^https?$/ }).optional(),
  ),
  trustProxy: setting('RUSHES_TRUST_PROXY', 'Take the client address from X-Forwarded-For: on, off', flag, { fallback: 'off' }),
  logLevel: setting(
    'RUSHES_LOG_LEVEL',
    'Least level that is logged: error, warn, info, debug',
    z.enum(['error', 'warn', 'info', 'debug']),
    {
      fallback: 'info',
    },
  ),
  logFile: setting('RUSHES_LOG_FILE', 'File the log is appended to; unset: standard error', z.string().min(1).optional()),
  uploadLimitBytes: setting(
    'RUSHES_UPLOAD_LIMIT_MB',
    'Largest upload in MB of 1 048 576 bytes',
    count(1, 1_000_000).transform((mb) => mb * 1_048_576),
    {
      fallback: '500',
    },
  ),
  diskReserveBytes: setting(
    'RUSHES_DISK_RESERVE_MB',
    'Free space in MB below which uploads and renders are refused',
    count(0, 10_000_000).transform((mb) => mb * 1_048_576),
    { fallback: '2048' },
  ),
  diskReservePercent: setting(
    'RUSHES_DISK_RESERVE_PERCENT',
    'Free space in percent of the disk below which uploads and renders are refused, where that is less than the reserve in MB',
    z.coerce.number().min(0).max(50),
    {
      fallback: '5',
    },
  ),
  hardware: setting(
    'RUSHES_HARDWARE',
    'Encode on graphics hardware (NVENC, Quick Sync, AMF) where a trial of it works and nothing can be copied: auto, off',
    z.enum(['auto', 'off']),
    { fallback: 'off' },
  ),
  cacheLimitBytes: setting(
    'RUSHES_CACHE_MB',
    'Room in MB for what renders may use again (encoded ranges, mixes); 0: nothing is kept',
    count(0, 10_000_000).transform((mb) => mb * 1_048_576),
    { fallback: '4096' },
  ),
  tokenDays: setting('RUSHES_TOKEN_DAYS', 'Days a token is valid', count(1, 3650), { fallback: '7' }),
  anonymousCredits: setting('RUSHES_ANONYMOUS_CREDITS', 'Credits a new anonymous user gets', count(0, 1_000_000_000), {
    fallback: '100',
  }),
  tokensPerClient: setting('RUSHES_TOKENS_PER_CLIENT', 'Tokens one client id gets in 7 days; 0: no limit', count(0, 1_000_000), {
    fallback: '1',
  }),
  tokensPerAddress: setting('RUSHES_TOKENS_PER_IP', 'Tokens one address gets in 7 days; 0: no limit', count(0, 1_000_000), {
    fallback: '10',
  }),
  runsPerMinute: setting('RUSHES_RUNS_PER_MINUTE', 'Messages one user may send in a minute; 0: no limit', count(0, 1_000_000), {
    fallback: '600',
  }),
  registerUrl: setting(
    'RUSHES_REGISTER_URL',
    'Page where users register, for the message on missing credits; unset: <public URL>/register',
    z.url().optional(),
  ),
  attributionRule: setting('RUSHES_ATTRIBUTION', 'Exports need the three X-Skill headers: on, off', flag, { fallback: 'on' }),
  heartbeatSeconds: setting('RUSHES_HEARTBEAT_SECONDS', 'Seconds between heartbeats on event streams', count(1, 60), {
    fallback: '12',
  }),
  heartbeatStyle: setting(
    'RUSHES_HEARTBEAT',
    'How a heartbeat is written: comment, data, event',
    z.enum(['comment', 'data', 'event']),
    { fallback: 'comment' },
  ),
  turnSeconds: setting('RUSHES_TURN_SECONDS', 'Longest turn in seconds', count(10, 86_400), { fallback: '900' }),
  workers: setting('RUSHES_WORKERS', 'Media worker processes at once', count(1, 256), {
    fallback: String(Math.max(1, cpus().length)),
  }),
  workerMemoryBytes: setting(
    'RUSHES_WORKER_MEMORY_MB',
    'Memory of one media worker in MB',
    count(128, 1_000_000).transform((mb) => mb * 1_048_576),
    {
      fallback: '1024',
    },
  ),
  sandbox: setting(
    'RUSHES_SANDBOX',
    'Confine media workers with bubblewrap where it is installed: auto, off',
    z.enum(['auto', 'off']),
    { fallback: 'auto' },
  ),
  leaseSeconds: setting(
    'RUSHES_LEASE_SECONDS',
    'Seconds without a sign of life after which a job is taken over',
    count(2, 3600),
    { fallback: '15' },
  ),
  drainSeconds: setting('RUSHES_DRAIN_SECONDS', 'Seconds that running work gets to end at shutdown', count(0, 3600), {
    fallback: '25',
  }),
  creditMode: setting(
    'RUSHES_CREDITS',
    'free: only paid providers cost credits; metered: edits as well',
    z.enum(['free', 'metered']),
    { fallback: 'free' },
  ),
  creditCosts: setting('RUSHES_CREDIT_COSTS', 'Credits per operation, `edit` only in metered mode: edit=1,generate=5', costs, {
    fallback: 'edit=1,generate=5',
  }),
  linkSeconds: setting('RUSHES_LINK_SECONDS', 'Seconds a signed link is valid', count(60, 31_536_000), { fallback: '86400' }),
  outputDays: setting('RUSHES_OUTPUT_DAYS', 'Days a finished export is kept', count(1, 3650), { fallback: '7' }),
  model: setting(
    'RUSHES_MODEL',
    '`rules` (built in), or <provider>:<model> such as anthropic:…, google:…, ollama:… or openai-compatible:…',
    z.string().min(1),
    {
      fallback: 'rules',
    },
  ),
  modelUrl: setting(
    'RUSHES_MODEL_URL',
    'Base URL of the provider, where it is not the usual one',
    z.url({ protocol: /^https?$/ }).optional(),
  ),
  modelKey: setting('RUSHES_MODEL_KEY', 'Key for the provider', z.string().min(1).optional(), { secret: true }),
  modelWaitSeconds: setting(
    'RUSHES_MODEL_WAIT_SECONDS',
    'Seconds that a model may be silent before the built-in rules take over',
    count(1, 3600),
    { fallback: '60' },
  ),
  modelSees: setting(
    'RUSHES_MODEL_SEES',
    'The model understands pictures, so that scripts are written from what is seen: on, off',
    flag,
    {
      fallback: 'off',
    },
  ),
  speechUrl: setting(
    'RUSHES_SPEECH_URL',
    'Base URL of an OpenAI-compatible speech provider that speaks narration; unset: voices on this machine',
    z.url({ protocol: /^https?$/ }).optional(),
  ),
  speechModel: setting('RUSHES_SPEECH_MODEL', 'Model of the speech provider', z.string().min(1), { fallback: 'tts-1' }),
  speechVoice: setting('RUSHES_SPEECH_VOICE', 'Voice of the speech provider', z.string().min(1), { fallback: 'alloy' }),
  speechKey: setting('RUSHES_SPEECH_KEY', 'Key for the speech provider', z.string().min(1).optional(), { secret: true }),
  modelsFolder: setting(
    'RUSHES_MODELS_DIR',
    'Folder of optional local models; unset: <data folder>/models',
    z.string().min(1).optional(),
  ),
  modelsUrl: setting(
    'RUSHES_MODELS_URL',
    'Address that models are fetched from, laid out as the releases of sherpa-onnx; unset: those on GitHub',
    z.url({ protocol: /^https?$/ }).optional(),
  ),
  recogniser: setting(
    'RUSHES_RECOGNISER',
    'Model that hears words, by its name in the models folder, or pocketsphinx; unset: the endpoint, else the best model there is',
    z.string().min(1).optional(),
  ),
  transcribeUrl: setting(
    'RUSHES_TRANSCRIBE_URL',
    'Base URL of an OpenAI-compatible transcription endpoint, such as https://api.openai.com/v1; unset: words are heard on this machine or not at all',
    z.url({ protocol: /^https?$/ }).optional(),
  ),
  transcribeModel: setting('RUSHES_TRANSCRIBE_MODEL', 'Model of the transcription endpoint', z.string().min(1), {
    fallback: 'whisper-1',
  }),
  transcribeKey: setting('RUSHES_TRANSCRIBE_KEY', 'Key for the transcription endpoint', z.string().min(1).optional(), {
    secret: true,
  }),
  fetchAllow: setting(
    'RUSHES_FETCH_ALLOW',
    'Hosts with port that uploads by URL may reach although they are not public: nas.lan:8080,10.0.0.5:80',
    list,
    { fallback: '' },
  ),
  fetchSeconds: setting('RUSHES_FETCH_SECONDS', 'Longest fetch of a URL in seconds', count(1, 86_400), { fallback: '900' }),
  clientUrl: setting(
    'NEMO_API_URL',
    'Server that the command line talks to; unset: its own embedded one',
    z.url({ protocol: /^https?$/ }).optional(),
  ),
  clientToken: setting('NEMO_TOKEN', 'Token for that server', z.string().min(1).optional(), { secret: true }),
} as const;

export type SettingKey = keyof typeof settings;

/** All settings, parsed; sizes in bytes, spans of time in the unit of the name. */
export type Config = { readonly [Key in SettingKey]: z.output<(typeof settings)[Key]['schema']> };
