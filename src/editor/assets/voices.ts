/** Which voices can speak here: a provider that was configured, models that were pulled, and the built-in one. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EditorContext } from '#editor/context';
import type { VoiceChoice, VoiceModel } from '#engine/tasks';
import { models as registry, modelsFolder } from '#platform/models';
import { createSpeech } from '#platform/speech';
import { recogniserModel } from './words/recognisers.ts';

export type Voice = {
  /** `slt`, `kokoro-multi-lang-v1_0` …; what users and takes name it by. */
  readonly id: string;
  /** As receipts say it. */
  readonly name: string;
  readonly kind: 'provider' | 'model' | 'built-in';
  /** Languages it speaks, as two letters; absent: whatever it is given. */
  readonly languages?: readonly string[];
  readonly sex?: 'female' | 'male';
  /** Absent for a provider. */
  readonly choice?: VoiceChoice;
};

const builtIn: readonly Voice[] = (
  [
    ['slt', 'female'],
    ['rms', 'male'],
    ['awb', 'male'],
    ['kal16', 'male'],
  ] as const
).map(([name, sex]) => ({
  id: name,
  name: `built-in voice ${name}, robotic`,
  kind: 'built-in',
  languages: ['en'],
  sex,
  choice: { kind: 'built-in', name },
}));

/** The best first: provider, models by name, built-in. */
export async function listVoices(ctx: Pick<EditorContext, 'config'>): Promise<readonly Voice[]> {
  const provider = createSpeech(ctx.config);
  const models = await modelVoices(modelsFolder(ctx.config));
  return [
    ...(provider === undefined ? [] : [{ id: 'provider', name: provider.name, kind: 'provider' } as const]),
    ...models,
    ...builtIn,
  ];
}

async function modelVoices(folder: string): Promise<Voice[]> {
  const names = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: Voice[] = [];
  for (const entry of names.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    const own = join(folder, entry.name);
    const files = await readdir(own).catch(() => []);
    // SenseVoice has one model and tokens, as some voices do.
    const model = recogniserModel(entry.name, files) === undefined ? voiceModel(entry.name, files) : undefined;
    if (model === undefined) continue;
    const languages = languagesOf(entry.name, model);
    found.push({
      id: entry.name,
      name: entry.name,
      kind: 'model',
      ...(languages.length === 0 ? {} : { languages }),
      choice: { kind: 'model', folder: own, model, language: 'en' },
    });
  }
  return found;
}

/** What kind of voice lies in a folder, by its files as sherpa-onnx publishes them; undefined where it is none. */
export function voiceModel(name: string, files: readonly string[]): VoiceModel | undefined {
  const has = (file: string): boolean => files.includes(file);
  const weights = files.filter((file) => file.endsWith('.onnx')).toSorted();
  const isVocoder = (file: string): boolean => /vocos|hifigan|vocoder/i.test(file);
  const acoustic = weights.filter((file) => !isVocoder(file));
  const model = acoustic.find((file) => !/int8|fp16/.test(file)) ?? acoustic[0];
  // A recogniser has tokens too, but an encoder and a decoder, or says what it is.
  if (model === undefined || !has('tokens.txt') || acoustic.some((file) => /encoder|decoder|joiner|ctc|asr|vad/i.test(file)))
    return undefined;
  const shared = {
    name,
    model,
    tokens: 'tokens.txt',
    lexicons: files.filter((file) => /^lexicon.*\.txt$/.test(file) && !/-gb-/.test(file)).toSorted(),
    rules: ['phone', 'date', 'number', 'phone-zh', 'date-zh', 'number-zh'].map((rule) => `${rule}.fst`).filter(has),
    ...(has('espeak-ng-data') ? { dataFolder: 'espeak-ng-data' } : {}),
    ...(has('dict') ? { dictionary: 'dict' } : {}),
  };
  if (has('voices.bin')) return { ...shared, kind: 'kokoro', voices: 'voices.bin' };
  const vocoder = weights.find(isVocoder);
  if (vocoder !== undefined) return { ...shared, kind: 'matcha', vocoder };
  const isSpoken =
    /vits|piper|tts|mms|melo|coqui|aishell|voice/i.test(name) && (shared.dataFolder !== undefined || shared.lexicons.length > 0);
  return isSpoken ? { ...shared, kind: 'vits' } : undefined;
}

/** Two letters each, as the list of models says, else from the names as their publishers write them; none where they do not say. */
function languagesOf(name: string, { kind, lexicons, model }: VoiceModel): string[] {
  const listed = registry.find((entry) => entry.name === name)?.languages;
  if (listed !== undefined) return [...(listed.includes('English') ? ['en'] : []), ...(listed.includes('Chinese') ? ['zh'] : [])];
  if (kind === 'kokoro') return lexicons.some((file) => file.includes('zh')) || /multi/.test(name) ? ['en', 'zh'] : ['en'];
  const written = [
    ...`${name}/${model}`
      .toLowerCase()
      .matchAll(
        /(?<=^|[-_./])(?:zh|cn|en|de|es|fr|it|pt|ru|ja|ko|nl|pl|uk|tr|ar|hi|vi|sv|fi|cs|el|hu|ro|fa|ca|da|no|is)(?=$|[-_./])/g,
      ),
  ];
  return [...new Set(written.map(([code]) => (code === 'cn' ? 'zh' : code)))];
}

/** The choice for a worker: it knows which of a model's speakers suits a language. */
export function choiceFor(choice: VoiceChoice, language: string): VoiceChoice {
  return choice.kind === 'model' ? { ...choice, language } : choice;
}
