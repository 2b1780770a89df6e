/** Which voice speaks a script: by what was asked, by the language of the words, else the best there is. */
import { plainRate, scaleRate, type NarrationTake, type SpeakingRate } from '#core/script';
import type { Voice } from '#editor/assets';
import type { Words } from '../words.ts';

export type VoiceWish = {
  /** Words of its name. */
  readonly voice?: string | undefined;
  readonly sex?: 'female' | 'male' | undefined;
  /** Another voice than the last take's. */
  readonly anotherVoice?: boolean | undefined;
};

const alphabets: readonly (readonly [string, RegExp])[] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/gu],
  ['zh', /\p{Script=Han}/gu],
  ['ko', /\p{Script=Hangul}/gu],
  ['ru', /\p{Script=Cyrillic}/gu],
  ['ar', /\p{Script=Arabic}/gu],
  ['he', /\p{Script=Hebrew}/gu],
  ['hi', /\p{Script=Devanagari}/gu],
  ['el', /\p{Script=Greek}/gu],
  ['th', /\p{Script=Thai}/gu],
];

/** Two letters, by the alphabet: a tenth of the letters decide. Latin letters are taken for English. */
export function languageOf(text: string): string {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  return alphabets.find(([, pattern]) => (text.match(pattern)?.length ?? 0) > letters / 10)?.[0] ?? 'en';
}

/** The voice, or a sentence on why there is none and what would give one. */
export function chooseVoice(
  voices: readonly Voice[],
  {
    language,
    last,
    words,
    ...wish
  }: VoiceWish & { readonly language: string; readonly last?: NarrationTake | undefined; readonly words: Words },
): Voice | { readonly why: string } {
  const able = voices.filter(({ languages }) => languages === undefined || languages.includes(language));
  if (able.length === 0) return { why: nobodySpeaks(language, words) };
  if (wish.voice !== undefined) {
    const asked = wish.voice.toLowerCase();
    const named = voices.find(({ id, name }) => id.toLowerCase() === asked || name.toLowerCase().includes(asked));
    if (named === undefined)
      return {
        why: words.say(
          `there is no voice "${wish.voice}"; there are ${able.map(({ id }) => id).join(', ')}`,
          `没有名为“${wish.voice}”的声音；可用：${able.map(({ id }) => id).join('、')}`,
        ),
      };
    return able.includes(named)
      ? named
      : {
          why: words.say(
            `${named.name} does not speak this language; ${nobodySpeaks(language, words)}`,
            `${named.name} 不支持该语言；${nobodySpeaks(language, words)}`,
          ),
        };
  }
  const before = able.find(({ id }) => id === last?.voice);
  if (wish.sex !== undefined) {
    const fitting = able.filter(({ sex }) => sex === wish.sex);
    const other = fitting.find(({ id }) => id !== last?.voice || wish.anotherVoice !== true) ?? fitting[0];
    return (
      other ?? {
        why: words.say(
          `no voice here says that it is ${wish.sex}`,
          `这里没有注明为${wish.sex === 'male' ? '男声' : '女声'}的声音`,
        ),
      }
    );
  }
  if (wish.anotherVoice === true) {
    const next = able[(able.findIndex(({ id }) => id === last?.voice) + 1) % able.length]!;
    return next.id === last?.voice ? { why: words.say('there is no other voice for this language', '该语言没有其他声音') } : next;
  }
  return before ?? able[0]!;
}

function nobodySpeaks(language: string, words: Words): string {
  const [english, chinese] = names[language] ?? [`"${language}"`, `“${language}”`];
  const [get, getChinese] =
    language === 'zh'
      ? ['run rushes models pull kokoro', '请运行 rushes models pull kokoro']
      : ['put a Piper voice of that language into RUSHES_MODELS_DIR', '请将该语言的 Piper 语音放入 RUSHES_MODELS_DIR'];
  return words.say(
    `the built-in voice speaks English only: for ${english} ${get}, or set RUSHES_SPEECH_URL to a speech provider`,
    `内置语音只会说英语：朗读${chinese}${getChinese}，或将 RUSHES_SPEECH_URL 设为语音服务`,
  );
}

const names: Readonly<Record<string, readonly [string, string]>> = {
  zh: ['Chinese', '中文'],
  ja: ['Japanese', '日语'],
  ko: ['Korean', '韩语'],
  ru: ['Russian', '俄语'],
  ar: ['Arabic', '阿拉伯语'],
  he: ['Hebrew', '希伯来语'],
  hi: ['Hindi', '印地语'],
  el: ['Greek', '希腊语'],
  th: ['Thai', '泰语'],
};
/** Least squares over eighteen sentences of narration, lengthened as the narrator speaks them; error 5 % on average. */
const builtInRates: Readonly<Record<string, SpeakingRate>> = {
  slt: { letter: 0.0692, comma: 0.3, stop: 0.45, once: 0.23, character: 0.25 },
  rms: { letter: 0.0778, comma: 0.44, stop: 0.5, once: 0.19, character: 0.25 },
  awb: { letter: 0.074, comma: 0.26, stop: 0.45, once: 0.16, character: 0.25 },
  kal16: { letter: 0.0673, comma: 0.63, stop: 0.6, once: 0.24, character: 0.25 },
};

/** The pace of a voice before it is spoken with: measured for the built-in ones, else 150 words or 240 characters a minute. */
export function rateOf(voice: Pick<Voice, 'id' | 'kind'>): SpeakingRate {
  return (voice.kind === 'built-in' ? builtInRates[voice.id] : undefined) ?? plainRate;
}

/** The rate of the voice that would speak a language here, as its takes so far were measured; 150 words a minute where none would. */
export function expectedRate(
  voices: readonly Voice[],
  takes: readonly NarrationTake[],
  { language, words }: { readonly language: string; readonly words: Words },
): SpeakingRate {
  const voice = chooseVoice(voices, { language, words, last: takes.at(-1) });
  if ('why' in voice) return plainRate;
  return scaleRate(rateOf(voice), takes.findLast((take) => take.voice === voice.id)?.measured ?? 1);
}
