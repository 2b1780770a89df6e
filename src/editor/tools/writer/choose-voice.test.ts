import { describe, expect, test } from 'vitest';
import { voiceModel, type Voice } from '#editor/assets';
import { wordsFor } from '../words.ts';
import { chooseVoice, languageOf } from './choose-voice.ts';

const slt: Voice = { id: 'slt', name: 'built-in voice slt, robotic', kind: 'built-in', languages: ['en'], sex: 'female' };
const rms: Voice = { ...slt, id: 'rms', name: 'built-in voice rms, robotic', sex: 'male' };
const kokoro: Voice = { id: 'kokoro-multi-lang-v1_0', name: 'kokoro-multi-lang-v1_0', kind: 'model', languages: ['en', 'zh'] };
const provider: Voice = { id: 'provider', name: 'alloy (tts-1)', kind: 'provider' };
const base = { words: wordsFor('en'), language: 'en' };
const take = { number: 1, assetId: 'a', voice: 'slt', voiceName: '', pace: 1, measured: 1, lines: [] };

describe('chooseVoice()', () => {
  test.each([
    ['the best first', [kokoro, slt, rms], {}, 'kokoro-multi-lang-v1_0'],
    ['as before', [kokoro, slt, rms], { last: take }, 'slt'],
    ['by name', [kokoro, slt, rms], { voice: 'RMS' }, 'rms'],
    ['by sex', [slt, rms], { sex: 'male' as const }, 'rms'],
    ['another one', [slt, rms], { last: take, anotherVoice: true }, 'rms'],
    ['one that speaks the language', [slt, rms, kokoro], { language: 'zh' }, 'kokoro-multi-lang-v1_0'],
    ['a provider speaks everything', [provider, slt], { language: 'th' }, 'provider'],
  ])('%s', (_name, voices, wish, id) => expect(chooseVoice(voices, { ...base, ...wish })).toMatchObject({ id }));

  test('says what would enable a language that nobody speaks', () => {
    const none = chooseVoice([slt, rms], { ...base, language: 'zh' });
    expect('why' in none && none.why).toMatch(/Chinese.*models pull kokoro.*RUSHES_SPEECH_URL/);
    expect('why' in chooseVoice([slt, kokoro], { ...base, language: 'zh', voice: 'slt' })).toBe(true);
    expect('why' in chooseVoice([slt], { ...base, voice: 'nobody' })).toBe(true);
  });
});

test.each([
  ['Welcome to it', 'en'],
  ['欢迎使用 Rushes', 'zh'],
  ['こんにちは世界', 'ja'],
  ['Добро пожаловать', 'ru'],
  ['1 2 3', 'en'],
])('languageOf(%s)', (text, language) => expect(languageOf(text)).toBe(language));

describe('voiceModel()', () => {
  test.each([
    [
      'kokoro-multi-lang-v1_0',
      ['model.onnx', 'voices.bin', 'tokens.txt', 'lexicon-us-en.txt', 'lexicon-zh.txt', 'espeak-ng-data'],
      'kokoro',
    ],
    [
      'matcha-icefall-zh-baker',
      ['model-steps-3.onnx', 'vocos-22khz-univ.onnx', 'tokens.txt', 'lexicon.txt', 'dict', 'number.fst'],
      'matcha',
    ],
    ['vits-piper-en_US-amy-low', ['en_US-amy-low.onnx', 'tokens.txt', 'espeak-ng-data'], 'vits'],
    ['sherpa-onnx-whisper-tiny', ['tiny-encoder.onnx', 'tiny-decoder.onnx', 'tiny-tokens.txt', 'tokens.txt'], undefined],
    ['sherpa-onnx-sense-voice', ['model.onnx', 'tokens.txt'], undefined],
    ['empty', [], undefined],
  ])('%s', (name, files, kind) => expect(voiceModel(name, files)?.kind).toBe(kind));
});
