import { z } from 'zod';
import {
  milliseconds,
  rangeEnd,
  snapToFrame,
  subtractRanges,
  subtractTicks,
  totalDuration,
  unite,
  zero,
  type Ticks,
  type TimeRange,
} from '#core/time';
import { timelineDuration, type Edit, type Timeline } from '#core/timeline';
import type { Receipt } from '#core/facts';
import { receipt, unchanged } from './receipt.ts';
import { resolvePoint, resolveRange, timePoint, timeRangeInput } from './time-point.ts';
import { defineTool, type ToolContext } from './tool.ts';
import { plural } from './words.ts';

const rangesInput = z
  .object({ ranges: z.array(timeRangeInput).min(1).max(200).describe('Stretches of the timeline as it is before this call') })
  .strict();

/** Cuts stretches of time out of everything; what is after moves up. */
export const removeRanges = defineTool({
  name: 'remove_ranges',
  description:
    'Cuts one or more stretches of time out of picture and sound; what comes after moves up. Use it for "cut from 0:30 to 1:45", "remove the last 20 seconds", "drop the intro".',
  input: rangesInput,
  changes: true,
  run: async (context, asked) => {
    const { timeline, length, ranges, warnings } = resolve(context, asked.ranges);
    const removed = unite(ranges.map((range) => snap(range, timeline, length)));
    return cut(context, { tool: 'remove_ranges', asked, removed, warnings, length });
  },
});

/** Keeps only the named stretches, in the order of the timeline. */
export const keepRanges = defineTool({
  name: 'keep_ranges',
  description:
    'Keeps only the named stretches of time and removes everything else. Use it for "keep only 0:10 to 0:20", "trim the video to 30 seconds".',
  input: rangesInput,
  changes: true,
  run: async (context, asked) => {
    const { timeline, length, ranges, warnings } = resolve(context, asked.ranges);
    const kept = unite(ranges.map((range) => snap(range, timeline, length)));
    return cut(context, {
      tool: 'keep_ranges',
      asked,
      removed: subtractRanges({ start: zero, duration: length }, kept),
      warnings,
      length,
    });
  },
});

/** Makes a cut without removing anything. */
export const splitAt = defineTool({
  name: 'split_at',
  description: 'Cuts every clip at one point in time without removing anything.',
  input: z.object({ at: timePoint }).strict(),
  changes: true,
  run: async ({ workspace, words }, asked) => {
    const timeline = workspace.timeline();
    const length = timelineDuration(timeline);
    const at = snapToFrame(resolvePoint(asked.at, length), timeline.frameRate);
    if (at <= 0 || at >= length)
      return unchanged(
        'split_at',
        asked,
        words.say(
          `${words.clock(at)} is not inside the video, which is ${words.clock(length)} long`,
          `${words.clock(at)} 不在视频之内，视频长 ${words.clock(length)}`,
        ),
      );
    const draft = receipt('split_at', 'done', asked, {
      done: [words.say(`Split at ${words.clock(at)}`, `已在 ${words.clock(at)} 处分割`)],
    });
    const { revision } = await workspace.commit([{ kind: 'split', at }], { tool: 'split_at', receipt: draft });
    return { ...draft, revision };
  },
});

function resolve({ workspace, words }: ToolContext, inputs: readonly z.infer<typeof timeRangeInput>[]) {
  const timeline = workspace.timeline();
  const length = timelineDuration(timeline);
  const resolved = inputs.map((range) => resolveRange(range, length));
  const warnings = resolved.some(({ clipped, range }) => clipped && range.duration > 0)
    ? [
        words.say(
          `The video ends at ${words.clock(length)}, so the range ends there too`,
          `视频在 ${words.clock(length)} 结束，范围也到此为止`,
        ),
      ]
    : [];
  return { timeline, length, ranges: resolved.map(({ range }) => range), warnings };
}

type Cut = {
  readonly tool: string;
  readonly asked: object;
  readonly removed: readonly TimeRange[];
  readonly warnings: readonly string[];
  readonly length: Ticks;
};

async function cut({ workspace, words }: ToolContext, { tool, asked, removed, warnings, length }: Cut): Promise<Receipt> {
  const gone = totalDuration(removed);
  if (length === 0)
    return unchanged(tool, asked, words.say('the timeline is empty; upload a file first', '时间线是空的，请先上传文件'));
  if (gone === 0)
    return unchanged(
      tool,
      asked,
      words.say(
        `there is nothing there: the video is ${words.clock(length)} long`,
        `那里没有内容：视频长 ${words.clock(length)}`,
      ),
    );
  const after = subtractTicks(length, gone);
  if (after <= 0)
    return unchanged(
      tool,
      asked,
      words.say('that would remove the whole video, so nothing was done', '这会删除整个视频，因此没有执行'),
    );
  const places =
    removed
      .slice(0, 4)
      .map((range) => `${words.clock(range.start)}–${words.clock(rangeEnd(range))}`)
      .join(', ') + (removed.length > 4 ? ', …' : '');
  const draft = receipt(tool, 'done', asked, {
    done: [
      words.say(
        `Cut ${removed.length === 1 ? places : `${plural(removed.length, 'stretch', 'stretches')} (${places})`}: ${words.clock(length)} → ${words.clock(after)}`,
        `已剪掉 ${places}：${words.clock(length)} → ${words.clock(after)}`,
      ),
    ],
    warnings,
    facts: {
      removedMs: Math.round(gone / 705_600),
      lengthBeforeMs: Math.round(length / 705_600),
      lengthAfterMs: Math.round(after / 705_600),
    },
  });
  const { revision } = await workspace.commit(
    removed.toReversed().map((range): Edit => ({ kind: 'ripple-delete', range })),
    { tool, receipt: draft },
  );
  return { ...draft, revision };
}

/** To frame borders; an end at the end of the timeline stays there. */
function snap(range: TimeRange, timeline: Timeline, length: Ticks): TimeRange {
  const start = snapToFrame(range.start, timeline.frameRate);
  const end = rangeEnd(range) >= length - milliseconds(1) ? length : snapToFrame(rangeEnd(range), timeline.frameRate);
  return { start, duration: end > start ? subtractTicks(end, start) : zero };
}
