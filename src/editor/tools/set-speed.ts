import { z } from 'zod';
import { ratio, sameRatio, type Ratio, type Ticks } from '#core/time';
import { timelineDuration, type Clip, type Edit, type Timeline } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { placedClips, type PlacedClip } from './sound-clips.ts';
import { clamp, resolveTarget, storyPictures, targetFields } from './targets.ts';
import { resolveRange, timePoint } from './time-point.ts';
import { defineTool } from './tool.ts';

/** Plays faster or slower; the pitch of voices stays. */
export const setSpeed = defineTool({
  name: 'set_speed',
  description:
    'Plays the video, the stretch from start to end, or one clip of the story, faster or slower with the pitch kept. factor 2 is twice as fast, 0.5 half as fast, 1 the recorded speed.',
  input: z
    .object({
      factor: z.number().min(0.25).max(8).describe('Speed, 1 is as recorded; 0.25 to 8'),
      relative: z.boolean().optional().describe('True: times the speed it plays at now'),
      start: timePoint.optional(),
      end: timePoint.optional(),
      clip: targetFields.clip,
      file: targetFields.file,
    })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const timeline = workspace.timeline();
    const before = timelineDuration(timeline);
    if (before === 0) return unchanged('set_speed', asked, words.say('the timeline is empty', '时间线是空的'));
    const factor = asked.relative === true ? clamp(asked.factor * speedNow(timeline), 0.25, 8) : asked.factor;
    const isPart = asked.clip !== undefined || asked.file !== undefined;
    const part = isPart ? resolveTarget(context, { clip: asked.clip, file: asked.file }) : undefined;
    if (part !== undefined && 'why' in part) return unchanged('set_speed', asked, part.why);
    const range = part?.range ?? resolveRange({ start: asked.start ?? 'start', end: asked.end ?? 'end' }, before).range;
    if (range.duration === 0)
      return unchanged('set_speed', asked, words.say('that stretch lies behind the end of the video', '该范围在视频结尾之后'));
    const end = (range.start + range.duration) as Ticks;
    const whole = range.start === 0 && end === before;
    const splits: Edit[] = whole
      ? []
      : [range.start, end].filter((at) => at > 0 && at < before).map((at) => ({ kind: 'split', at }));
    const speed = toRatio(factor);
    const edits: Edit[] = [...splits, ...speedEdits(workspace.preview(splits), { start: range.start, end }, speed)];
    if (edits.length === splits.length)
      return unchanged('set_speed', asked, words.say(`it plays at ${factor}× already`, `已经是 ${factor} 倍速`));
    const after = timelineDuration(workspace.preview(edits));
    const place = whole
      ? ''
      : words.say(
          ` from ${words.clock(range.start)} to ${words.clock(end)}`,
          `（${words.clock(range.start)}–${words.clock(end)}）`,
        );
    const draft = receipt('set_speed', 'done', asked, {
      done: [
        words.say(
          `Speed ${factor}×${place}: ${words.clock(before)} → ${words.clock(after)}`,
          `速度 ${factor} 倍${place}：${words.clock(before)} → ${words.clock(after)}`,
        ),
      ],
      facts: { factor },
    });
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'set_speed', receipt: draft })).revision };
  },
});

/** Of the story's first clip. */
function speedNow(timeline: Timeline): number {
  const clip = (storyPictures(timeline)[0] ?? placedClips(timeline, 'audio')[0])?.clip;
  return clip === undefined ? 1 : clip.speed.num / clip.speed.den;
}

/** One edit per group of linked clips inside the range. */
function speedEdits(timeline: Timeline, { start, end }: { readonly start: Ticks; readonly end: Ticks }, speed: Ratio): Edit[] {
  const seen = new Set<string>();
  const inside = [...placedClips(timeline, 'video'), ...placedClips(timeline, 'audio')].filter(
    // Music keeps its tempo whatever the story does.
    ({ track, range }) => track.follows === 'ripple' && range.start >= start && range.start + range.duration <= end,
  );
  return inside.flatMap(({ clip }: PlacedClip): Edit[] => {
    const group = clip.linkId ?? clip.id;
    if (seen.has(group) || isSpeed(clip, speed)) return [];
    seen.add(group);
    return [{ kind: 'set-speed', itemId: clip.id, speed }];
  });
}

function isSpeed(clip: Clip, speed: Ratio): boolean {
  return sameRatio(clip.speed, speed);
}

/** A factor as a small ratio: thirds stay thirds, anything else is exact to a thousandth. */
function toRatio(factor: number): Ratio {
  for (let den = 1; den <= 12; den++) {
    const num = Math.round(factor * den);
    if (Math.abs(num / den - factor) < 1e-6) return ratio(num, den);
  }
  return ratio(Math.round(factor * 1000), 1000);
}
