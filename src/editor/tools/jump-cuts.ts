import { z } from 'zod';
import { mainAudioStream, type Asset } from '#core/asset';
import { isEditorError } from '#core/errors';
import type { ShotFacts } from '#core/facts';
import {
  fromFrame,
  intersect,
  rangeEnd,
  seconds,
  snapToFrame,
  subtractTicks,
  timeRange,
  totalDuration,
  type Ticks,
  type TimeRange,
} from '#core/time';
import {
  isReversed,
  isStill,
  primaryTrack,
  sourceToRecord,
  type Clip,
  type Edit,
  type Timeline,
  type ZoomEffect,
} from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { effectOf, storyPictures } from './targets.ts';
import { defineTool, type ToolContext } from './tool.ts';
import { plural } from './words.ts';

/** A dissolve over less removed time looks like a stutter on a face. Source: CRAFT of jump cuts. */
const stutter = seconds(1);
/** Six to eight frames. */
const dissolveFrames = 7;
const usualFactor = 1.12;

/** Where time jumps in the finished story. `gap`: how much was taken out; unknown where it was cut before it came here. */
type Jump = { readonly at: Ticks; readonly gap?: Ticks; readonly isTalk: boolean };

/** Hides jumps in time by the least that works. */
export const smoothJumpCuts = defineTool({
  name: 'smooth_jump_cuts',
  description:
    'Softens jump cuts, those that were cut here and those already in the footage: by a slight punch-in of every other piece, or a dissolve of 7 frames where a second and more is missing and nobody is talking. Says what was chosen where and why. remove: true takes the punch-ins away.',
  input: z
    .object({
      factor: z.number().min(1.03).max(1.5).default(usualFactor).describe('Enlargement of every other piece; default 1.12'),
      remove: z.boolean().optional(),
    })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const timeline = workspace.timeline();
    if (asked.remove === true) return removePunches(context, asked);
    const jumps = await findJumps(context, timeline);
    if (jumps.length === 0) return unchanged('smooth_jump_cuts', asked, words.say('there are no jump cuts', '没有跳切'));
    const splits = splitsFor(timeline, jumps);
    const { edits, dissolved, punched, left } = smooth(context, { splits, jumps, factor: asked.factor });
    if (edits.length === 0)
      return unchanged('smooth_jump_cuts', asked, words.say('the jump cuts are smoothed already', '跳切已经平滑过'));
    const list = (places: readonly Ticks[]) =>
      places
        .slice(0, 6)
        .map((at) => words.clock(at))
        .join(', ') + (places.length > 6 ? ', …' : '');
    const done = [
      ...(punched.length === 0
        ? []
        : [
            words.say(
              `Hid ${plural(punched.length, 'jump cut')} under a punch-in (${asked.factor}× in turn): ${list(punched)}; a dissolve would stutter there`,
              `已用交替放大（${asked.factor} 倍）掩盖 ${punched.length} 处跳切：${list(punched)}；此处叠化会显得卡顿`,
            ),
          ]),
      ...(dissolved.length === 0
        ? []
        : [
            words.say(
              `Put a dissolve of ${dissolveFrames} frames on ${plural(dissolved.length, 'jump cut')}: ${list(dissolved)}; a second and more is missing there and nobody speaks`,
              `已在 ${dissolved.length} 处跳切加入 ${dissolveFrames} 帧叠化：${list(dissolved)}；此处缺少一秒以上且无人说话`,
            ),
          ]),
    ];
    const draft = receipt('smooth_jump_cuts', left.length > 0 ? 'partial' : 'done', asked, {
      done,
      skipped: left.map((at) => ({
        what: words.clock(at),
        reason: words.say('the piece there has a zoom of its own', '该处片段已有缩放效果'),
      })),
      facts: { jumpCuts: jumps.length, punchIns: punched.length, dissolves: dissolved.length },
    });
    const { revision } = await workspace.commit([...splits, ...edits], { tool: 'smooth_jump_cuts', receipt: draft });
    return { ...draft, revision };
  },
});

/** Jumps in the order of the story: those between clips of one shot, and those inside clips. */
async function findJumps(context: ToolContext, timeline: Timeline): Promise<Jump[]> {
  const { workspace } = context;
  const jumps: Jump[] = [];
  const clips = storyPictures(timeline);
  for (const [index, { clip, range }] of clips.entries()) {
    const asset = workspace.assets().find(({ id }) => id === clip.assetId);
    if (asset === undefined || isStill(asset) || isReversed(clip)) continue;
    const { shots, jumpCuts } = await workspace.pictureFacts(asset, ['shots', 'jumpCuts']);
    const isTalk = await talksIn(context, asset, clip.sourceRange);
    const before = clips[index - 1];
    if (before?.clip.assetId === clip.assetId && rangeEnd(before.range) === range.start && shots !== undefined) {
      const gap = subtractTicks(clip.sourceRange.start, rangeEnd(before.clip.sourceRange));
      if (gap > 0 && !isReversed(before.clip) && inOneShot(shots, rangeEnd(before.clip.sourceRange), clip.sourceRange.start))
        jumps.push({ at: range.start, gap, isTalk });
    }
    for (const { at } of jumpCuts?.cuts ?? []) {
      const mapped = sourceToRecord(clip, range.start, timeRange(at, 1 as Ticks));
      if (mapped === undefined) continue;
      const place = snapToFrame(mapped.start, timeline.frameRate, 'round');
      if (place > range.start && place < rangeEnd(range)) jumps.push({ at: place, isTalk });
    }
  }
  return jumps.toSorted((a, b) => a.at - b.at);
}

function inOneShot({ changes }: ShotFacts, from: Ticks, to: Ticks): boolean {
  return changes.every(({ range }) => rangeEnd(range) <= from || range.start > to);
}

/** Speech over two fifths of what is used of a recording. */
async function talksIn({ workspace }: ToolContext, asset: Asset, used: TimeRange): Promise<boolean> {
  if (mainAudioStream(asset) === undefined) return false;
  const { speech } = await workspace.soundFacts(asset, ['speech']);
  const spoken = (speech?.speech ?? []).flatMap((range) => intersect(range, used) ?? []);
  return totalDuration(spoken) > 0.4 * used.duration;
}

function splitsFor(timeline: Timeline, jumps: readonly Jump[]): Edit[] {
  const edges = new Set(storyPictures(timeline).map(({ range }) => range.start));
  return [...new Set(jumps.map(({ at }) => at))].filter((at) => !edges.has(at)).map((at): Edit => ({ kind: 'split', at }));
}

type Smoothing = { readonly splits: readonly Edit[]; readonly jumps: readonly Jump[]; readonly factor: number };
type Smoothed = { readonly edits: Edit[]; readonly dissolved: Ticks[]; readonly punched: Ticks[]; readonly left: Ticks[] };

/** Walks through the pieces: after a jump the size changes, after a change of shot it is the ordinary one again. */
function smooth({ workspace }: ToolContext, { splits, jumps, factor }: Smoothing): Smoothed {
  const result: Smoothed = { edits: [], dissolved: [], punched: [], left: [] };
  const timeline = workspace.preview(splits);
  const track = primaryTrack(timeline);
  const punch: ZoomEffect = { name: 'zoom', from: factor, to: factor, anchorX: 0.5, anchorY: 0.42, easing: 'linear' };
  let isLarge = false;
  for (const { clip, range } of storyPictures(timeline)) {
    const jump = jumps.find(({ at }) => at === range.start);
    const own = effectOf(clip, 'zoom');
    if (jump === undefined) {
      isLarge = own !== undefined && isPunch(own);
      continue;
    }
    const hasTransition =
      track?.items.some((item, index) => item.kind === 'transition' && track.items[index + 1]?.id === clip.id) ?? false;
    if (hasTransition) continue;
    if (jump.gap !== undefined && jump.gap >= stutter && !jump.isTalk && track !== undefined) {
      const duration = fromFrame(dissolveFrames, timeline.frameRate);
      const edit: Edit = { kind: 'add-transition', trackId: track.id, at: range.start, name: 'dissolve', duration };
      if (isPossible(() => workspace.preview([...splits, ...result.edits, edit]))) {
        result.edits.push(edit);
        result.dissolved.push(range.start);
        isLarge = own !== undefined && isPunch(own);
        continue;
      }
    }
    if (own !== undefined && !isPunch(own)) {
      result.left.push(range.start);
      isLarge = true;
      continue;
    }
    isLarge = !isLarge;
    if (isLarge === (own !== undefined)) continue;
    result.edits.push(
      isLarge ? { kind: 'set-effect', itemId: clip.id, effect: punch } : { kind: 'remove-effect', itemId: clip.id, name: 'zoom' },
    );
    result.punched.push(range.start);
  }
  return withReturns(result, jumps);
}

/** The step back to the ordinary size hides a jump as well: it is counted though nothing is changed for it. */
function withReturns(result: Smoothed, jumps: readonly Jump[]): Smoothed {
  if (result.edits.length === 0) return result;
  const other = new Set<number>([...result.dissolved, ...result.left]);
  return {
    ...result,
    punched: jumps.map(({ at }) => at).filter((at, index, all) => !other.has(at) && all.indexOf(at) === index),
  };
}

function isPossible(tryIt: () => unknown): boolean {
  try {
    tryIt();
    return true;
  } catch (error) {
    if (isEditorError(error, 'TRANSITION_NO_HANDLE') || isEditorError(error, 'EDIT_INVALID')) return false;
    throw error;
  }
}

/** As this tool makes them: standing, and no larger than it may. */
function isPunch({ from, to, anchorY }: ZoomEffect): boolean {
  return from === to && from <= 1.5 && anchorY === 0.42;
}

async function removePunches({ workspace, words }: ToolContext, asked: object) {
  const clips: Clip[] = storyPictures(workspace.timeline()).map(({ clip }) => clip);
  const edits = clips.flatMap((clip): Edit[] => {
    const zoom = effectOf(clip, 'zoom');
    return zoom !== undefined && isPunch(zoom) ? [{ kind: 'remove-effect', itemId: clip.id, name: 'zoom' }] : [];
  });
  if (edits.length === 0) return unchanged('smooth_jump_cuts', asked, words.say('there are no punch-ins', '没有放大掩盖的跳切'));
  const draft = receipt('smooth_jump_cuts', 'done', asked, {
    done: [words.say(`Took ${plural(edits.length, 'punch-in')} away`, `已取消 ${edits.length} 处放大`)],
    facts: { count: edits.length },
  });
  return { ...draft, revision: (await workspace.commit(edits, { tool: 'smooth_jump_cuts', receipt: draft })).revision };
}
