import { z } from 'zod';
import type { MorphFit } from '#core/dsp';
import { isEditorError } from '#core/errors';
import { fromFrame, seconds, type Ticks } from '#core/time';
import { primaryTrack, type Clip, type Edit, type Timeline, type ZoomEffect } from '#core/timeline';
import { findJumps, measureJumps, type Jump } from './find-jumps.ts';
import { receipt, unchanged } from './receipt.ts';
import { effectOf, storyPictures } from './targets.ts';
import { defineTool, type ToolContext } from './tool.ts';
import { plural } from './words.ts';

/** A dissolve over less removed time looks like a stutter on a face. Source: CRAFT of jump cuts. */
const stutter = seconds(1);
/** Six to eight frames. */
const dissolveFrames = 7;
const usualFactor = 1.12;
/** A fifth of a second and more: shorter it is a jolt, longer it is seen to be slow. */
const morphFrames = 6;
/**
 * Up to these a morph between two pictures is not seen: what would be seen twice, what goes nowhere, how far the rest goes. In footage
 * of talk all three are far exceeded where a hand comes in or a head turns away.
 */
const seamless: MorphFit = { unlike: 1, ghost: 0.02, unsteady: 0.05, far: 0.07 };

/** Hides jumps in time by the least that works. */
export const smoothJumpCuts = defineTool({
  name: 'smooth_jump_cuts',
  description:
    'Softens jump cuts, those that were cut here and those already in the footage: by a morph of 6 frames where the pictures on both sides go over into each other, else by a slight punch-in of every other piece, or a dissolve of 7 frames where a second and more is missing and nobody is talking. Says what was chosen where and why. remove: true takes the punch-ins and morphs away.',
  input: z
    .object({
      method: z
        .enum(['auto', 'punch-in', 'morph'])
        .default('auto')
        .describe('auto chooses by what is seen; morph: only where it does not show'),
      factor: z.number().min(1.03).max(1.5).default(usualFactor).describe('Enlargement of every other piece; default 1.12'),
      remove: z.boolean().optional(),
    })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const timeline = workspace.timeline();
    if (asked.remove === true) return removeSmoothing(context, asked);
    const found = await findJumps(context, timeline);
    const jumps = asked.method === 'punch-in' ? found : await measureJumps(context, found);
    if (jumps.length === 0) return unchanged('smooth_jump_cuts', asked, words.say('there are no jump cuts', '没有跳切'));
    const splits = splitsFor(timeline, jumps);
    const { edits, morphed, dissolved, punched, left } = smooth(context, {
      splits,
      jumps,
      factor: asked.factor,
      method: asked.method,
    });
    if (edits.length === 0)
      return unchanged(
        'smooth_jump_cuts',
        asked,
        left.length > 0 && asked.method === 'morph'
          ? words.say(
              'a morph would be seen at every jump cut: too much is elsewhere or only on one side',
              '每处跳切的变形都会露出痕迹：两侧画面差别太大',
            )
          : words.say('the jump cuts are smoothed already', '跳切已经平滑过'),
      );
    const list = (places: readonly Ticks[]) =>
      places
        .slice(0, 6)
        .map((at) => words.clock(at))
        .join(', ') + (places.length > 6 ? ', …' : '');
    const done = [
      ...(morphed.length === 0
        ? []
        : [
            words.say(
              `Morphed ${plural(morphed.length, 'jump cut')} over ${morphFrames} frames: ${list(morphed)}; what is on both sides goes over into each other there without being seen twice`,
              `已在 ${morphed.length} 处跳切用 ${morphFrames} 帧变形过渡：${list(morphed)}；两侧画面可以自然过渡，不会出现重影`,
            ),
          ]),
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
        reason:
          asked.method === 'morph'
            ? words.say(
                'a morph would be seen there: too much is elsewhere or only on one side',
                '该处变形会露出痕迹：两侧画面差别太大',
              )
            : words.say('the piece there has a zoom of its own', '该处片段已有缩放效果'),
      })),
      facts: { jumpCuts: jumps.length, morphs: morphed.length, punchIns: punched.length, dissolves: dissolved.length },
    });
    const { revision } = await workspace.commit([...splits, ...edits], { tool: 'smooth_jump_cuts', receipt: draft });
    return { ...draft, revision };
  },
});

function splitsFor(timeline: Timeline, jumps: readonly Jump[]): Edit[] {
  const edges = new Set(storyPictures(timeline).map(({ range }) => range.start));
  return [...new Set(jumps.map(({ at }) => at))].filter((at) => !edges.has(at)).map((at): Edit => ({ kind: 'split', at }));
}

type Smoothing = {
  readonly splits: readonly Edit[];
  readonly jumps: readonly Jump[];
  readonly factor: number;
  readonly method: 'auto' | 'punch-in' | 'morph';
};
type Smoothed = {
  readonly edits: Edit[];
  readonly morphed: Ticks[];
  readonly dissolved: Ticks[];
  readonly punched: Ticks[];
  readonly left: Ticks[];
};

/** Walks through the pieces: after a jump the size changes, after a change of shot it is the ordinary one again. */
function smooth({ workspace }: ToolContext, { splits, jumps, factor, method }: Smoothing): Smoothed {
  const result: Smoothed = { edits: [], morphed: [], dissolved: [], punched: [], left: [] };
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
    const blend = (name: 'morph' | 'dissolve', frames: number): boolean => {
      if (track === undefined) return false;
      const duration = fromFrame(frames, timeline.frameRate);
      const edit: Edit = { kind: 'add-transition', trackId: track.id, at: range.start, name, duration };
      if (!isPossible(() => workspace.preview([...splits, ...result.edits, edit]))) return false;
      result.edits.push(edit);
      return true;
    };
    const canMorph = method !== 'punch-in' && isSeamless(jump.fit) && (own === undefined || isPunch(own));
    if (canMorph && blend('morph', morphFrames)) {
      result.morphed.push(range.start);
      // Both sides of it have one size.
      if (isLarge !== (own !== undefined)) result.edits.push(sizeOf(clip, isLarge ? punch : undefined));
      continue;
    }
    if (method === 'morph') {
      result.left.push(range.start);
      isLarge = own !== undefined && isPunch(own);
      continue;
    }
    if (jump.gap !== undefined && jump.gap >= stutter && !jump.isTalk) {
      if (blend('dissolve', dissolveFrames)) {
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
    result.edits.push(sizeOf(clip, isLarge ? punch : undefined));
    result.punched.push(range.start);
  }
  return withReturns(result, jumps);
}

function sizeOf({ id }: Clip, punch: ZoomEffect | undefined): Edit {
  return punch === undefined
    ? { kind: 'remove-effect', itemId: id, name: 'zoom' }
    : { kind: 'set-effect', itemId: id, effect: punch };
}

function isSeamless(fit: MorphFit | undefined): boolean {
  return fit !== undefined && fit.ghost <= seamless.ghost && fit.unsteady <= seamless.unsteady && fit.far <= seamless.far;
}

/** The step back to the ordinary size hides a jump as well: it is counted though nothing is changed for it. */
function withReturns(result: Smoothed, jumps: readonly Jump[]): Smoothed {
  if (result.edits.length === 0) return result;
  const other = new Set<number>([...result.morphed, ...result.dissolved, ...result.left]);
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

async function removeSmoothing({ workspace, words }: ToolContext, asked: object) {
  const timeline = workspace.timeline();
  const clips: Clip[] = storyPictures(timeline).map(({ clip }) => clip);
  const punches = clips.flatMap((clip): Edit[] => {
    const zoom = effectOf(clip, 'zoom');
    return zoom !== undefined && isPunch(zoom) ? [sizeOf(clip, undefined)] : [];
  });
  const morphs = (primaryTrack(timeline)?.items ?? []).flatMap((item): Edit[] =>
    item.kind === 'transition' && item.name === 'morph' ? [{ kind: 'remove-transition', itemId: item.id }] : [],
  );
  const edits = [...punches, ...morphs];
  if (edits.length === 0)
    return unchanged(
      'smooth_jump_cuts',
      asked,
      words.say('there are no punch-ins and no morphs', '没有放大掩盖或变形过渡的跳切'),
    );
  const draft = receipt('smooth_jump_cuts', 'done', asked, {
    done: [
      ...(punches.length === 0
        ? []
        : [words.say(`Took ${plural(punches.length, 'punch-in')} away`, `已取消 ${punches.length} 处放大`)]),
      ...(morphs.length === 0
        ? []
        : [words.say(`Took ${plural(morphs.length, 'morph')} away`, `已取消 ${morphs.length} 处变形过渡`)]),
    ],
    facts: { count: edits.length },
  });
  return { ...draft, revision: (await workspace.commit(edits, { tool: 'smooth_jump_cuts', receipt: draft })).revision };
}
