/** What a talk is about and where it turns to something else: taken from its own words, without a model. */
import type { Sentence } from '#core/facts';
import { seconds, subtractTicks, type Ticks } from '#core/time';
import { plainWord, splitWords } from './word-text.ts';
import { termsOf } from './find-passages.ts';

export type SpokenChapter = {
  readonly start: Ticks;
  readonly end: Ticks;
  /** Words of the talk itself. */
  readonly title: string;
  readonly sentences: readonly Sentence[];
};

/** YouTube shows none that are shorter. */
const shortest = seconds(10);
const usual = seconds(75);
const most = 20;

/** "First", "next", 第二: somebody says himself that something new begins. */
const turns =
  /^(?:so |and |now |okay |ok )?(?:first|second|third|fourth|fifth|next|then|finally|lastly|another|moving on|let's (?:talk|look|move|start|get)|now (?:let's|we)|the (?:first|second|third|next|last)|number (?:one|two|three|four|five)|step (?:one|two|three|four|five|\d)|to sum up|in (?:summary|conclusion))\b|^(?:那么)?(?:首先|第[一二三四五六七八九十]|其次|接下来|然后|最后|总结|下面|再来)/i;

/** Chapters in order; the first begins at 0. One where nothing turns. */
export function spokenChapters(sentences: readonly Sentence[], end: Ticks): SpokenChapter[] {
  if (sentences.length === 0) return [];
  const terms = sentences.map(({ text }) => new Set(termsOf(text)));
  const wanted = Math.max(1, Math.min(most, Math.round(end / usual)));
  const borders = sentences
    .map((sentence, index) => ({
      index,
      start: sentence.start,
      strength: index === 0 ? -1 : strengthOf(sentences, terms, index),
    }))
    .filter(({ strength }) => strength > 0.55)
    .toSorted((a, b) => b.strength - a.strength);
  const chosen: typeof borders = [];
  for (const border of borders) {
    const said = turns.test(sentences[border.index]!.text);
    if (chosen.length >= (said ? most - 1 : wanted - 1)) continue;
    const near = [0, end, ...chosen.map(({ start }) => start)].some((start) => Math.abs(start - border.start) < shortest);
    if (!near) chosen.push(border);
  }
  const starts = [0, ...chosen.map(({ index }) => index).toSorted((a, b) => a - b)];
  return starts.map((first, place) => {
    const own = sentences.slice(first, starts[place + 1]);
    const start = (place === 0 ? 0 : own[0]!.start) as Ticks;
    return { start, end: sentences[starts[place + 1] ?? -1]?.start ?? end, title: titleOf(own, sentences), sentences: own };
  });
}

/** 0 … 2: how much the sentence begins something new: other words than before, a breath, or by saying so. */
function strengthOf(sentences: readonly Sentence[], terms: readonly ReadonlySet<string>[], index: number): number {
  const side = (from: number, to: number) => new Set(terms.slice(Math.max(0, from), to).flatMap((set) => [...set]));
  const [before, after] = [side(index - 4, index), side(index, index + 4)];
  const common = [...after].filter((term) => before.has(term)).length;
  const likeness = common / Math.max(1, Math.sqrt(before.size * after.size));
  const breath = Math.min(1, Math.max(0, subtractTicks(sentences[index]!.start, sentences[index - 1]!.end)) / seconds(1.5));
  return 0.45 * (1 - likeness) + 0.35 * breath + (turns.test(sentences[index]!.text) ? 0.9 : 0);
}

/** The subject that the first sentences name, else the sentence that is most of its own. */
export function titleOf(own: readonly Sentence[], all: readonly Sentence[]): string {
  for (const { text } of own.slice(0, 2)) {
    const named =
      /\b(?:talk about|look at|talking about|looking at|learn about|discuss|moving on to|move on to|start with|called|about)\s+([^,.;!?]{3,60})/i.exec(
        text,
      )?.[1] ?? /(?:讲讲|讲|说说|聊聊|介绍|关于|看看|是)([^，。；！？]{2,18})/u.exec(text)?.[1];
    if (named !== undefined && termsOf(named).length > 0) return tidy(named);
  }
  const best = own.toSorted((a, b) => distinct(b, own, all) - distinct(a, own, all))[0]!;
  return tidy(best.text);
}

/** How often the words of a sentence are said in its chapter, against everywhere; long sentences win nothing by their length. */
function distinct(sentence: Sentence, own: readonly Sentence[], all: readonly Sentence[]): number {
  const count = (list: readonly Sentence[], term: string) => list.filter(({ text }) => termsOf(text).includes(term)).length;
  const terms = termsOf(sentence.text);
  const sum = terms.reduce((total, term) => total + count(own, term) / Math.sqrt(count(all, term)), 0);
  return sum / Math.sqrt(terms.length + 4);
}

function tidy(text: string): string {
  const words = splitWords(text.replace(/^(?:(?:so|and|now|okay|ok|well|then|um+|uh+|er+|the|那么|那|嗯|呃)[\s,，]+)+/i, ''));
  let title = '';
  for (const word of words) {
    const next = title === '' || /\p{Script=Han}$/u.test(title) ? `${title}${word}` : `${title} ${word}`;
    if (Array.from(next).length > 48) break;
    title = next;
  }
  const plain = title.replace(/[\s,.;:!?，。；：！？…]+$/u, '');
  return plain === '' ? text.slice(0, 40) : plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** The sentences that say most of what is said, in their order; at most `count`. */
export function keySentences(sentences: readonly Sentence[], count: number): Sentence[] {
  return sentences
    .filter(({ text }) => splitWords(text).length >= 4)
    .toSorted((a, b) => distinct(b, sentences, sentences) - distinct(a, sentences, sentences))
    .slice(0, count)
    .toSorted((a, b) => a.start - b.start);
}

/** The words that are said most, as they are said most often, the most telling first. */
export function keyWords(sentences: readonly Sentence[], count: number): string[] {
  const forms = new Map<string, { total: number; readonly forms: Map<string, number> }>();
  for (const { text } of sentences) {
    for (const word of splitWords(text)) {
      const [term] = /\p{Script=Han}/u.test(word) ? [] : termsOf(word);
      if (term === undefined || term.length < 4) continue;
      const entry = forms.get(term) ?? { total: 0, forms: new Map<string, number>() };
      entry.total++;
      const plain = plainWord(word);
      entry.forms.set(plain, (entry.forms.get(plain) ?? 0) + 1);
      forms.set(term, entry);
    }
  }
  return [...forms.values()]
    .filter(({ total }) => total > 1)
    .toSorted((a, b) => b.total - a.total)
    .slice(0, count)
    .map(({ forms: ways }) => [...ways].toSorted((a, b) => b[1] - a[1])[0]![0]);
}
