/** Transcripts as people have them: subtitle files, the JSON of recognisers, plain text. */
import { fail } from '#core/errors';
import type { SpokenText, Transcript, Word } from '#core/facts';
import { documentLimits, parseCaptions, spokenWords, type Cue } from '#core/interchange';
import { seconds, type Ticks } from '#core/time';
import { splitWords, wordLanguage } from './word-text.ts';

export type TranscriptFormat = 'captions' | 'json' | 'text';

/** What somebody gave: words with times, or text whose words must be found in the sound. */
export type GivenWords =
  | { readonly kind: 'words'; readonly transcript: Transcript }
  | { readonly kind: 'text'; readonly language: string; readonly texts: readonly SpokenText[] };

/** What a text is, by itself: JSON by its first character, captions by an arrow between times, else plain text. */
export function transcriptFormat(text: string): TranscriptFormat {
  const start = text.replace(/^\ufeff/, '').trimStart();
  if (/^[{[]/.test(start) && /"(?:words?|segments|text)"/.test(start)) return 'json';
  return /^WEBVTT|^\[Script Info\]|-->|^Dialogue:/m.test(start) ? 'captions' : 'text';
}

/**
 * Reads a transcript.
 *
 * JSON: a list of words, or an object with `words` or `segments` (with or without words in them), each with `start` and `end` in seconds and
 * the word in `text`, `word` or `w`; ours has `start_ms`, `end_ms`. Plain text: lines are kept apart; `Name:` at the start of a line is who speaks.
 *
 * Errors: DOCUMENT_INVALID for what holds no words, or times that make no sense.
 */
export function readTranscript(text: string, format: TranscriptFormat = transcriptFormat(text)): GivenWords {
  if (text.length > documentLimits.bytes) throw invalid(format, `it has more than ${documentLimits.bytes} characters`);
  const given = format === 'json' ? readJson(text) : format === 'captions' ? readCaptions(text) : readPlain(text);
  const count = given.kind === 'words' ? given.transcript.words.length : given.texts.length;
  if (count === 0) throw invalid(format, 'it holds no words');
  return given;
}

function invalid(format: TranscriptFormat, reason: string): Error {
  const names = { captions: 'Captions', json: 'Transcript', text: 'Script' };
  return fail('DOCUMENT_INVALID', { format: names[format], reason });
}

function readPlain(text: string): GivenWords {
  const texts = text
    .replace(/^\ufeff/, '')
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((line) => line.trim())
    // Headings and notes of a script are not spoken.
    .filter((line) => line !== '' && !/^(?:#{1,6}\s|\/\/|\[[^\]]*\]$|\([^)]*\)$)/.test(line))
    .flatMap((line): SpokenText[] => {
      const named = /^(?:\*\*)?(\p{Lu}[\p{L}\p{N} .'-]{0,30}):(?:\*\*)?\s+(.+)$/u.exec(line);
      const said = (named?.[2] ?? line).replace(/\[[^\]]{0,80}\]/g, ' ');
      if (splitWords(said).length === 0) return [];
      return [{ text: said.trim(), ...(named === null ? {} : { speaker: named[1]! }) }];
    });
  return { kind: 'text', language: wordLanguage(text), texts };
}

function readCaptions(text: string): GivenWords {
  const { cues } = parseCaptions(text);
  const language = wordLanguage(cues.map((cue) => cue.text).join(' '));
  if (cues.length > 0 && cues.every(({ words }) => words !== undefined))
    return { kind: 'words', transcript: suppliedWords(cues.flatMap(spokenWords), language) };
  return { kind: 'text', language, texts: cues.flatMap(textOfCue) };
}

/** What is said, without what captions note beside it: `[music]`, `(laughs)`, `♪`. */
function textOfCue({ text, start, end }: Cue): SpokenText[] {
  const said = text.replace(/\[[^\]]{0,80}\]|\([^)]{0,80}\)|[♪♫]/g, ' ').replace(/^\s*-\s*/gm, ' ');
  return splitWords(said).length === 0 ? [] : [{ text: said.replace(/\s+/g, ' ').trim(), start, end }];
}

type Timed = { readonly text: string; readonly start: Ticks; readonly end: Ticks } & Partial<
  Pick<Word, 'confidence' | 'speaker'>
>;

/** In order, without overlap, each with a length; pieces with spaces inside are taken apart in proportion. */
function suppliedWords(timed: readonly Timed[], language: string): Transcript {
  const words: Word[] = [];
  for (const { text, start, end, ...rest } of timed.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const parts = splitWords(text);
    const from = Math.max(start, words.at(-1)?.end ?? 0);
    const to = Math.max(end, from + parts.length);
    parts.forEach((part, index) => {
      const at = (share: number) => Math.round(from + ((to - from) * share) / parts.length) as Ticks;
      words.push({ text: part, start: at(index), end: at(index + 1), ...rest });
    });
  }
  return { language, source: 'supplied', words };
}

function readJson(text: string): GivenWords {
  let tree: unknown;
  try {
    tree = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw fail('DOCUMENT_INVALID', { format: 'Transcript', reason: 'it is not JSON' }, { cause });
  }
  const top = recordOf(tree);
  const list = Array.isArray(tree) ? tree : listOf(top.words).length > 0 ? listOf(top.words) : listOf(top.segments);
  if (list.length > 500_000) throw invalid('json', 'it has more than 500 000 entries');
  const nested = list.flatMap((entry) => listOf(recordOf(entry).words));
  const timed = (nested.length > 0 ? nested : list).flatMap(timedOf);
  const said = timed.map((entry) => entry.text).join(' ');
  const language = typeof top.language === 'string' ? languageCode(top.language) : wordLanguage(said);
  // Whole sentences with times are like captions: where their words are has to be found.
  const isWordwise = timed.length > 0 && timed.filter((entry) => splitWords(entry.text).length > 2).length * 10 <= timed.length;
  if (timed.length === 0 && typeof top.text === 'string') return readPlain(top.text);
  if (isWordwise) return { kind: 'words', transcript: suppliedWords(timed, language) };
  return { kind: 'text', language, texts: timed.map(({ confidence: _confidence, ...entry }) => entry) };
}

function timedOf(entry: unknown): Timed[] {
  const fields = recordOf(entry);
  const text = [fields.text, fields.word, fields.w, fields.punctuated_word].find((value) => typeof value === 'string');
  const time = (name: string) => {
    const [plain, ms] = [fields[name], fields[`${name}_ms`]];
    return typeof plain === 'number' ? plain : typeof ms === 'number' ? ms / 1000 : Number.NaN;
  };
  const [start, end] = [time('start'), time('end')];
  if (typeof text !== 'string' || splitWords(text).length === 0) return [];
  // Words that an aligner could not place have no times.
  if (!(start >= 0 && end >= start && end < 360_000)) return [];
  const confidence = [fields.confidence, fields.probability, fields.score].find((value) => typeof value === 'number');
  return [
    {
      text: text.trim(),
      start: seconds(start),
      end: seconds(end),
      ...(typeof confidence === 'number' && confidence >= 0 && confidence <= 1 ? { confidence } : {}),
      ...(typeof fields.speaker === 'string' && fields.speaker !== '' ? { speaker: fields.speaker.slice(0, 60) } : {}),
    },
  ];
}

const languageNames: Readonly<Record<string, string>> = { english: 'en', chinese: 'zh', mandarin: 'zh', japanese: 'ja', german: 'de', french: 'fr', spanish: 'es' }; // prettier-ignore

/** `english`, `en-US`, `zh_CN` … as a code. */
function languageCode(text: string): string {
  const plain = text.toLowerCase();
  return languageNames[plain] ?? (/^[a-z]{2,3}(?:[-_].*)?$/.test(plain) ? plain.split(/[-_]/)[0]! : 'und');
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
