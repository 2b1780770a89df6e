/** The same sentence said again: a slip and its repair. */
import type { Sentence, Transcript } from '#core/facts';
import { seconds } from '#core/time';
import { sentencesOf } from './sentences.ts';
import { joinWords, plainWord } from './word-text.ts';

export type Retake = {
  /** Indices of the words that were said again later: `first` … `last`, both included. */
  readonly first: number;
  readonly last: number;
  readonly text: string;
  /** What took their place. */
  readonly kept: Sentence;
};

/** Takes follow each other closely; what is said again minutes later is meant. */
const within = seconds(45);
/** Words of a beginning that must agree for a broken-off sentence. */
const leastBegun = 3;

/** Everything but the last of several takes of a sentence, broken-off beginnings included, in order. */
export function findRetakes(transcript: Pick<Transcript, 'words'>): Retake[] {
  const sentences = piecesOf(transcript);
  const plain = sentences.map(({ first, last }) => transcript.words.slice(first, last + 1).map(({ text }) => plainWord(text)));
  const retakes: Retake[] = [];
  sentences.forEach((sentence, index) => {
    // The last of those that say the same is kept.
    for (let later = Math.min(sentences.length - 1, index + 4); later > index; later--) {
      const other = sentences[later]!;
      if (other.start - sentence.end > within || !saysTheSame(plain[index]!, plain[later]!)) continue;
      // What lies between two takes must be takes or "sorry" as well, else it is a figure of speech.
      const between = sentences.slice(index + 1, later).every((_, offset) => {
        const words = plain[index + 1 + offset]!;
        return saysTheSame(words, plain[later]!) || isApology(words);
      });
      if (!between) continue;
      // "Ten dollars. Twenty dollars." is a list, unless somebody was sorry.
      const wasSorry = sentences
        .slice(index, later)
        .some(
          (_, offset) =>
            isApology(plain[index + offset]!) || /sorry|抱歉|不好意思|对不起/.test(plain[index + offset]!.at(-1) ?? ''),
        );
      if (!wasSorry && telling(plain[index]!).join(' ') !== telling(plain[later]!.slice(0, plain[index]!.length)).join(' '))
        continue;
      retakes.push({ first: sentence.first, last: sentence.last, text: sentence.text, kept: other });
      for (let apology = index + 1; apology < later; apology++) {
        const said = sentences[apology]!;
        if (isApology(plain[apology]!)) retakes.push({ first: said.first, last: said.last, text: said.text, kept: other });
      }
      return;
    }
  });
  const seen = new Set<number>();
  return retakes.filter(({ first }) => !seen.has(first) && seen.add(first)).toSorted((a, b) => a.first - b.first);
}

/** Sentences, parted at breaths too: a broken-off one has no full stop. */
function piecesOf({ words }: Pick<Transcript, 'words'>): Sentence[] {
  return sentencesOf({ words }).flatMap((sentence) => {
    const parts: Sentence[] = [];
    let first = sentence.first;
    for (let index = sentence.first; index <= sentence.last; index++) {
      const next = words[index + 1];
      const breaks = /[—–-]$|\.\.\.$|…$/u.test(words[index]!.text) || (next !== undefined && next.start - words[index]!.end >= seconds(0.5) && restarts(words, first, index)); // prettier-ignore
      if (index < sentence.last && !breaks) continue;
      const own = words.slice(first, index + 1);
      parts.push({ ...sentence, first, last: index, text: joinWords(own), start: own[0]!.start, end: own.at(-1)!.end });
      first = index + 1;
    }
    return parts;
  });
}

/** Whether what follows begins with the words that the piece began with. */
function restarts(words: Transcript['words'], first: number, index: number): boolean {
  const count = Math.min(leastBegun, index - first + 1);
  if (count < 2) return false;
  return Array.from({ length: count }, (_, place) => place).every(
    (place) => plainWord(words[first + place]?.text ?? '') === plainWord(words[index + 1 + place]?.text ?? ' '),
  );
}

/** Words that change what a sentence claims: numbers and denials. */
function telling(words: readonly string[]): string[] {
  return words.filter((word) =>
    /\d|^(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|hundred|thousand|million|first|second|third|not|no|never|\w+n't)$|^[零一二三四五六七八九十百千万两不没]$/u.test(
      word,
    ),
  );
}

function isApology(words: readonly string[]): boolean {
  return /^(?:(?:oh|um|uh|no|okay|ok|sorry|wait|again|let me|do|say|try|start|that|over|scrap|take|two|one more time|once|more|time|i'll|抱歉|不好意思|对不起|重来|再来一遍|再说一遍)\s?)+$/.test(joinWords(words.map((text) => ({ text })))) && words.length <= 8; // prettier-ignore
}

/** Nearly all words agree in order, or the earlier one broke off after some words of the later one. */
function saysTheSame(a: readonly string[], b: readonly string[]): boolean {
  const han = a.some((word) => /\p{Script=Han}/u.test(word));
  const least = han ? 5 : leastBegun;
  if (a.length < least || b.length < least) return false;
  const common = longestCommon(a, b);
  if (common >= 0.8 * Math.max(a.length, b.length)) return true;
  const begun = b.slice(0, a.length + 1);
  return a.length < b.length && longestCommon(a, begun) >= Math.max(least, 0.85 * a.length);
}

function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, () => 0);
  for (const word of a) {
    const next = [0];
    b.forEach((other, index) => next.push(word === other ? row[index]! + 1 : Math.max(row[index + 1]!, next[index]!)));
    row = next;
  }
  return row[b.length]!;
}
