/** Where something is said. */
import type { Sentence } from '#core/facts';
import { plainWord, splitWords } from './word-text.ts';

export type Passage = {
  readonly sentence: Sentence;
  /** Place in the list of sentences. */
  readonly index: number;
  /** 0 … 1: how much of what was asked it has. */
  readonly score: number;
};

const idle = new Set('a an the of to in on at for and or but with about is are was were be been i you he she it we they my your his her its our their this that these those there here what where when who how which do does did have has had can could will would should say says said talk talks talking mention mentions mentioned speak part bit sentence line thing stuff section just really very some any all not from by as if so'.split(' ')); // prettier-ignore
const idleHan = /[的了吗呢吧啊呀是在我你他她它们这那有和与就都也还说到关于]/gu;

/** Sentences that speak of it, in the order in which they are said. Exactly quoted words win over words that only agree. */
export function findPassages(sentences: readonly Sentence[], wanted: string): Passage[] {
  const exact = quoted(sentences, wanted);
  if (exact.length > 0) return exact;
  const terms = termsOf(wanted);
  if (terms.length === 0) return [];
  const sets = sentences.map(({ text }) => new Set(termsOf(text)));
  const weights = terms.map((term) => 1 / (1 + sets.filter((set) => hasTerm(set, term)).length));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const passages = sentences.flatMap((sentence, index): Passage[] => {
    const score = terms.reduce((sum, term, place) => sum + (hasTerm(sets[index]!, term) ? weights[place]! : 0), 0) / whole;
    return score > 0 ? [{ sentence, index, score }] : [];
  });
  const best = Math.max(0, ...passages.map(({ score }) => score));
  // Half of the words by chance is not what was meant.
  return passages.filter(({ score }) => score >= Math.max(0.34, best * 0.75));
}

/** Sentences in which these very words follow each other. */
function quoted(sentences: readonly Sentence[], wanted: string): Passage[] {
  const flat = (text: string) => ` ${splitWords(text).map(plainWord).filter((word) => word !== '').join(' ')} `; // prettier-ignore
  const words = flat(wanted);
  if (words.trim() === '' || idle.has(words.trim())) return [];
  return sentences.flatMap((sentence, index): Passage[] =>
    flat(sentence.text).includes(words) ? [{ sentence, index, score: 1 }] : [],
  );
}

function hasTerm(set: ReadonlySet<string>, term: string): boolean {
  if (set.has(term)) return true;
  // "pricing" and "prices": long words that begin alike.
  if (term.length < 4 || /\p{Script=Han}/u.test(term)) return false;
  const root = term.slice(0, Math.max(4, term.length - 2));
  for (const word of set) if (word.length >= 4 && (word.startsWith(root) || term.startsWith(word.slice(0, Math.max(4, word.length - 2))))) return true; // prettier-ignore
  return false;
}

/** Words that mean something, by their stems; of Han every pair of characters that follow each other. */
export function termsOf(text: string): string[] {
  const latin = splitWords(text.replace(/\p{Script=Han}/gu, ' '))
    .map(plainWord)
    .filter((word) => word !== '' && !idle.has(word))
    .map(stem);
  const han = [...text.replace(idleHan, ' ').matchAll(/\p{Script=Han}+/gu)].flatMap(([run]) =>
    run.length === 1 ? [run] : Array.from({ length: run.length - 1 }, (_, index) => run.slice(index, index + 2)),
  );
  return [...new Set([...latin, ...han])];
}

function stem(word: string): string {
  if (word.length < 5) return word.replace(/'s$/, '');
  return word.replace(/'s$/, '').replace(/(?:ingly|edly|ings?|ed|es|s|ly|e)$/, '');
}
