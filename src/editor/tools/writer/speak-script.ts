import { z } from 'zod';
import type { Receipt } from '#core/facts';
import {
  estimateSeconds,
  layLines,
  scaleRate,
  scriptLimits,
  type NarrationTake,
  type ScriptLine,
  type ScriptShot,
} from '#core/script';
import { rangeEnd, toSeconds, type Ticks } from '#core/time';
import { timelineDuration } from '#core/timeline';
import type { Voice } from '#editor/assets';
import { receipt, unchanged } from '../receipt.ts';
import { timePoint } from '../time-point.ts';
import { defineTool, type ToolContext } from '../tool.ts';
import { chooseVoice, languageOf, rateOf } from './choose-voice.ts';
import { heardLines, layNarration } from './narration-track.ts';
import { scriptLines, type FoundLines } from './script-lines.ts';
import { shotsOf } from './shots.ts';
import { currentTake, nameOf, takeOf, useTake } from './takes.ts';
import { tellTake } from './tell-take.ts';
import { shorten } from './write-with-model.ts';

const input = z
  .object({
    text: z
      .string()
      .max(scriptLimits.characters)
      .optional()
      .describe("The user's words, literally: one paragraph a line, with shot numbers or times where they gave them"),
    lines: z
      .array(
        z
          .object({
            text: z.string().trim().min(1).max(scriptLimits.lineCharacters),
            shot: z.number().int().min(1).max(1000).optional(),
            start: timePoint.optional().describe('When it begins'),
          })
          .strict(),
      )
      .min(1)
      .max(scriptLimits.lines)
      .optional()
      .describe('The words line by line, instead of text'),
    voice: z.string().trim().min(1).max(100).optional().describe('Words of the name of a voice'),
    sex: z.enum(['female', 'male']).optional(),
    changes: z
      .array(
        z
          .object({
            line: z.number().int().min(1).max(scriptLimits.lines),
            text: z.string().trim().min(1).max(scriptLimits.lineCharacters),
          })
          .strict(),
      )
      .min(1)
      .max(scriptLimits.lines)
      .optional()
      .describe('Other words for lines of the narration, by their number; the others are said as before'),
    add: z.boolean().optional().describe('With lines that have a start: they come to those that are heard now'),
    another: z.boolean().optional().describe('Another take of the same words; the one before is kept'),
    another_voice: z.boolean().optional().describe('Another take, by another voice'),
    pace: z.enum(['slower', 'faster', 'normal']).optional().describe('Than the take before'),
    take: z.number().int().min(1).max(1000).optional().describe('Use this earlier take again, nothing is spoken'),
  })
  .strict();

type Asked = z.infer<typeof input>;

/** A step of the pace. */
const paceStep = 1.12;
/** A script that takes this much longer than the video is not spoken: it would have to be cut. */
const mostOver = 1.3;

/** Speaks a script over the video: a track of its own, in the shots it belongs to, everything else lower under it. */
export const speakScript = defineTool({
  name: 'speak_script',
  description:
    'Narrates the video: speaks the script of write_script, or the words that the user gave (text or lines), with a voice, fits each line to its shot and lowers the original sound under it. Takes are kept: another, another_voice and pace make a new take of the same words, take brings an earlier one back. Never invent words: give text only where the user wrote it.',
  input,
  changes: true,
  run: async (context, asked): Promise<Receipt> => {
    const { workspace, words } = context;
    const length = timelineDuration(workspace.timeline());
    if (length === 0)
      return unchanged(
        'speak_script',
        asked,
        words.say('the timeline is empty; upload a video first', '时间线是空的，请先上传视频'),
      );
    const notes = workspace.writer.notes();
    if (asked.take !== undefined) return useTake(context, asked, notes.takes);
    const again =
      asked.another === true ||
      asked.another_voice === true ||
      asked.pace !== undefined ||
      asked.sex !== undefined ||
      asked.voice !== undefined;
    const last = currentTake(context, notes.takes);
    const heard = last === undefined ? [] : heardLines(workspace.timeline(), last);
    const found = scriptLines({ ...asked, another: again, heard }, notes, last, words);
    if ('why' in found) return unchanged('speak_script', asked, found.why);
    const language = languageOf(found.lines.map(({ text }) => text).join(' '));
    const voice = chooseVoice(await workspace.writer.voices(), {
      language,
      last,
      words,
      voice: asked.voice,
      sex: asked.sex,
      anotherVoice: asked.another_voice,
    });
    if ('why' in voice) return unchanged('speak_script', asked, voice.why);
    const shots = await shotsOf(context, { language: words.language });
    return speakTake(context, asked, {
      found,
      voice,
      language,
      shots,
      last: again || asked.changes !== undefined || asked.add === true ? last : undefined,
      length,
    });
  },
});

type Speaking = {
  readonly found: FoundLines;
  readonly voice: Voice;
  readonly language: string;
  readonly shots: readonly ScriptShot[];
  /** The take that this one is another of. */
  readonly last: NarrationTake | undefined;
  readonly length: Ticks;
};

async function speakTake(context: ToolContext, asked: Asked, speaking: Speaking): Promise<Receipt> {
  const { workspace, words } = context;
  const { voice, language, shots, last, length } = speaking;
  const notes = workspace.writer.notes();
  const pace = paceOf(asked, last);
  const measured = notes.takes.findLast((take) => take.voice === voice.id)?.measured ?? 1;
  const rate = scaleRate(rateOf(voice), measured / pace);
  const lines = await fittingLines(context, speaking, rate);
  // Timed before it is spoken: what cannot fit costs nothing.
  const estimates = lines.map(({ text }) => estimateSeconds(text, rate));
  const total = estimates.reduce((sum, one) => sum + one, 0);
  if (total > toSeconds(length) * mostOver) {
    const share = Math.floor((100 * toSeconds(length)) / total);
    return receipt('speak_script', 'unchanged', asked, {
      skipped: [
        {
          what: 'speak_script',
          reason: words.say(
            `the words take about ${Math.round(total)} s to say and the video has ${Math.round(toSeconds(length))} s; shorten them to ${share} % and nothing is lost`,
            `朗读约需 ${Math.round(total)} 秒，而视频只有 ${Math.round(toSeconds(length))} 秒；请将文字缩短到 ${share}%`,
          ),
        },
      ],
      facts: { estimatedMs: Math.round(total * 1000) },
    });
  }
  const number = (notes.takes.at(-1)?.number ?? 0) + 1;
  const spoken = await workspace.writer.speak({
    texts: lines.map(({ text }) => text),
    voice,
    language,
    pace,
    name: words.say(`Narration take ${number}`, `旁白第 ${number} 版`),
  });
  // What is said in it is known: captions and cuts by words need no recogniser.
  await workspace.giveWords(spoken.asset, {
    kind: 'text',
    language,
    texts: lines.map(({ text }, index) => ({ text, start: spoken.lines[index]!.start, end: rangeEnd(spoken.lines[index]!) })),
  });
  const take = takeOf(number, {
    voice: { ...voice, name: nameOf(voice, context) },
    pace,
    lines,
    spoken,
    estimated: total / measured,
  });
  const laying = layLines(
    lines.map((line, index) => ({ ...line, duration: spoken.lines[index]!.duration })),
    shots.map(({ range }) => range),
    length,
  );
  const draft = tellTake(context, asked, { take, laying, facts: { estimatedMs: Math.round(total * 1000) } });
  const edits = layNarration(workspace.timeline(), { take, asset: spoken.asset, laid: laying.lines }, workspace.preview);
  // Kept first: a take that is on the timeline and not known could never be another's base.
  await keepTake(context, speaking, { take, lines });
  const { revision } = await workspace.commit(edits, { tool: 'speak_script', receipt: draft });
  return { ...draft, revision };
}

/** The script as it was spoken is the script from now on. */
async function keepTake(
  { workspace, words }: ToolContext,
  { found, shots, length }: Speaking,
  { take, lines }: { readonly take: NarrationTake; readonly lines: readonly ScriptLine[] },
): Promise<void> {
  const notes = workspace.writer.notes();
  const known = notes.script;
  const takes = [...notes.takes, take];
  if (found.isScript && known !== undefined) return workspace.writer.keep({ takes, script: { ...known, lines } });
  const script = {
    title: found.title ?? words.say('Narration', '旁白'),
    language: words.language,
    tone: words.say('as written', '按原文'),
    lengthSeconds: Math.round(toSeconds(length)),
    writtenBy: 'user' as const,
    shots,
    lines,
    afterText: notes.texts.at(-1)?.number ?? 0,
  };
  return workspace.writer.keep({ takes, script });
}

/** Lines that a model wrote are made shorter before they are spoken where they are too long for their shots. */
async function fittingLines(
  context: ToolContext,
  { found, shots }: Speaking,
  rate: ReturnType<typeof rateOf>,
): Promise<readonly ScriptLine[]> {
  const { model } = context.workspace.writer;
  const script = context.workspace.writer.notes().script;
  const isLong = found.lines.some(({ shot, text }) => {
    const range = shots.find(({ number }) => number === shot)?.range;
    return range !== undefined && estimateSeconds(text, rate) > toSeconds(range.duration) * 1.08;
  });
  if (!found.isOurs || !isLong || model === undefined || script === undefined) return found.lines;
  return shorten(
    model,
    { shots, tone: script.tone, lengthSeconds: script.lengthSeconds, language: script.language, rate },
    found.lines,
  );
}

function paceOf({ pace }: Asked, last: NarrationTake | undefined): number {
  const before = last?.pace ?? 1;
  const next = pace === 'slower' ? before / paceStep : pace === 'faster' ? before * paceStep : pace === 'normal' ? 1 : before;
  return Math.round(Math.min(1.6, Math.max(0.6, next)) * 1000) / 1000;
}
