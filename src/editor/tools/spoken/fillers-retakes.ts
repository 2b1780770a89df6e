import { z } from 'zod';
import { fillerAir, fillerWords, findRetakes, plainWord, sentenceAir } from '#core/words';
import { unchanged } from '../receipt.ts';
import { defineTool } from '../tool.ts';
import { plural } from '../words.ts';
import { cutSpoken, shortly } from './cut-spoken.ts';
import { heardWords } from './heard-words.ts';

/** Cuts the sounds that say nothing. */
export const removeFillers = defineTool({
  name: 'remove_fillers',
  description:
    'Cuts filler words out of picture and sound: um, uh, er, hmm, 嗯, 呃, or the words that the user names ("like", "you know"). Needs a transcript with these words in it, or a recogniser that writes them.',
  input: z
    .object({
      words: z.array(z.string().trim().min(1).max(60)).min(1).max(20).optional().describe('Only these; absent: every um and uh'),
      confirmed: z.boolean().optional().describe('Set after the user said yes to the question this tool asked'),
    })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { words } = context;
    const heard = await heardWords(context);
    if ('why' in heard) return unchanged('remove_fillers', asked, heard.why);
    const indices = fillerWords(heard.words, asked.words ?? []);
    const named = asked.words?.map((word) => `"${word}"`).join(', ');
    if (indices.length === 0)
      return unchanged(
        'remove_fillers',
        asked,
        words.say(
          `there is no ${named ?? 'filler word'} in what is said; a transcript that leaves them out cannot show them`,
          `话语中没有${named ?? '语气词'}；如果文字稿省略了它们，就无法找到`,
        ),
      );
    const kinds = [...new Set(indices.map((index) => plainWord(heard.words[index]!.text)))].slice(0, 5).join(', ');
    return cutSpoken(context, {
      tool: 'remove_fillers',
      asked,
      heard,
      indices,
      air: fillerAir,
      done: words.say(
        `Removed ${plural(indices.length, 'filler word')}: ${named ?? kinds}`,
        `已删除 ${indices.length} 个语气词：${named ?? kinds}`,
      ),
      facts: { count: indices.length },
    });
  },
});

/** Keeps the last take of what was said several times. */
export const removeRetakes = defineTool({
  name: 'remove_retakes',
  description:
    'Finds sentences that were said again (slips, broken-off beginnings, repeated takes), keeps the last take and cuts the ones before. Needs to know what is said.',
  input: z
    .object({ confirmed: z.boolean().optional().describe('Set after the user said yes to the question this tool asked') })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { words } = context;
    const heard = await heardWords(context);
    if ('why' in heard) return unchanged('remove_retakes', asked, heard.why);
    const retakes = findRetakes(heard);
    if (retakes.length === 0) return unchanged('remove_retakes', asked, words.say('no sentence is said twice', '没有重复的句子'));
    const quotes = retakes.slice(0, 3).map(({ text }) => shortly(text)).join(', ') + (retakes.length > 3 ? ', …' : ''); // prettier-ignore
    return cutSpoken(context, {
      tool: 'remove_retakes',
      asked,
      heard,
      indices: retakes.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, offset) => first + offset)),
      air: sentenceAir,
      done: words.say(
        `Cut ${plural(retakes.length, 'earlier take')} and kept the last of each: ${quotes}`,
        `已剪掉 ${retakes.length} 个较早的重复，保留最后一遍：${quotes}`,
      ),
      facts: { count: retakes.length },
    });
  },
});
