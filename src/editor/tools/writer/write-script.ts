import { z } from 'zod';
import { isEditorError } from '#core/errors';
import type { Receipt } from '#core/facts';
import { countWords, estimateSeconds, scriptMarkdown, type Script, type ScriptShot } from '#core/script';
import { timelineDuration } from '#core/timeline';
import { toSeconds } from '#core/time';
import { receipt, unchanged } from '../receipt.ts';
import { storyPictures } from '../targets.ts';
import { defineTool, type ToolContext } from '../tool.ts';
import { plural } from '../words.ts';
import { expectedRate } from './choose-voice.ts';
import { freeSeconds, shotsOf } from './shots.ts';
import { writeWithModel, type Written } from './write-with-model.ts';

const input = z
  .object({
    tone: z
      .string()
      .trim()
      .min(1)
      .max(60)
      .optional()
      .describe('Such as friendly, calm, energetic, professional; default friendly'),
    length_seconds: z
      .number()
      .min(3)
      .max(7200)
      .optional()
      .describe('How much narration in all; default as much as the video has room for'),
    language: z.enum(['en', 'zh']).optional().describe('Of the script; default the language of the user'),
    topic: z.string().trim().min(1).max(2000).optional().describe('What the user says the video is about'),
  })
  .strict();

type Asked = z.infer<typeof input>;

/** How much moves is measured up to here: it takes twice as long as finding the shots. */
const longestWatchedSeconds = 300;

/** Writes a voiceover script from the video, with a model; without one a frame of its shots to fill in. */
export const writeScript = defineTool({
  name: 'write_script',
  description:
    'Writes a voiceover script for the video on the timeline: every line timed to its shot. It looks at the shots itself and the user is shown the whole script, so do not repeat it. Without a model that sees pictures it gives an honest frame: shots, times, what is said, room for words, places to fill. Speaks nothing: that is speak_script.',
  input,
  changes: false,
  run: async (context, asked): Promise<Receipt> => {
    const { workspace, words } = context;
    const timeline = workspace.timeline();
    if (timelineDuration(timeline) === 0)
      return unchanged(
        'write_script',
        asked,
        words.say('the timeline is empty; upload a video first', '时间线是空的，请先上传视频'),
      );
    const language = asked.language ?? words.language;
    const movement = toSeconds(timelineDuration(timeline)) <= longestWatchedSeconds;
    const all = await shotsOf(context, { language, movement });
    const room = all.reduce((sum, shot) => sum + freeSeconds(shot), 0);
    const lengthSeconds = Math.min(asked.length_seconds ?? room, Math.max(room, 1));
    const shots = await shotsOf(context, { language, movement, lengthSeconds });
    const base = {
      title: titleOf(context),
      language,
      tone: asked.tone ?? words.say('friendly', '亲切'),
      lengthSeconds: Math.round(lengthSeconds * 10) / 10,
      afterText: workspace.writer.notes().texts.at(-1)?.number ?? 0,
    };
    const tried = await tryModel(context, asked, { ...base, shots });
    const script: Script =
      'why' in tried
        ? { ...base, shots, writtenBy: 'draft', lines: [] }
        : { ...base, title: tried.title || base.title, shots: tried.shots, writtenBy: 'model', lines: tried.lines };
    await workspace.writer.keep({ script });
    const shorter =
      asked.length_seconds !== undefined && asked.length_seconds > lengthSeconds + 1
        ? [
            words.say(
              `The video has room for about ${Math.round(room)} s of narration, so the script is no longer than that`,
              `视频中约有 ${Math.round(room)} 秒可放旁白，因此脚本不超过该长度`,
            ),
          ]
        : [];
    return 'why' in tried
      ? draftReceipt(context, asked, { script, why: tried.why, warnings: shorter })
      : writtenReceipt(context, asked, { script, over: tried.over, warnings: shorter });
  },
});

type Base = Omit<Script, 'writtenBy' | 'lines'>;

/** What a model wrote, or why none did. */
async function tryModel(context: ToolContext, { topic }: Asked, base: Base): Promise<Written | { readonly why: string }> {
  const { workspace, words } = context;
  const { model } = workspace.writer;
  const enable = words.say(
    'set RUSHES_MODEL to a model that sees pictures and RUSHES_MODEL_SEES=on, and the script is written from what is shown',
    '请将 RUSHES_MODEL 设为能看图的模型并设置 RUSHES_MODEL_SEES=on，即可根据画面撰写脚本',
  );
  if (model === undefined)
    return {
      why: words.say(
        `no language model is set up, so the words are left to you; ${enable}`,
        `尚未配置语言模型，文字需由你填写；${enable}`,
      ),
    };
  const knows = base.shots.some(({ said }) => said !== undefined) || topic !== undefined;
  if (!model.sees && !knows)
    return {
      why: words.say(
        `${model.name} does not see pictures and nothing is known of what is said; ${enable}`,
        `${model.name} 看不到画面，也不知道视频中说了什么；${enable}`,
      ),
    };
  if (base.shots.every(({ budgetWords }) => budgetWords === 0))
    return {
      why: words.say(
        'there is no shot with room for a sentence: they are short, or somebody speaks all the time',
        '没有可放下一句话的镜头：镜头太短，或一直有人说话',
      ),
    };
  try {
    const { writer } = workspace;
    const rate = expectedRate(await writer.voices(), writer.notes().takes, { language: base.language, words });
    return await writeWithModel(context, model, { ...base, topic, rate });
  } catch (error) {
    if (!isEditorError(error, 'LLM_UNAVAILABLE')) throw error;
    return {
      why: words.say(
        `${model.name} gave no script that could be used, so the words are left to you`,
        `${model.name} 没有给出可用的脚本，文字需由你填写`,
      ),
    };
  }
}

type Told = { readonly script: Script; readonly warnings: readonly string[] };

function draftReceipt(
  { words }: ToolContext,
  asked: object,
  { script, why, warnings }: Told & { readonly why: string },
): Receipt {
  const room = script.shots.reduce((sum, { budgetWords }) => sum + budgetWords, 0);
  return receipt('write_script', 'partial', asked, {
    done: [
      words.say(
        `Drafted a frame for a ${script.tone} script: ${plural(script.shots.length, 'shot')}, room for about ${room} words`,
        `已列出脚本框架（语气：${script.tone}）：${script.shots.length} 个镜头，约可容纳 ${room} 字`,
      ),
    ],
    skipped: [{ what: 'write_script', reason: why }],
    warnings: [
      ...warnings,
      words.say(
        'Fill the places in square brackets and send the text back after "narrate this:"; what stays in brackets is not spoken',
        '填写方括号中的内容，并以“朗读：”开头把文本发回；方括号内的内容不会被读出',
      ),
    ],
    facts: { shots: script.shots.length, budgetWords: room, writtenBy: 'draft' },
    text: scriptMarkdown(script),
  });
}

function writtenReceipt(
  { words }: ToolContext,
  asked: object,
  { script, over, warnings }: Told & Pick<Written, 'over'>,
): Receipt {
  const count = script.lines.reduce((sum, { text }) => sum + countWords(text), 0);
  const estimated = script.lines.reduce((sum, { text }) => sum + estimateSeconds(text), 0);
  const length = toSeconds(script.shots.reduce((sum, { range }) => sum + range.duration, 0) as ScriptShot['range']['duration']);
  return receipt('write_script', 'done', asked, {
    done: [
      words.say(
        `Wrote a ${script.tone} script: ${plural(script.lines.length, 'line')}, ${count} words, about ${Math.round(estimated)} s to say over ${Math.round(length)} s of video`,
        `已撰写脚本（语气：${script.tone}）：${script.lines.length} 句，${count} 字，约 ${Math.round(estimated)} 秒，视频共 ${Math.round(length)} 秒`,
      ),
    ],
    warnings: [
      ...warnings,
      ...over.map(({ line, seconds }) =>
        words.say(
          `Line ${line + 1} is about ${seconds.toFixed(1)} s too long for shot ${script.lines[line]!.shot}`,
          `第 ${line + 1} 句比镜头 ${script.lines[line]!.shot} 约长 ${seconds.toFixed(1)} 秒`,
        ),
      ),
    ],
    facts: {
      shots: script.shots.length,
      lines: script.lines.length,
      words: count,
      estimatedMs: Math.round(estimated * 1000),
      writtenBy: 'model',
    },
    text: scriptMarkdown(script),
  });
}

/** The first file of the story. */
function titleOf({ workspace, words }: ToolContext): string {
  const first = storyPictures(workspace.timeline())[0]?.clip.assetId;
  return workspace.assets().find(({ id }) => id === first)?.name ?? words.say('the video', '视频');
}
