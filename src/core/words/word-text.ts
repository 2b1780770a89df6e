/** Words as text: where one ends and the next begins, and what of them counts when they are compared. */

const han = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const piece =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}][\p{Po}\p{Pe}\p{Pf}]*|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+/gu;
const spoken = /[\p{L}\p{N}]/u;

/**
 * A text as the words that are spoken, punctuation kept at the word before it. Han and kana are a word each: they have no spaces,
 * and each has a syllable of its own or nearly so. What holds no letter and no digit goes with the word before it, or is dropped.
 */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  for (const [found] of text.normalize('NFC').matchAll(piece)) {
    if (spoken.test(found)) words.push(found);
    else if (words.length > 0 && /^[\p{Po}\p{Pe}\p{Pf}]/u.test(found)) words[words.length - 1] += found;
  }
  return words;
}

/** What of a word counts when words are compared: lower case, without punctuation and marks of width. May be empty. */
export function plainWord(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[^\p{L}\p{N}\p{M}']+/gu, '')
    .replace(/^'+|'+$/g, '');
}

/** Words as a text again: with spaces, but none between Han or kana. */
export function joinWords(words: readonly { readonly text: string }[]): string {
  let text = '';
  for (const word of words) {
    const glued = text === '' || (han.test(text.at(-1)!) && han.test(word.text[0]!)) || /[，。！？、；：]$/u.test(text);
    text += glued ? word.text : ` ${word.text}`;
  }
  return text;
}

/** The language by the script that most letters have: `zh`, `ja`, `en` for Latin letters, `und` for others. */
export function wordLanguage(text: string): string {
  const count = (pattern: RegExp) => text.match(pattern)?.length ?? 0;
  const [hanCount, kana] = [count(/\p{Script=Han}/gu), count(/[\p{Script=Hiragana}\p{Script=Katakana}]/gu)];
  const [latin, all] = [count(/\p{Script=Latin}/gu), count(/\p{L}/gu)];
  if (kana > 0 && kana + hanCount > latin / 4) return 'ja';
  if (hanCount > latin / 4) return 'zh';
  return latin > all / 2 ? 'en' : 'und';
}
