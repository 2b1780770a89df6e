/** Sounds that fill a pause and say nothing. */
import type { Word } from '#core/facts';
import { milliseconds } from '#core/time';
import { plainWord } from './word-text.ts';

const sounds = /^(?:u+h*m+|u+h+|e+r+m*|e+h+m*|h+m+|m+h*m+|a+h+m+|eh+|uhm|嗯+|呃+|额|唔|哦+)$/;
const between = milliseconds(120);

/** Words that are fillers only where they stand alone: "ah, right" against "ah!". */
const alone = /^(?:ah+|oh+|啊+|那个|这个|就是)$/;

/**
 * Indices of fillers. With `named` ("like", "you know", 然后) these words instead: each may be several words long. They count wherever
 * they are said, because somebody asked for them by name.
 */
export function fillerWords(words: readonly Word[], named: readonly string[] = []): number[] {
  if (named.length > 0) return named.flatMap((name) => findRun(words, name));
  return words.flatMap((word, index) => {
    const plain = plainWord(word.text);
    if (sounds.test(plain)) return [index];
    const isAlone =
      alone.test(plain) &&
      word.start - (words[index - 1]?.end ?? -Infinity) >= between &&
      (words[index + 1]?.start ?? Infinity) - word.end >= between &&
      /[,，…]$/.test(word.text);
    return isAlone ? [index] : [];
  });
}

/** Whether a word asked for by name is a sound, and not a word that may mean something. */
export function isFillerSound(name: string): boolean {
  return sounds.test(plainWord(name));
}

function findRun(words: readonly Word[], name: string): number[] {
  const wanted = /\p{Script=Han}/u.test(name) ? Array.from(plainWord(name)) : name.split(/\s+/).map(plainWord).filter((part) => part !== ''); // prettier-ignore
  // "um" means every spelling of it.
  const fits = (word: Word | undefined, part: string) => {
    const plain = word === undefined ? '' : plainWord(word.text);
    return plain === part || (sounds.test(part) && sounds.test(plain) && kindOf(plain) === kindOf(part));
  };
  return words.flatMap((_, index) =>
    wanted.length > 0 && wanted.every((part, place) => fits(words[index + place], part))
      ? wanted.map((_part, place) => index + place)
      : [],
  );
}

function kindOf(sound: string): string {
  return sound.replace(/(.)\1+/gu, '$1').replace(/^uh?m$/, 'um');
}
