/** Words of a text over its time, by their letters: a guess, for where nothing better is known. */
import type { Word } from '#core/facts';
import { addTicks, scaleTicks, subtractTicks, type Ticks } from '#core/time';
import { splitWords } from './word-text.ts';

/** One syllable, roughly, for Han; letters for others, and a bit for the border of a word. */
function weight(word: string): number {
  return /\p{Script=Han}/u.test(word) ? 4 : word.replace(/[^\p{L}\p{N}]/gu, '').length + 2;
}

/** Every word between `start` and `end`, none shorter than a tick. Empty for a text without words or a stretch without time. */
export function spreadWords(text: string, start: Ticks, end: Ticks, speaker?: string): Word[] {
  const words = splitWords(text);
  const length = subtractTicks(end, start);
  if (words.length === 0 || length < words.length) return [];
  const whole = words.reduce((sum, word) => sum + weight(word), 0);
  let before = 0;
  let from = start;
  return words.map((word, index) => {
    before += weight(word);
    const to = index === words.length - 1 ? end : addTicks(start, scaleTicks(length, before, whole));
    const placed = { text: word, start: from, end: to, ...(speaker === undefined ? {} : { speaker }) };
    from = to;
    return placed;
  });
}
