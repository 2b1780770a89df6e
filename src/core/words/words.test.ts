import { expect, test } from 'vitest';
import type { Word } from '#core/facts';
import { milliseconds, rangeEnd, toMilliseconds } from '#core/time';
import { captionCues } from './caption-cues.ts';
import { cutsForWords, fillerAir, sentenceAir } from './cut-words.ts';
import { fillerWords } from './fillers.ts';
import { findPassages } from './find-passages.ts';
import { findRetakes } from './retakes.ts';
import { sentencesOf } from './sentences.ts';
import { splitWords } from './word-text.ts';

/** Words of 300 ms, 100 ms apart; `|` is a pause of a second. */
function spoken(text: string): Word[] {
  let at = 500;
  return text.split(/(\|)/).flatMap((part) => {
    if (part === '|') at += 900;
    if (part === '|') return [];
    return splitWords(part).map((word) => {
      const start = at;
      at += 400;
      return { text: word, start: milliseconds(start), end: milliseconds(start + 300) };
    });
  });
}

const textOf = (words: readonly Word[], indices: readonly number[]) => indices.map((index) => words[index]!.text);

test('sentences end at full stops, not at abbreviations; without any punctuation at breaths', () => {
  expect(sentencesOf({ words: spoken('Dr. Smith came. He left! Why?') }).map(({ text }) => text)).toEqual([
    'Dr. Smith came.',
    'He left!',
    'Why?',
  ]);
  expect(sentencesOf({ words: spoken('first we look|then we talk') }).map(({ text }) => text)).toEqual([
    'first we look',
    'then we talk',
  ]);
  expect(sentencesOf({ words: spoken('大家好。今天讲价格。') }).map(({ text }) => text)).toEqual(['大家好。', '今天讲价格。']);
});

test('cuts lie in the gaps, leave air where there is some and never touch a neighbour', () => {
  const words = spoken('One two.|Three um four.|Five six.');
  const all = sentencesOf({ words });
  const [sentence] = cutsForWords(words, [2, 3, 4], sentenceAir, milliseconds(9000));
  expect(toMilliseconds(sentence!.start)).toBe(toMilliseconds(all[0]!.end) + 200);
  expect(toMilliseconds(rangeEnd(sentence!))).toBe(toMilliseconds(all[2]!.start) - 150);
  const [filler] = cutsForWords(words, [3], fillerAir, milliseconds(9000));
  expect(toMilliseconds(filler!.start) - toMilliseconds(words[2]!.end)).toBe(60);
  expect(toMilliseconds(words[4]!.start) - toMilliseconds(rangeEnd(filler!))).toBe(60);
  // No gap at all: exactly at the border.
  const tight = spoken('a b c').map((word, index) => ({
    ...word,
    start: milliseconds(index * 300),
    end: milliseconds(index * 300 + 300),
  }));
  expect(cutsForWords(tight, [1], fillerAir, milliseconds(900))).toMatchObject([
    { start: milliseconds(300), duration: milliseconds(300) },
  ]);
  // Head and tail go with the words beside them.
  expect(cutsForWords(words, [0, 1], sentenceAir, milliseconds(9000))[0]!.start).toBe(0);
});

test('fillers by themselves, and words that are asked for', () => {
  const words = spoken('Um, so I, uhh, think like, hmm, you know, it is like umbrella season, er.');
  expect(textOf(words, fillerWords(words))).toEqual(['Um,', 'uhh,', 'hmm,', 'er.']);
  expect(textOf(words, fillerWords(words, ['um']))).toEqual(['Um,']);
  expect(textOf(words, fillerWords(words, ['like', 'you know']))).toEqual(['like,', 'like', 'you', 'know,']);
  const chinese = spoken('嗯，我们呃今天讲价格。');
  expect(textOf(chinese, fillerWords(chinese))).toEqual(['嗯，', '呃']);
});

test.each([
  ['Welcome to the channel. Welcome to the channel. Today we cut.', ['Welcome to the channel.']],
  ['Today we will talk|Today we will talk about pricing. It is simple.', ['Today we will talk']],
  [
    'It costs ten dollars a month. Sorry, again. It costs twenty dollars a month. Thanks.',
    ['It costs ten dollars a month.', 'Sorry, again.'],
  ],
  ['We win. We lose. We win again and again.', []],
  ['I have a dream today. Something else is said here. I have a dream today.', []],
  ['It costs ten dollars a month. It costs twenty dollars a month.', []],
  ['今天我们来讲价格。不好意思。今天我们来讲价格。', ['今天我们来讲价格。', '不好意思。']],
])('retakes of %s', (text, expected) => {
  expect(findRetakes({ words: spoken(text) }).map((retake) => retake.text)).toEqual(expected);
});

test('what is spoken of is found by what words mean, exact words first', () => {
  const sentences = sentencesOf({
    words: spoken(
      'Welcome back. Our prices changed in May. The weather is fine. We talk about the price of gold and the weather.',
    ),
  });
  const found = (wanted: string) => findPassages(sentences, wanted).map(({ index }) => index);
  expect(found('pricing')).toEqual([1, 3]);
  expect(found('the weather is fine')).toEqual([2]);
  expect(found('gold prices')).toEqual([3]);
  expect(found('cats')).toEqual([]);
  expect(found('the')).toEqual([]);
  const chinese = sentencesOf({ words: spoken('大家好。今天讲价格。明天讲天气。') });
  expect(findPassages(chinese, '价格').map(({ index }) => index)).toEqual([1]);
  expect(findPassages(chinese, '关于天气的').map(({ index }) => index)).toEqual([2]);
});

test('captions keep the times of words, fit two lines and follow each other without a flicker', () => {
  const words = spoken(
    'Welcome back to the channel where we look at how long captions are split into parts that people can read in time. Short. 你好，世界。',
  );
  const cues = captionCues({ words }, { frameRate: { num: 25, den: 1 } });
  expect(cues.length).toBeGreaterThanOrEqual(4);
  const said = cues.flatMap((cue) => (cue.words ?? []).map(({ text, start }) => [text, cue.start + start]));
  expect(said).toEqual(words.map(({ text, start }) => [text, start]));
  for (const [index, cue] of cues.entries()) {
    expect(cue.text.split('\n').every((line) => line.length <= 42)).toBe(true);
    expect(cue.end).toBeLessThanOrEqual(cues[index + 1]?.start ?? Infinity);
    expect(cue.end).toBeGreaterThan(cue.start);
  }
});
