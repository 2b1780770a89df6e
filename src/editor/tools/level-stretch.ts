/** Another level for a stretch of time: an envelope on the clips there, with short ramps so that nothing clicks. */
import type { Receipt } from '#core/facts';
import { maxTicks, milliseconds, minTicks, rangeEnd, subtractTicks, zero, type Ticks, type TimeRange } from '#core/time';
import {
  envelopeGainDb,
  itemDuration,
  timelineDuration,
  type Clip,
  type Edit,
  type EnvelopeEffect,
  type Timeline,
  type Track,
} from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { soundClips } from './sound-clips.ts';
import { clamp, effectOf, resolveTarget } from './targets.ts';
import { resolveRange } from './time-point.ts';
import type { ToolContext } from './tool.ts';

const ramp = milliseconds(80);
const silentDb = -144;

export type LevelAsked = {
  readonly change_db?: number | undefined;
  readonly percent?: number | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly clip?: number | undefined;
};

/** The stretch or the clip that a wish about sound names. A sentence where there is none. */
export function stretchOf(
  context: ToolContext,
  asked: Pick<LevelAsked, 'start' | 'end' | 'clip'>,
): TimeRange | { readonly why: string } {
  const { workspace, words } = context;
  if (asked.clip !== undefined) {
    const target = resolveTarget(context, { clip: asked.clip });
    return 'why' in target ? target : target.range;
  }
  const { range } = resolveRange(
    { start: asked.start ?? 'start', end: asked.end ?? 'end' },
    timelineDuration(workspace.timeline()),
  );
  return range.duration > 0 ? range : { why: words.say('that stretch lies behind the end of the video', '该范围在视频结尾之后') };
}

export type Levelling = {
  readonly range: TimeRange;
  readonly tracks: readonly Track[];
  readonly level: Pick<LevelAsked, 'change_db' | 'percent'>;
};

/** Envelopes on every clip of the tracks that sounds in the range; nothing is cut, so that clips stay whole and in step. */
export function levelEdits(timeline: Timeline, { range, tracks, level }: Levelling): Edit[] {
  return soundClips(timeline)
    .filter(
      ({ track, range: own }) =>
        tracks.some(({ id }) => id === track.id) && own.start < rangeEnd(range) && rangeEnd(own) > range.start,
    )
    .map(({ clip, range: own }): Edit => {
      const inside: TimeRange = {
        start: maxTicks(zero, subtractTicks(range.start, own.start)),
        duration: subtractTicks(minTicks(rangeEnd(own), rangeEnd(range)), maxTicks(own.start, range.start)),
      };
      return { kind: 'set-effect', itemId: clip.id, effect: levelled(clip, inside, level) };
    });
}

export async function levelStretch(context: ToolContext, asked: LevelAsked, tracks: readonly Track[]): Promise<Receipt> {
  const { workspace, words } = context;
  const timeline = workspace.timeline();
  const range = stretchOf(context, asked);
  if ('why' in range) return unchanged('set_volume', asked, range.why);
  const edits = levelEdits(timeline, { range, tracks, level: asked });
  if (edits.length === 0)
    return unchanged('set_volume', asked, words.say('there is no sound in that stretch', '该范围内没有声音'));
  const [from, to] = [words.clock(range.start), words.clock(rangeEnd(range))];
  const level =
    asked.percent === undefined
      ? `${(asked.change_db ?? 0) > 0 ? '+' : '−'}${Math.abs(asked.change_db ?? 0)} dB`
      : `${asked.percent} %`;
  const draft = receipt('set_volume', 'done', asked, {
    done: [words.say(`Volume from ${from} to ${to}: ${level}`, `${from}–${to} 的音量：${level}`)],
  });
  return { ...draft, revision: (await workspace.commit(edits, { tool: 'set_volume', receipt: draft })).revision };
}

/** The clip's envelope with another level inside the range: what is outside sounds as it did. */
function levelled(clip: Clip, range: TimeRange, asked: LevelAsked): EnvelopeEffect {
  const known: EnvelopeEffect = effectOf(clip, 'envelope') ?? { name: 'envelope', points: [{ at: zero, gainDb: 0 }] };
  const length = itemDuration(clip);
  const [start, end] = [range.start, rangeEnd(range)];
  const inside = (at: Ticks): number => {
    const now = envelopeGainDb(known, at);
    if (asked.percent === undefined) return clamp(now + (asked.change_db ?? 0), silentDb, 30);
    return asked.percent === 0 ? silentDb : clamp(20 * Math.log10(asked.percent / 100), silentDb, 30);
  };
  const outside = (at: Ticks) => ({ at, gainDb: envelopeGainDb(known, at) });
  const before = subtractTicks(start, ramp);
  const after = (end + ramp) as Ticks;
  const points = [
    ...known.points.filter(({ at }) => at < before),
    ...(start > 0 ? [outside(maxTicks(zero, before))] : []),
    { at: start, gainDb: inside(start) },
    ...(asked.percent === undefined
      ? known.points.filter(({ at }) => at > start && at < end).map(({ at }) => ({ at, gainDb: inside(at) }))
      : []),
    ...(end < length ? [{ at: end, gainDb: inside(end) }, outside(minTicks(length, after))] : [{ at: end, gainDb: inside(end) }]),
    ...known.points.filter(({ at }) => at > after),
  ];
  return { name: 'envelope', points: points.filter((point, index) => index === 0 || point.at > points[index - 1]!.at) };
}
