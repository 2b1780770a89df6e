/** Words as sentences. */
import type { Sentence, Transcript, Word } from '#core/facts';
import { seconds } from '#core/time';
import { joinWords } from './word-text.ts';

const end = /[.!?。！？…]["'”’)\]」』]*$/u;
/** "Dr.", "3.", "e.g." end no sentence. */
const abbreviation = /^(?:mr|mrs|ms|dr|prof|st|vs|etc|e\.g|i\.e|no|[a-z]|\d+)\.$/i;
/** A breath that parts sentences where nobody wrote punctuation. */
const breath = seconds(0.7);
const longest = 60;

/** Sentences in order; every word is in exactly one. */
export function sentencesOf({ words }: Pick<Transcript, 'words'>): Sentence[] {
  const punctuated = words.filter(({ text }) => end.test(text)).length * 40 >= words.length;
  const sentences: Sentence[] = [];
  let first = 0;
  for (const [index, word] of words.entries()) {
    if (!endsHere(word, words[index + 1], { punctuated, count: index - first + 1 })) continue;
    const own = words.slice(first, index + 1);
    const speaker = own[0]!.speaker;
    sentences.push({
      text: joinWords(own),
      start: own[0]!.start,
      end: word.end,
      first,
      last: index,
      ...(speaker === undefined ? {} : { speaker }),
    });
    first = index + 1;
  }
  return sentences;
}

function endsHere(word: Word, next: Word | undefined, so: { readonly punctuated: boolean; readonly count: number }): boolean {
  if (next === undefined || next.speaker !== word.speaker) return true;
  if (end.test(word.text)) return !abbreviation.test(word.text) || next.start - word.end >= breath;
  if (!so.punctuated && next.start - word.end >= breath) return true;
  return so.count >= longest && next.start - word.end >= breath / 3;
}
