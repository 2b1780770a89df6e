import { z } from 'zod';
import type { Receipt, Sentence } from '#core/facts';
import { timelineDuration } from '#core/timeline';
import { fillerAir, findPassages, plainWord, sentenceAir, splitWords } from '#core/words';
import { receipt, unchanged } from '../receipt.ts';
import { resolvePoint, timePoint } from '../time-point.ts';
import { defineTool, type ToolContext } from '../tool.ts';
import { plural } from '../words.ts';
import { cutSpoken, shortly } from './cut-spoken.ts';
import { heardWords, type Heard } from './heard-words.ts';

const input = z
  .object({
    about: z.string().trim().min(1).max(300).optional().describe('What the sentence speaks of, or words of it'),
    words: z
      .string()
      .trim()
      .min(1)
      .max(1000)
      .optional()
      .describe('Exactly these words go, wherever they are said; not the rest of their sentence'),
    sentence: z.number().int().min(-1000).max(10_000).optional().describe('Number of the sentence, from 1; -1 is the last'),
    at: timePoint.optional().describe('The sentence that is said then'),
    which: z.enum(['first', 'last']).optional().describe('With about: the first or the last of the sentences that fit'),
    all: z.boolean().optional().describe('All sentences that fit; without it more than one is asked about'),
    keep_only: z.boolean().optional().describe('Keeps these sentences and cuts all other ones'),
    confirmed: z.boolean().optional().describe('Set after the user said yes to the question this tool asked'),
  })
  .strict()
  .refine(
    ({ about, words, sentence, at }) => [about, words, sentence, at].filter((one) => one !== undefined).length === 1,
    'give one of about, words, sentence and at',
  );

type Asked = z.infer<typeof input>;

/** Cuts what was said, by what was said. */
export const cutWords = defineTool({
  name: 'cut_words',
  description:
    'Cuts what is said out of picture and sound, found by its words: the sentence about something, these very words, the first or last sentence. Cuts in the gaps between words; asks where several sentences fit. Needs to know what is said: a transcript, a script, or a recogniser.',
  input,
  changes: true,
  run: async (context, asked) => {
    const { words } = context;
    const heard = await heardWords(context);
    if ('why' in heard) return unchanged('cut_words', asked, heard.why);
    if (asked.words !== undefined) return cutExactly(context, asked, heard);
    const found = sentencesFor(context, asked, heard);
    if (found.length === 0) return unchanged('cut_words', asked, notFound(context, asked, heard));
    if (found.length > 1 && asked.all !== true && asked.keep_only !== true && asked.confirmed !== true)
      return receipt('cut_words', 'needs-answer', asked, { question: whichOne(context, asked, found) });
    const chosen = new Set(found.flatMap(indicesOf));
    const indices = heard.words.map((_, index) => index).filter((index) => chosen.has(index) !== (asked.keep_only === true));
    if (indices.length === 0)
      return unchanged('cut_words', asked, words.say('everything that is said is about that', '所说的全部内容都与此有关'));
    const quotes = found.slice(0, 3).map(({ text }) => shortly(text)).join(', ') + (found.length > 3 ? ', …' : ''); // prettier-ignore
    const count = plural(found.length, 'sentence');
    return cutSpoken(context, {
      tool: 'cut_words',
      asked,
      heard,
      indices,
      air: sentenceAir,
      done:
        asked.keep_only === true
          ? words.say(`Kept ${count}: ${quotes}`, `保留了 ${found.length} 句：${quotes}`)
          : words.say(`Cut ${count}: ${quotes}`, `已剪掉 ${found.length} 句：${quotes}`),
      facts: { sentences: found.length, words: indices.length },
    });
  },
});

function indicesOf({ first, last }: Sentence): number[] {
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}

function sentencesFor({ workspace }: ToolContext, asked: Asked, { sentences }: Heard): readonly Sentence[] {
  if (asked.about !== undefined) {
    const found = findPassages(sentences, asked.about).map(({ sentence }) => sentence);
    return asked.which === undefined ? found : found.slice(asked.which === 'first' ? 0 : -1).slice(0, 1);
  }
  if (asked.sentence !== undefined) {
    const one = sentences.at(asked.sentence > 0 ? asked.sentence - 1 : asked.sentence);
    return one === undefined || asked.sentence === 0 ? [] : [one];
  }
  const at = resolvePoint(asked.at ?? 'start', timelineDuration(workspace.timeline()));
  // People round to the second: what is said then, or what begins next.
  const one = sentences.find(({ end }) => end > at + 705_600_00);
  return one === undefined ? [] : [one];
}

/** Every place where these words follow each other; with one only where it is clear. */
function cutExactly(context: ToolContext, asked: Asked, heard: Heard): Promise<Receipt> | Receipt {
  const { words } = context;
  const wanted = splitWords(asked.words ?? '').map(plainWord).filter((word) => word !== ''); // prettier-ignore
  const starts = heard.words.flatMap((_, index) => (wanted.length > 0 && wanted.every((word, place) => plainWord(heard.words[index + place]?.text ?? '') === word) ? [index] : [])); // prettier-ignore
  if (starts.length === 0) return unchanged('cut_words', asked, notFound(context, asked, heard));
  if (starts.length > 1 && asked.all !== true && asked.confirmed !== true) {
    const places = starts.slice(0, 6).map((index) => words.clock(heard.words[index]!.start)).join(', '); // prettier-ignore
    return receipt('cut_words', 'needs-answer', asked, {
      question: words.say(
        `"${asked.words}" is said ${starts.length} times (${places}). Shall I cut all of them? Answer yes or no.`,
        `“${asked.words}”说了 ${starts.length} 次（${places}）。要全部剪掉吗？请回答“是”或“否”。`,
      ),
    });
  }
  const indices = starts.flatMap((start) => wanted.map((_, place) => start + place));
  const whole = isWholeSentence(heard, indices);
  return cutSpoken(context, {
    tool: 'cut_words',
    asked,
    heard,
    indices,
    air: whole ? sentenceAir : fillerAir,
    done: words.say(
      `Cut ${shortly(asked.words ?? '')}${starts.length > 1 ? ` in ${starts.length} places` : ''}`,
      `已剪掉 ${shortly(asked.words ?? '')}${starts.length > 1 ? `，共 ${starts.length} 处` : ''}`,
    ),
    facts: { places: starts.length, words: indices.length },
  });
}

function isWholeSentence({ sentences }: Heard, indices: readonly number[]): boolean {
  const chosen = new Set(indices);
  return sentences.every((sentence) => {
    const own = indicesOf(sentence);
    const count = own.filter((index) => chosen.has(index)).length;
    return count === 0 || count === own.length;
  });
}

function notFound({ words }: ToolContext, asked: Asked, { sentences }: Heard): string {
  if (asked.sentence !== undefined || asked.at !== undefined)
    return words.say(`there is no such sentence; there are ${sentences.length}`, `没有这一句，共有 ${sentences.length} 句`);
  const wanted = asked.about ?? asked.words ?? '';
  return words.say(`nothing that is said is about "${wanted}"`, `没有提到“${wanted}”的话`);
}

function whichOne({ words }: ToolContext, { about = '' }: Asked, found: readonly Sentence[]): string {
  const list = found.slice(0, 6).map(({ start, text }) => `${words.clock(start)} ${shortly(text)}`).join('; ') + (found.length > 6 ? '; …' : ''); // prettier-ignore
  return words.say(
    `${found.length} sentences are about "${about}": ${list}. Shall I cut all of them? Answer yes, or name one ("cut the sentence at ${words.clock(found[0]!.start)}").`,
    `有 ${found.length} 句提到“${about}”：${list}。要全部剪掉吗？请回答“是”，或指明一句（“剪掉 ${words.clock(found[0]!.start)} 的那句话”）。`,
  );
}
