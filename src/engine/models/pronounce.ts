/**
 * How words sound, as phones: Flite's lexicon and letter-to-sound rules, which are inside the built-in voice. English; words of other
 * languages in Latin letters come out as an English reader would say them. Chinese characters have the phones that are nearest to theirs.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chinesePhones } from './chinese-phones.ts';
import { readPcm16, runFlite, type FliteVoice, type SpeechSamples } from './flite.ts';

/** Words at once: the voice is loaded anew for every run. */
const batch = 150;

/** Said in flowing speech otherwise than alone, or written shorter than said. */
const spoken: Readonly<Record<string, string>> = { mr: 'mister', mrs: 'missus', ms: 'miz', dr: 'doctor', st: 'saint', vs: 'versus', prof: 'professor', etc: 'etcetera', eg: 'for example' }; // prettier-ignore
const weak: Readonly<Record<string, readonly string[]>> = { a: ['ax'], um: ['ah', 'm'], uh: ['ah'], hmm: ['hh', 'm'] };

/**
 * Phones of each word, of the set that `phoneNames` lists. A word that cannot be said (`—`) has none.
 *
 * Source: CMU Flite 2.3, `-ps`; a stop between words parts them.
 */
export function pronounce(words: readonly string[]): string[][] {
  const known = new Map<string, readonly string[]>();
  const missing = [...new Set(words.map(sayable))].filter((word) => word !== '' && weak[word] === undefined);
  for (let first = 0; first < missing.length; first += batch) {
    for (const [word, phones] of pronounceBatch(missing.slice(first, first + batch))) known.set(word, phones);
  }
  return words.map(
    (word) => chinesePhones(Array.from(word)[0] ?? '') ?? [...(weak[sayable(word)] ?? known.get(sayable(word)) ?? [])],
  );
}

/** What of a word is said: letters, digits and the signs that are read out. */
function sayable(word: string): string {
  const plain = word
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[^\p{L}\p{N}'$%&@.,:/-]+/gu, '')
    .replace(/^[.,:/'-]+|[.,:/'-]+$/g, '')
    .slice(0, 60);
  // Letters that the voice has no rules for.
  const latin = plain.normalize('NFD').replace(/\p{M}/gu, '');
  return spoken[latin.replaceAll('.', '')] ?? (/[a-z0-9]/.test(latin) ? latin.replace(/[^ -~]/g, '') : '');
}

function pronounceBatch(words: readonly string[]): (readonly [string, readonly string[]])[] {
  const groups = phonesOf(words.join('.\n\n'));
  const [only] = words;
  if (words.length === 1 && only !== undefined) return [[only, groups.flat()]];
  if (groups.length === words.length) return words.map((word, index) => [word, groups[index]!]);
  // Somewhere two were read as one: found by halves.
  const half = words.length >> 1;
  return [...pronounceBatch(words.slice(0, half)), ...pronounceBatch(words.slice(half))];
}

/** Phones between pauses. */
function phonesOf(text: string): string[][] {
  const printed = runFlite(
    ['-voice', 'kal16', '-ps', '-f', '/out/text.txt', '-o', 'none'],
    (folder) => readFileSync(join(folder, 'printed.txt'), 'utf8'),
    { 'text.txt': `${text}.\n` },
  );
  return printed
    .trim()
    .split(/(?:^|\s)pau(?=\s|$)/)
    .map((group) =>
      group
        .trim()
        .split(/\s+/)
        .filter((phone) => phone !== ''),
    )
    .filter((group) => group.length > 0);
}

/** A phone and when it ends, seconds. `pau` is silence. */
export type SpokenPhone = { readonly phone: string; readonly endSeconds: number };

/** Speech with the times of its phones, as the synthesiser itself planned them; `stretch` 1.2 is a fifth slower. */
export function speakPhones(
  text: string,
  voice: FliteVoice,
  stretch = 1,
): { readonly speech: SpeechSamples; readonly phones: readonly SpokenPhone[] } {
  const args = [
    '-voice',
    voice,
    '--setf',
    `duration_stretch=${stretch}`,
    '-psdur',
    '-t',
    text.replaceAll('\0', ' '),
    '-o',
    '/out/speech.wav',
  ];
  return runFlite(args, (folder) => ({
    speech: readPcm16(readFileSync(join(folder, 'speech.wav'))),
    phones: readFileSync(join(folder, 'printed.txt'), 'utf8')
      .trim()
      .split(/\s+/)
      .map((entry) => entry.split(':'))
      .map(([phone, end]) => ({ phone: phone!, endSeconds: Number(end) })),
  }));
}
