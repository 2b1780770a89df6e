import { z } from 'zod';
import { findCuts, type PausePolicy, type Receipt } from '#core/facts';
import {
  milliseconds,
  rangeBetween,
  rangeEnd,
  snapToFrame,
  subtractTicks,
  totalDuration,
  unite,
  type Ticks,
  type TimeRange,
} from '#core/time';
import { sourceToRecord, timelineDuration, type Edit, type Timeline } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { usedAssets } from './remove-noise.ts';
import { isMusic, soundClips } from './sound-clips.ts';
import { defineTool, type ToolContext } from './tool.ts';
import { plural } from './words.ts';

const input = z
  .object({
    mode: z
      .enum(['trim', 'remove'])
      .default('trim')
      .describe('trim: shorten each pause to a breath (250 ms); remove: cut it down to the margins around speech'),
    where: z
      .enum(['all', 'start', 'end', 'edges'])
      .default('all')
      .describe('Which pauses: all, only the one before the first word, after the last, or both'),
    minimum_ms: z.number().min(150).max(60_000).optional().describe('Shortest pause that counts, in ms; default 400'),
    keep_ms: z.number().min(60).max(5000).optional().describe('What is left of a pause, in ms; default 250 for trim'),
    confirmed: z.boolean().optional().describe('Set after the user said yes to the question this tool asked'),
  })
  .strict();

type Asked = z.infer<typeof input>;

/** Shortens or removes the pauses between words, in sound and picture together; never cuts inside a word. */
export const trimPauses = defineTool({
  name: 'trim_pauses',
  description:
    'Finds pauses, silence and dead air between spoken words and shortens or removes them in picture and sound. Never cuts inside a word. Asks first where more than 60 % would go or where pauses hold music or other sound.',
  input,
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const timeline = workspace.timeline();
    const before = timelineDuration(timeline);
    const found = await findRemovals(context, timeline, asked);
    if (found.speechless)
      return unchanged(
        'trim_pauses',
        asked,
        words.say('no speech was found, so there are no pauses between words', '没有检测到人声，因此没有停顿可剪'),
      );
    if (found.ranges.length === 0) {
      const why = { what: 'trim_pauses', reason: words.say('there is no pause that is long enough', '没有足够长的停顿') };
      return receipt('trim_pauses', 'unchanged', asked, { skipped: [why, ...spared(context, found.spared)] });
    }
    if (found.question !== undefined && asked.confirmed !== true) {
      return receipt('trim_pauses', 'needs-answer', asked, {
        question: question(context, found.question, found.ranges, before),
        facts: { wouldRemoveMs: toMs(totalDuration(found.ranges)) },
      });
    }
    const edits = found.ranges.toReversed().map((range): Edit => ({ kind: 'ripple-delete', range }));
    const removed = totalDuration(found.ranges);
    const after = subtractTicks(before, removed);
    const count = found.ranges.length;
    const draft = receipt('trim_pauses', 'done', asked, {
      done: [
        words.say(
          `${asked.mode === 'trim' ? 'Trimmed' : 'Removed'} ${plural(count, 'pause')}: ${words.clock(before)} → ${words.clock(after)}, ${(toMs(removed) / 1000).toFixed(1)} s shorter`,
          `已${asked.mode === 'trim' ? '修剪' : '删除'} ${count} 处停顿：${words.clock(before)} → ${words.clock(after)}，缩短 ${(toMs(removed) / 1000).toFixed(1)} 秒`,
        ),
      ],
      skipped: spared(context, found.spared),
      facts: { count, removedMs: toMs(removed), lengthBeforeMs: toMs(before), lengthAfterMs: toMs(after) },
    });
    const { revision } = await workspace.commit(edits, { tool: 'trim_pauses', receipt: draft });
    return { ...draft, revision };
  },
});

type Removals = {
  readonly ranges: readonly TimeRange[];
  /** Long gaps left alone because they hold other sound. */ readonly spared: number;
  readonly speechless: boolean;
  readonly question?: string;
};

/** Record ranges to take out, on frame borders, last word first kept. */
async function findRemovals({ workspace }: ToolContext, timeline: Timeline, asked: Asked): Promise<Removals> {
  const clips = soundClips(timeline).filter(({ track }) => !track.muted && !isMusic(track));
  const ranges: TimeRange[] = [];
  let heard = false;
  let spared = 0;
  let question: string | undefined;
  for (const asset of usedAssets(
    workspace.assets(),
    clips.map(({ clip }) => clip),
  )) {
    const { speech } = await workspace.soundFacts(asset, ['speech']);
    if (speech === undefined || speech.speech.length === 0) continue;
    heard = true;
    // The ends of what is used are its head and tail, wherever they lie in the recording.
    const used = unite(clips.flatMap(({ clip }) => (clip.assetId === asset.id ? [clip.sourceRange] : [])));
    const within = rangeBetween(used[0]!.start, rangeEnd(used.at(-1)!));
    const cuts = findCuts(speech, policyFor(asked), { within });
    question ??= cuts.needsQuestion;
    spared += cuts.kept.length;
    for (const { clip, range } of clips) {
      if (clip.assetId !== asset.id) continue;
      for (const cut of cuts.remove) {
        const mapped = sourceToRecord(clip, range.start, cut);
        if (mapped !== undefined) ranges.push(mapped);
      }
    }
  }
  const length = timelineDuration(timeline);
  const snapped = unite(ranges).flatMap((range) => snapInside(range, timeline, length));
  return {
    ranges: snapped.filter((range) => isAsked(range, asked.where, length)),
    speechless: !heard,
    spared,
    ...(question === undefined ? {} : { question }),
  };
}

function policyFor(asked: Asked): PausePolicy {
  return {
    mode: asked.mode,
    ...(asked.minimum_ms === undefined ? {} : { minimum: milliseconds(asked.minimum_ms) }),
    ...(asked.keep_ms === undefined ? {} : { keep: milliseconds(asked.keep_ms) }),
  };
}

/** Moves both ends inwards to frame borders: a hair more of the pause stays, never less of a word. */
function snapInside(range: TimeRange, timeline: Timeline, length: Ticks): TimeRange[] {
  const start = range.start <= 0 ? range.start : snapToFrame(range.start, timeline.frameRate, 'ceil');
  const end = rangeEnd(range) >= length ? length : snapToFrame(rangeEnd(range), timeline.frameRate, 'floor');
  const duration = subtractTicks(end, start);
  return duration >= milliseconds(50) ? [{ start, duration }] : [];
}

function isAsked(range: TimeRange, where: Asked['where'], length: Ticks): boolean {
  const slack = milliseconds(400);
  const first = range.start <= slack;
  const last = rangeEnd(range) >= length - slack;
  return where === 'all' || (where === 'start' && first) || (where === 'end' && last) || (where === 'edges' && (first || last));
}

function spared({ words }: ToolContext, count: number): Receipt['skipped'] {
  if (count === 0) return [];
  const reason = words.say(
    `${plural(count, 'gap')} left alone: there is sound in ${count === 1 ? 'it' : 'them'} that is not speech`,
    `${count} 处空隙含有人声以外的声音，已保留`,
  );
  return [{ what: 'trim_pauses', reason }];
}

function question({ words }: ToolContext, reason: string, ranges: readonly TimeRange[], before: Ticks): string {
  const share = Math.round((totalDuration(ranges) / before) * 100);
  return words.say(
    `This would remove ${plural(ranges.length, 'pause')}, ${share} % of the recording (${reason}). Shall I do it? Answer yes or no.`,
    `这会删除 ${ranges.length} 处停顿，占录音的 ${share}%。要继续吗？请回答“是”或“否”。`,
  );
}

function toMs(time: Ticks): number {
  return Math.round(time / 705_600);
}
