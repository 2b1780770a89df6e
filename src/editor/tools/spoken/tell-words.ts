import { z } from 'zod';
import { scriptLimits } from '#core/script';
import { toMilliseconds } from '#core/time';
import { findPassages, readTranscript, splitWords } from '#core/words';
import { receipt, unchanged } from '../receipt.ts';
import { defineTool } from '../tool.ts';
import { plural } from '../words.ts';
import { shortly } from './cut-spoken.ts';
import { heardWords, spokenAssets } from './heard-words.ts';

/** Takes what the user says is spoken; its times are found in the sound. */
export const giveScript = defineTool({
  name: 'give_script',
  description:
    'Takes the words that are spoken in a recording, as the user gives them: a script as plain text, subtitles, or words as JSON. Where the words are is found in the sound, with no model. Never invent words: only what the user gave.',
  input: z
    .object({
      text: z.string().trim().min(1).max(2_000_000),
      recording: z.string().max(200).optional().describe('Name of the file it is about, where there are several'),
    })
    .strict(),
  changes: false,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const short = { ...asked, text: `${asked.text.length} characters` };
    // What a narrator says here is known already.
    const takes = new Set(workspace.writer.notes().takes.map(({ assetId }) => assetId));
    const assets = spokenAssets(context).filter(({ id }) => !takes.has(id));
    const named = assets.filter(({ name }) => asked.recording !== undefined && name.toLowerCase().includes(asked.recording.toLowerCase())); // prettier-ignore
    const asset = named[0] ?? (assets.length === 1 ? assets[0] : undefined);
    if (asset === undefined && assets.length === 0 && workspace.timeline().tracks.some(({ kind }) => kind === 'video')) {
      // Nobody speaks in it: the words can only be meant for a narrator.
      const { texts } = workspace.writer.notes();
      const kept = {
        name: 'script',
        text: asked.text.slice(0, scriptLimits.characters),
        number: (texts.at(-1)?.number ?? 0) + 1,
      };
      await workspace.writer.keep({ texts: [...texts, kept] });
      return receipt('give_script', 'done', short, {
        done: [
          words.say(
            'The script is kept; say "narrate it" and it is spoken over the video',
            '脚本已保存；说“给视频配上旁白”即可朗读',
          ),
        ],
      });
    }
    if (asset === undefined)
      return unchanged(
        'give_script',
        short,
        assets.length === 0
          ? words.say('there is no recording on the timeline; upload it first', '时间线上没有录音，请先上传')
          : words.say(
              `there are ${assets.length} recordings; say which one it is: ${assets.map(({ name }) => name).join(', ')}`,
              `有 ${assets.length} 个录音，请说明是哪一个：${assets.map(({ name }) => name).join('、')}`,
            ),
      );
    const given = readTranscript(asked.text);
    await workspace.giveWords(asset, given);
    const heard = await heardWords(context);
    if ('why' in heard) return unchanged('give_script', short, heard.why);
    const count = heard.transcripts.get(asset.id)?.words.length ?? splitWords(asked.text).length;
    const [first, last] = [heard.words[0]!, heard.words.at(-1)!];
    return receipt('give_script', 'done', short, {
      done: [
        words.say(
          `Found ${plural(count, 'word')} in the sound of ${asset.name}, from ${words.clock(first.start)} to ${words.clock(last.end)}; ask for captions, a sentence to cut, or where something is said`,
          `已在 ${asset.name} 的声音中找到 ${count} 个词，${words.clock(first.start)}–${words.clock(last.end)}；可以加字幕、剪掉某句话，或查找说过的内容`,
        ),
      ],
      warnings: heard.warnings,
      facts: { words: count },
    });
  },
});

/** Looks through what is said; nothing changes. */
export const findWords = defineTool({
  name: 'find_words',
  description:
    'Says where something is said: times and sentences for words or a topic. Without a query it gives the whole transcript. Changes nothing.',
  input: z.object({ query: z.string().trim().min(1).max(300).optional() }).strict(),
  changes: false,
  run: async (context, asked) => {
    const { words } = context;
    const heard = await heardWords(context);
    if ('why' in heard) return unchanged('find_words', asked, heard.why);
    if (asked.query === undefined) {
      const text = heard.sentences.map(({ start, text: said, speaker }) => `${words.clock(start)} ${speaker === undefined ? '' : `${speaker}: `}${said}`).join('\n'); // prettier-ignore
      return receipt('find_words', 'done', asked, {
        done: [
          words.say(
            `${plural(heard.words.length, 'word')} in ${plural(heard.sentences.length, 'sentence')}`,
            `共 ${heard.words.length} 个词，${heard.sentences.length} 句`,
          ),
        ],
        text,
        warnings: heard.warnings,
        facts: { words: heard.words.length, sentences: heard.sentences.length },
      });
    }
    const found = findPassages(heard.sentences, asked.query);
    if (found.length === 0)
      return unchanged(
        'find_words',
        asked,
        words.say(`nothing that is said is about "${asked.query}"`, `没有提到“${asked.query}”的话`),
      );
    const shown = found.slice(0, 10).map(({ sentence }) => `${words.clock(sentence.start)} ${shortly(sentence.text)}`);
    return receipt('find_words', 'done', asked, {
      done: [
        words.say(
          `"${asked.query}" is spoken of ${found.length === 1 ? 'once' : `${found.length} times`}: ${shown.join('; ')}${found.length > 10 ? '; …' : ''}`,
          `“${asked.query}”出现 ${found.length} 次：${shown.join('；')}${found.length > 10 ? '；……' : ''}`,
        ),
      ],
      warnings: heard.warnings,
      facts: { places: found.length, firstMs: toMilliseconds(found[0]!.sentence.start) },
    });
  },
});
