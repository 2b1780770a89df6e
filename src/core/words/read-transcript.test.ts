import { expect, test } from 'vitest';
import { toMilliseconds } from '#core/time';
import { isTranscriptFile } from './transcript-file.ts';
import { readTranscript, type GivenWords } from './read-transcript.ts';

function rows(given: GivenWords): (string | number)[][] {
  if (given.kind !== 'words') throw new Error('these have no times of their own');
  return given.transcript.words.map(({ text, start, end }) => [text, toMilliseconds(start), toMilliseconds(end)]);
}

test('words of recognisers, under each of the names they use', () => {
  const expected = [
    ['Hello', 500, 900],
    ['there.', 900, 1300],
  ];
  const times = [
    { start: 0.5, end: 0.9 },
    { start: 0.9, end: 1.3 },
  ];
  const named = (name: string) => times.map((time, index) => ({ [name]: [' Hello', 'there.'][index], ...time }));
  expect(rows(readTranscript(JSON.stringify({ words: named('word') })))).toEqual(expected);
  expect(rows(readTranscript(JSON.stringify(named('text'))))).toEqual(expected);
  expect(
    rows(readTranscript(JSON.stringify({ segments: [{ text: 'Hello there.', start: 0, end: 2, words: named('word') }] }))),
  ).toEqual(expected);
  const ours = times.map(({ start, end }, index) => ({
    text: ['Hello', 'there.'][index],
    start_ms: start * 1000,
    end_ms: end * 1000,
  }));
  expect(rows(readTranscript(JSON.stringify({ language: 'english', words: ours })))).toEqual(expected);
});

test('segments without words are text whose words have to be found', () => {
  const given = readTranscript(
    '{"segments":[{"start":1,"end":3.5,"text":" We talk about pricing now."},{"start":4,"end":5,"text":"And then?"}]}',
  );
  expect(given).toMatchObject({ kind: 'text', language: 'en' });
  expect(given.kind === 'text' && given.texts.map(({ text, start }) => [text, toMilliseconds(start!)])).toEqual([
    ['We talk about pricing now.', 1000],
    ['And then?', 4000],
  ]);
});

test('captions: what is noted beside speech is not spoken', () => {
  const given = readTranscript(
    '1\n00:00:01,000 --> 00:00:02,500\n- [door slams] Hello.\n\n2\n00:00:03,000 --> 00:00:04,000\n♪ (music) ♪\n',
  );
  expect(given.kind === 'text' && given.texts.map(({ text }) => text)).toEqual(['Hello.']);
});

test('a script: headings and stage directions are not spoken, names are who speaks', () => {
  const given = readTranscript('# Intro\nAnna: Good morning [smiles] all.\n(cut to street)\n你好，世界。\n');
  expect(given.kind === 'text' && given.texts).toEqual([
    { text: 'Good morning   all.', speaker: 'Anna' },
    { text: '你好，世界。' },
  ]);
});

test('overlaps and backward times come out in order, each word with a length', () => {
  const words = [
    { word: 'b', start: 0.4, end: 0.4 },
    { word: 'a', start: 0.1, end: 0.6 },
    { word: 'c', start: -1, end: 3 },
    { word: 'd', start: 2, end: 1 },
  ];
  const given = readTranscript(JSON.stringify({ words }));
  if (given.kind !== 'words') throw new Error('words expected');
  expect(given.transcript.words.map(({ text }) => text)).toEqual(['a', 'b']);
  for (const [index, word] of given.transcript.words.entries()) {
    expect(word.end).toBeGreaterThan(word.start);
    expect(word.start).toBeGreaterThanOrEqual(given.transcript.words[index - 1]?.end ?? 0);
  }
});

test('what holds no words is refused', () => {
  for (const text of ['', '{"words":[]}', '{"words": nonsense', '...', 'WEBVTT\n\n'])
    expect(() => readTranscript(text), text).toThrow(expect.objectContaining({ code: 'DOCUMENT_INVALID' }));
});

test('names and contents of transcripts', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  expect(isTranscriptFile('talk.json', bytes('{"words": []}'))).toBe(true);
  expect(isTranscriptFile('package.json', bytes('{"name": "x"}'))).toBe(false);
  expect(isTranscriptFile('script.txt', bytes('Hello'))).toBe(true);
  expect(isTranscriptFile('movie.mp4', bytes('Hello'))).toBe(false);
  expect(isTranscriptFile('binary.txt', new Uint8Array([0, 1, 2]))).toBe(false);
});
