import { z } from 'zod';
import type { Problem, Receipt } from '#core/facts';
import { diagnose as findProblems } from '#editor/assets';
import { receipt, unchanged } from './receipt.ts';
import { repairSound } from './repair-sound.ts';
import { removeRanges } from './ranges.ts';
import { removeNoise } from './remove-noise.ts';
import { setLoudness } from './sound-level.ts';
import { stabilize } from './stabilize.ts';
import { smoothJumpCuts } from './jump-cuts.ts';
import { crop } from './crop.ts';
import { syncAudio } from './sync-audio.ts';
import { defineTool, type Tool, type ToolContext } from './tool.ts';
import { trimPauses } from './trim-pauses.ts';
import { plural, type Words } from './words.ts';

/** In which order repairs run: what changes no times first; all ranges at once, since their times mean the video as it was. */
const repairTools: readonly Tool[] = [
  repairSound,
  removeNoise,
  setLoudness,
  syncAudio,
  stabilize,
  crop,
  smoothJumpCuts,
  removeRanges,
  trimPauses,
];

/** Says what is wrong with the video, worst first, with the repair that each would get. */
export const diagnose = defineTool({
  name: 'diagnose',
  description:
    'Looks for what is wrong with the video as it is now: noise, hum, clicks, clipping, rumble, loudness, level jumps, long pauses, black, frozen or stray pictures, shake, jump cuts, borders. Gives a numbered list, worst first, each with times and the repair it would get. Changes nothing.',
  input: z.object({}).strict(),
  changes: false,
  run: async (context, asked) => {
    const { workspace, words } = context;
    if (workspace.assets().length === 0)
      return unchanged('diagnose', asked, words.say('there is no footage yet; upload a file first', '还没有素材，请先上传文件'));
    const problems = await look(context);
    if (problems.length === 0)
      return receipt('diagnose', 'done', asked, {
        done: [words.say('Nothing wrong was found: there is nothing to repair', '未发现问题，无需修复')],
        facts: { problems: 0 },
      });
    const done = problems.map(({ evidence, repair, severity }, index) => {
      const what = words.say(evidence.en, evidence.zh);
      const [english, chinese] = severityWords(severity);
      return repair === undefined
        ? words.say(
            `${index + 1}. ${what} (${english}; nothing here mends that)`,
            `${index + 1}. ${what}（${chinese}；暂无修复方法）`,
          )
        : words.say(
            `${index + 1}. ${what} (${english}; repair: ${repair.says.en})`,
            `${index + 1}. ${what}（${chinese}；修复：${repair.says.zh}）`,
          );
    });
    if (problems.some(({ repair }) => repair !== undefined)) done.push(whatToSay(problems, words));
    return receipt('diagnose', 'done', asked, {
      done,
      facts: { problems: problems.length, kinds: problems.map(({ kind }) => kind).join(', ') },
    });
  },
});

/** Mends what the diagnosis found: all of it, or the numbers named. */
export const fix = defineTool({
  name: 'fix_problems',
  description:
    'Repairs what diagnose found: everything, or only the numbers of its list. One step for undo. Looks again first, so the numbers mean the list as diagnose gives it now.',
  input: z
    .object({
      numbers: z.array(z.number().int().min(1).max(100)).min(1).optional().describe('Which of the list; default all'),
      except: z.array(z.number().int().min(1).max(100)).min(1).optional().describe('All but these'),
    })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { words } = context;
    const problems = await look(context);
    if (problems.length === 0)
      return unchanged('fix_problems', asked, words.say('there is nothing to repair', '没有需要修复的问题'));
    const chosen =
      asked.numbers === undefined
        ? problems.filter((_, index) => asked.except?.includes(index + 1) !== true)
        : asked.numbers.flatMap((number) => problems[number - 1] ?? []);
    const skipped: { what: string; reason: string }[] = [];
    for (const number of asked.numbers ?? [])
      if (problems[number - 1] === undefined)
        skipped.push({
          what: `${number}`,
          reason: words.say(`the list has ${plural(problems.length, 'entry', 'entries')}`, `列表只有 ${problems.length} 项`),
        });
    for (const { kind, repair } of chosen)
      if (repair === undefined) skipped.push({ what: kind, reason: words.say('nothing here mends that', '暂无修复方法') });
    const outcome = await repairAll(context, chosen);
    const done = outcome.flatMap((one) => one.done);
    const revision = outcome.findLast((one) => one.revision !== undefined)?.revision;
    return receipt('fix_problems', done.length === 0 ? 'unchanged' : 'done', asked, {
      done,
      skipped: [...skipped, ...outcome.flatMap((one) => one.skipped)],
      warnings: outcome.flatMap((one) => one.warnings),
      facts: { problems: chosen.length, repairs: outcome.filter((one) => one.revision !== undefined).length },
      ...(revision === undefined ? {} : { revision }),
    });
  },
});

/** In words: `[English, Chinese]`. */
function severityWords(severity: number): readonly [string, string] {
  if (severity >= 0.66) return ['serious', '严重'];
  return severity >= 0.33 ? ['noticeable', '明显'] : ['slight', '轻微'];
}

function whatToSay(problems: readonly Problem[], words: Words): string {
  const mended = problems.flatMap(({ repair }, index) => (repair === undefined ? [] : [index + 1]));
  const some = mended.slice(0, 2);
  if (some.length < 2) return words.say('Say "fix it" to repair that', '说“修复”即可修复');
  return words.say(
    `Say "fix it" for all of them, or "fix ${some.join(' and ')}"`,
    `说“全部修复”，或“修复第${some.join('和第')}个”`,
  );
}

function look({ workspace }: ToolContext): Promise<Problem[]> {
  return findProblems(workspace, workspace.timeline(), workspace.assets());
}

async function repairAll(context: ToolContext, problems: readonly Problem[]): Promise<Receipt[]> {
  const receipts: Receipt[] = [];
  for (const tool of repairTools) {
    const inputs = problems.flatMap(({ repair }) => (repair?.tool === tool.name ? [repair.input] : []));
    if (inputs.length === 0) continue;
    receipts.push(await tool.run(context, tool.input.parse(together(inputs)) as never));
  }
  return receipts;
}

/** Lists of several calls of one tool joined, other settings as in the last. */
function together(inputs: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  const merged: Record<string, unknown> = {};
  for (const input of inputs)
    for (const [name, value] of Object.entries(input))
      merged[name] = Array.isArray(value) ? [...((merged[name] as unknown[] | undefined) ?? []), ...(value as unknown[])] : value;
  return merged;
}
