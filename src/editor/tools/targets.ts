/** Which part of the story a wish about the picture is about: all of it, one clip, or a stretch of time. One resolver for all tools. */
import { z } from 'zod';
import type { Receipt } from '#core/facts';
import { rangeBetween, rangeEnd, snapToFrame, type Ticks, type TimeRange } from '#core/time';
import { primaryTrack, timelineDuration, type Clip, type ClipEffect, type Edit, type Timeline } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { placedClips, type PlacedClip } from './sound-clips.ts';
import { resolveRange, timePoint } from './time-point.ts';
import type { ToolContext } from './tool.ts';
import { plural, type Words } from './words.ts';

/** Fields that tools on pictures share; spread them into a schema. */
export const targetFields = {
  start: timePoint.optional().describe('Only from here; default the start'),
  end: timePoint.optional().describe('Only up to here; default the end'),
  clip: z
    .number()
    .int()
    .min(-1)
    .max(10_000)
    .optional()
    .describe('Only this clip of the story, counted from 1; -1 is the last. Default all'),
  file: z
    .number()
    .int()
    .min(-1)
    .max(1000)
    .optional()
    .describe(
      'Only this one of the uploaded videos, counted from 1 in the order of the story, with all its clips; -1 is the last',
    ),
};

export type TargetInput = {
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly clip?: number | undefined;
  readonly file?: number | undefined;
};

export type Target = {
  /** Cuts at the borders of the stretch; empty for whole clips. */
  readonly splits: readonly Edit[];
  /** The timeline after the cuts. */
  readonly timeline: Timeline;
  readonly pictures: readonly PlacedClip[];
  /** Sound of the story in the same stretch: what is not on a fixed track. */
  readonly sounds: readonly PlacedClip[];
  readonly range: TimeRange;
  readonly isWhole: boolean;
  /** ` from 0:10 to 0:20`, ` in clip 2`, or nothing for the whole. */
  readonly place: string;
};

/** The clips meant, cut out at the borders of the stretch where one is named; a sentence where there are none. */
export function resolveTarget({ workspace, words }: ToolContext, input: TargetInput): Target | { readonly why: string } {
  const timeline = workspace.timeline();
  const length = timelineDuration(timeline);
  if (length === 0) return { why: words.say('the timeline is empty; upload a file first', '时间线是空的，请先上传文件') };
  const range = rangeOf(timeline, input, words);
  if ('why' in range) return range;
  const isWhole = range.start === 0 && rangeEnd(range) === length;
  const splits =
    isWhole || input.clip !== undefined
      ? []
      : [range.start, rangeEnd(range)].filter((at) => at > 0 && at < length).map((at): Edit => ({ kind: 'split', at }));
  const cut = splits.length === 0 ? timeline : workspace.preview(splits);
  const inside = ({ range: own }: PlacedClip) => own.start >= range.start && rangeEnd(own) <= rangeEnd(range);
  return {
    splits,
    timeline: cut,
    pictures: storyPictures(cut).filter(inside),
    sounds: placedClips(cut, 'audio').filter((placed) => placed.track.follows === 'ripple' && inside(placed)),
    range,
    isWhole,
    place: placeOf(range, input, { isWhole, words }),
  };
}

/** Clips of the track that carries the story, where it has pictures. */
export function storyPictures(timeline: Timeline): PlacedClip[] {
  const track = primaryTrack(timeline);
  return track?.kind === 'video' ? placedClips(timeline, 'video').filter((placed) => placed.track.id === track.id) : [];
}

function rangeOf(timeline: Timeline, input: TargetInput, words: Words): TimeRange | { readonly why: string } {
  const length = timelineDuration(timeline);
  if (input.clip !== undefined) {
    const clips = storyPictures(timeline);
    const placed = input.clip === -1 ? clips.at(-1) : clips[input.clip - 1];
    if (placed !== undefined) return placed.range;
    return {
      why: words.say(
        `there is no clip ${input.clip}; the story has ${plural(clips.length, 'clip')}`,
        `没有第 ${input.clip} 个片段，共有 ${clips.length} 个片段`,
      ),
    };
  }
  if (input.file !== undefined) return fileRange(timeline, input.file, words);
  if (input.start === undefined && input.end === undefined) return rangeBetween(0 as Ticks, length);
  const { range } = resolveRange({ start: input.start ?? 'start', end: input.end ?? 'end' }, length);
  const start = snapToFrame(range.start, timeline.frameRate);
  const end = rangeEnd(range) >= length ? length : snapToFrame(rangeEnd(range), timeline.frameRate);
  if (end > start && start < length) return rangeBetween(start, end);
  return { why: words.say('that stretch lies behind the end of the video', '该范围在视频结尾之后') };
}

/** All clips of one recording, where they lie together. */
function fileRange(timeline: Timeline, file: number, words: Words): TimeRange | { readonly why: string } {
  const story = storyPictures(timeline);
  const files = [...new Set(story.map(({ clip }) => clip.assetId))];
  const asset = files.at(file === -1 ? -1 : file - 1);
  if (asset === undefined)
    return {
      why: words.say(
        `there is no video ${file}; the story has ${plural(files.length, 'video')}`,
        `没有第 ${file} 个视频，共有 ${files.length} 个`,
      ),
    };
  const [first, last] = [
    story.findIndex(({ clip }) => clip.assetId === asset),
    story.findLastIndex(({ clip }) => clip.assetId === asset),
  ];
  if (story.slice(first, last + 1).some(({ clip }) => clip.assetId !== asset))
    return {
      why: words.say(
        'its clips lie between others; name a clip or a stretch of time',
        '它的片段与其他片段交错，请指定片段或时间',
      ),
    };
  return rangeBetween(story[first]!.range.start, rangeEnd(story[last]!.range));
}

function placeOf(
  range: TimeRange,
  { clip }: TargetInput,
  { isWhole, words }: { readonly isWhole: boolean; readonly words: Words },
): string {
  if (clip !== undefined && clip !== -1) return words.say(` in clip ${clip}`, `（第 ${clip} 个片段）`);
  if (clip === -1) return words.say(' in the last clip', '（最后一个片段）');
  if (isWhole) return '';
  const [from, to] = [words.clock(range.start), words.clock(rangeEnd(range))];
  return words.say(` from ${from} to ${to}`, `（${from}–${to}）`);
}

export type EffectChange = {
  readonly tool: string;
  readonly asked: TargetInput & object;
  /** The effect a clip is to have: undefined takes it away. */
  readonly change: (clip: Clip, placed: PlacedClip) => ClipEffect | undefined;
  readonly effect: ClipEffect['name'];
  /** Sentence of the receipt; `place` is where. */
  readonly done: (place: string, clips: readonly PlacedClip[]) => string;
  /** Why nothing changed where every clip is so already. */
  readonly already: string;
  readonly warnings?: readonly string[];
  /** Applies to sound as well. */
  readonly withSound?: boolean;
};

/** Sets one effect on every clip of the target, as one commit with its receipt. */
export async function changeEffects(context: ToolContext, what: EffectChange): Promise<Receipt> {
  const { workspace, words } = context;
  const { tool, asked, effect } = what;
  const target = resolveTarget(context, asked);
  if ('why' in target) return unchanged(tool, asked, target.why);
  const clips = [...target.pictures, ...(what.withSound === true ? target.sounds : [])];
  if (clips.length === 0) return unchanged(tool, asked, words.say('there is no picture there', '那里没有画面'));
  const edits = clips.flatMap((placed) => effectEdits(placed.clip, effect, what.change(placed.clip, placed)));
  if (edits.length === 0) return unchanged(tool, asked, what.already);
  const draft = receipt(tool, 'done', asked, {
    done: [what.done(target.place, target.pictures)],
    warnings: what.warnings ?? [],
    facts: { clips: clips.length },
  });
  const { revision } = await workspace.commit([...target.splits, ...edits], { tool, receipt: draft });
  return { ...draft, revision };
}

/** The edit that gives a clip this effect or takes it away; none where it is so already. */
export function effectEdits(clip: Clip, name: ClipEffect['name'], wanted: ClipEffect | undefined): Edit[] {
  const known = effectOf(clip, name);
  if (JSON.stringify(known) === JSON.stringify(wanted)) return [];
  return wanted === undefined
    ? [{ kind: 'remove-effect', itemId: clip.id, name }]
    : [{ kind: 'set-effect', itemId: clip.id, effect: wanted }];
}

export function effectOf<Name extends ClipEffect['name']>(
  clip: Clip,
  name: Name,
): Extract<ClipEffect, { readonly name: Name }> | undefined {
  return clip.effects.find((effect): effect is Extract<ClipEffect, { readonly name: Name }> => effect.name === name);
}

export function clamp(value: number, lowest: number, highest: number): number {
  return Number(Math.min(highest, Math.max(lowest, value)).toFixed(4));
}
