/** What on this machine, or configured for it, can hear words. */
import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fail } from '#core/errors';
import type { EditorContext } from '#editor/context';
import type { RecogniserChoice, RecogniserModel } from '#engine/tasks';
import { modelsFolder } from '#platform/models';
import { createTranscriber, type Transcriber } from '#platform/transcribe';

export type Hearing =
  | { readonly kind: 'endpoint'; readonly name: string; readonly transcriber: Transcriber }
  | { readonly kind: 'sherpa' | 'pocketsphinx'; readonly name: string; readonly choice: RecogniserChoice };

/** The better ones first. */
const preferred = [
  'parakeet',
  'whisper-large',
  'whisper-medium',
  'whisper-small',
  'sense-voice',
  'whisper-base',
  'moonshine',
  'whisper',
];
const pocketsphinx = { program: '/usr/bin/pocketsphinx_continuous', model: '/usr/share/pocketsphinx/model/en-us/en-us' };

/**
 * What RUSHES_RECOGNISER names; else the endpoint, the best model, and PocketSphinx where the machine has it. Undefined for none, or `off`.
 * Errors: MODEL_MISSING for a name that is not here.
 */
export async function chooseHearing({ config }: Pick<EditorContext, 'config'>): Promise<Hearing | undefined> {
  const wanted = config.recogniser;
  if (wanted === 'off') return undefined;
  const transcriber = createTranscriber(config);
  if (transcriber !== undefined && (wanted === undefined || wanted === 'endpoint'))
    return { kind: 'endpoint', name: transcriber.name, transcriber };
  const found = await installedRecognisers(modelsFolder(config));
  const rank = ({ model }: (typeof found)[number]) => {
    const place = preferred.findIndex((name) => model.name.includes(name));
    return place < 0 ? preferred.length : place;
  };
  const best =
    wanted === undefined ? found.toSorted((a, b) => rank(a) - rank(b))[0] : found.find(({ model }) => model.name === wanted);
  if (best !== undefined) return { kind: 'sherpa', name: best.model.name, choice: { kind: 'model', ...best } };
  if ((wanted === undefined || wanted === 'pocketsphinx') && (await hasPocketsphinx()))
    return { kind: 'pocketsphinx', name: 'pocketsphinx', choice: { kind: 'pocketsphinx' } };
  if (wanted !== undefined) throw fail('MODEL_MISSING', { what: `RUSHES_RECOGNISER=${wanted}` });
  return undefined;
}

async function hasPocketsphinx(): Promise<boolean> {
  return Promise.all([access(pocketsphinx.program), access(pocketsphinx.model)]).then(
    () => true,
    () => false,
  );
}

async function installedRecognisers(folder: string): Promise<{ readonly folder: string; readonly model: RecogniserModel }[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = [];
  for (const entry of entries) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const own = join(folder, entry.name);
    const model = recogniserModel(entry.name, await readdir(own).catch(() => []));
    if (model !== undefined) found.push({ folder: own, model });
  }
  return found;
}

/** What kind of recogniser lies in a folder, by its files as sherpa-onnx publishes them; undefined where it is none. Small weights before large. */
export function recogniserModel(name: string, files: readonly string[]): RecogniserModel | undefined {
  const find = (pattern: RegExp): string | undefined => {
    const fitting = files.filter((file) => pattern.test(file)).toSorted();
    return fitting.find((file) => file.includes('int8')) ?? fitting[0];
  };
  const tokens = find(/tokens\.txt$/);
  if (tokens === undefined) return undefined;
  const all = (
    kind: RecogniserModel['kind'],
    parts: Readonly<Record<string, string | undefined>>,
  ): RecogniserModel | undefined => {
    const named = Object.entries({ tokens, ...parts });
    return named.every(([, file]) => file !== undefined)
      ? { name, kind, files: Object.fromEntries(named) as Record<string, string> }
      : undefined;
  };
  return (
    all('moonshine', {
      preprocessor: find(/^preprocess.*\.onnx$/),
      encoder: find(/^encode[.\-_].*onnx$/),
      uncachedDecoder: find(/^uncached_decode.*\.onnx$/),
      cachedDecoder: find(/^cached_decode.*\.onnx$/),
    }) ??
    all('transducer', {
      encoder: find(/^encoder.*\.onnx$/),
      decoder: find(/^decoder.*\.onnx$/),
      joiner: find(/^joiner.*\.onnx$/),
    }) ??
    all('whisper', { encoder: find(/-encoder.*\.onnx$/), decoder: find(/-decoder.*\.onnx$/) }) ??
    (/sense-?voice/i.test(name) ? all('sense-voice', { model: find(/^model.*\.onnx$/) }) : undefined)
  );
}
