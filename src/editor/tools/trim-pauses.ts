import { z } from 'zod';
import type { Asset } from '#core/asset';
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
import { chosenSound, soundFields } from './chosen-sound.ts';
import { pauseSpeedEdits } from './pause-speed.ts';
import { receipt, unchanged } from './receipt.ts';
import { usedAssets } from './remove-noise.ts';
import { isMusic, soundClips } from './sound-clips.ts';
import { defineTool, type ToolContext } from './tool.ts';
import { resolvePoint, timePoint } from './time-point.ts';
import { plural } from './words.ts';

const input = z
  .object({
    mode: z
      .enum(['trim', 'remove', 'speed'])
      .default('trim')
      .describe(
        'trim: shorten each pause to a breath (250 ms); remove: cut it down to the margins around speech; speed: keep it and play it faster',
      ),
    speed: z.number().min(1.25).max(8).optional().describe('With mode speed: how many times as fast; default 4'),
    where: z
      .enum(['all', 'start', 'end', 'edges'])
      .default('all')
      .describe('Which pauses: all, only the one before the first word, after the last, or both'),
    minimum_ms: z.number().min(150).max(60_000).optional().describe('Shortest pause that counts, in ms; default 400'),
    keep_ms: z.number().min(60).max(5000).optional().describe('What is left of a pause, in ms; default 250 for trim'),
    file: soundFields.file,
    after_ms: z.number().min(30).max(2000).optional().describe('Air left after a word, in ms; default 200'),
    before_ms: z.number().min(30).max(2000).optional().describe('Air left before the next word, in ms; default 150'),
    keep_at: z.array(timePoint).max(50).optional().describe('Times of pauses that stay as they are'),
    confirmed: z.boolean().optional().describe('Set after the user said yes to the question this tool asked'),
  })
  .strict();

type Asked = z.infer<typeof input>;

const usualSpeed = 4;

/** Shortens or removes the pauses between words, in sound and picture together; never cuts inside a word. */
export const trimPauses = defineTool({
  name: 'trim_pauses',
  description:
    'Finds pauses, silence and dead air between spoken words and shortens, removes or speeds them up in picture and sound. Never touches a word, leaves music that plays through alone, and lists every cut. Asks first where more than 60 % would go or where pauses hold music or other sound.',
  input,
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const timeline = workspace.timeline();
    const before = timelineDuration(timeline);
    const found = await findRemovals(context, timeline, asked);
    if (found.missing !== undefined) return unchanged('trim_pauses', asked, found.missing);
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
    const factor = asked.mode === 'speed' ? (asked.speed ?? usualSpeed) : undefined;
    const edits =
      factor === undefined
        ? found.ranges.toReversed().map((range): Edit => ({ kind: 'ripple-delete', range }))
        : pauseSpeedEdits(workspace, found.ranges, factor);
    const after = timelineDuration(workspace.preview(edits));
    const draft = receipt('trim_pauses', 'done', asked, {
      done: [headline(context, found.ranges, { asked, before, after }), listOf(context, found.ranges, factor)],
      skipped: spared(context, found.spared),
      facts: {
        count: found.ranges.length,
        removedMs: toMs(subtractTicks(before, after)),
        lengthBeforeMs: toMs(before),
        lengthAfterMs: toMs(after),
        // Every one of them: where it lay and how long it was.
        cutsMs: found.ranges.map(({ start, duration }) => `${toMs(start)}+${toMs(duration)}`).join(','),
      },
    });
    const { revision } = await workspace.commit(edits, { tool: 'trim_pauses', receipt: draft });
    return { ...draft, revision };
  },
});

type Lengths = { readonly asked: Asked; readonly before: Ticks; readonly after: Ticks };

function headline({ words }: ToolContext, ranges: readonly TimeRange[], { asked, before, after }: Lengths): string {
  const count = ranges.length;
  const [en, zh] = {
    trim: ['Trimmed', '修剪'],
    remove: ['Removed', '删除'],
    speed: [`Sped up (${asked.speed ?? usualSpeed}×)`, `以 ${asked.speed ?? usualSpeed} 倍速播放`],
  }[asked.mode] as [string, string];
  const shorter = (toMs(subtractTicks(before, after)) / 1000).toFixed(1);
  return words.say(
    `${en} ${plural(count, 'pause')}: ${words.clock(before)} → ${words.clock(after)}, ${shorter} s shorter`,
    `已${zh} ${count} 处停顿：${words.clock(before)} → ${words.clock(after)}，缩短 ${shorter} 秒`,
  );
}

const mostListed = 20;

/** Where each lies in the video as it is now, so that it can be asked back by that time. */
function listOf({ words }: ToolContext, ranges: readonly TimeRange[], factor: number | undefined): string {
  let gone = 0;
  const named = ranges.map(({ start, duration }) => {
    const at = words.clock(subtractTicks(start, Math.round(gone) as Ticks));
    gone += factor === undefined ? duration : duration * (1 - 1 / factor);
    return `${at} (${(duration / milliseconds(1000)).toFixed(1)} s)`;
  });
  const more = named.length - mostListed;
  const list = named.slice(0, mostListed);
  const [first] = named;
  return words.say(
    `${factor === undefined ? 'Cut' : 'Faster'} at ${list.join(', ')}${more > 0 ? ` and ${more} more` : ''}; "keep the pause at ${first!.split(' ')[0]}" puts one back`,
    `${factor === undefined ? '剪切' : '加速'}位置：${list.join('、')}${more > 0 ? `，另有 ${more} 处` : ''}；说“保留${first!.split(' ')[0]}处的停顿”可恢复该处`,
  );
}

type Removals = {
  readonly ranges: readonly TimeRange[];
  /** Long gaps left alone because they hold other sound. */ readonly spared: number;
  readonly speechless: boolean;
  readonly question?: string;
  /** There is no such file. */ readonly missing?: string;
};

/** Record ranges to take out, on frame borders, last word first kept. */
async function findRemovals(context: ToolContext, timeline: Timeline, asked: Asked): Promise<Removals> {
  const { workspace } = context;
  const audible = soundClips(timeline).filter(({ track }) => !track.muted && !isMusic(track));
  const clips = chosenSound(context, audible, { file: asked.file });
  if ('why' in clips) return { ranges: [], spared: 0, speechless: false, missing: clips.why };
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
    const audible = speech.pauses.some((pause) => pause.audible) && (await hasMusic(context, asset)) ? 'keep-all' : 'keep';
    heard = true;
    // The ends of what is used are its head and tail, wherever they lie in the recording.
    const used = unite(clips.flatMap(({ clip }) => (clip.assetId === asset.id ? [clip.sourceRange] : [])));
    const within = rangeBetween(used[0]!.start, rangeEnd(used.at(-1)!));
    const cuts = findCuts(speech, { ...policyFor(asked), audible }, { within });
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
    ranges: snapped.filter(
      (range) =>
        isAsked(range, asked.where, length) &&
        !isKept(
          range,
          (asked.keep_at ?? []).map((at) => resolvePoint(at, length)),
        ),
    ),
    speechless: !heard,
    spared,
    ...(question === undefined ? {} : { question }),
  };
}

/** A pulse as clear as this is music: what sounds between the words then plays through, and a cut would be heard. */
const musicConfidence = 0.4;

async function hasMusic({ workspace }: ToolContext, asset: Asset): Promise<boolean> {
  const { beats } = await workspace.soundFacts(asset, ['beats']);
  return (beats?.confidence ?? 0) >= musicConfidence;
}

function policyFor(asked: Asked): PausePolicy {
  return {
    mode: asked.mode === 'trim' ? 'trim' : 'remove',
    ...(asked.after_ms === undefined ? {} : { after: milliseconds(asked.after_ms) }),
    ...(asked.before_ms === undefined ? {} : { before: milliseconds(asked.before_ms) }),
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

/** Named by a time in it or hardly beside it. */
function isKept(range: TimeRange, times: readonly Ticks[]): boolean {
  const slack = milliseconds(1000);
  return times.some((at) => at >= range.start - slack && at <= rangeEnd(range) + slack);
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
