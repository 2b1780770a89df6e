import { z } from 'zod';
import {
  minTicks,
  rangeEnd,
  seconds,
  snapToFrame,
  subtractTicks,
  ticks,
  toMilliseconds,
  type Ticks,
  type TimeRange,
} from '#core/time';
import { ease, recordToSource, timelineDuration, type ClipEffect, type Edit, type NewItem } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import type { PlacedClip } from './sound-clips.ts';
import { storyPictures } from './targets.ts';
import { resolvePoint, timePoint } from './time-point.ts';
import { defineTool } from './tool.ts';

/** Holds one picture; the video becomes longer by that, its sound pauses. */
export const freezeFrame = defineTool({
  name: 'freeze_frame',
  description:
    'Holds the picture at a moment for some seconds; the video becomes longer by that and is silent meanwhile (music goes on).',
  input: z
    .object({
      at: timePoint.describe('The moment; "end" holds the last picture'),
      seconds: z.number().min(0.1).max(600).default(2),
    })
    .strict(),
  changes: true,
  run: async ({ workspace, words }, asked) => {
    const timeline = workspace.timeline();
    const length = timelineDuration(timeline);
    const at = minTicks(snapToFrame(resolvePoint(asked.at, length), timeline.frameRate), length);
    const one = ticks(Math.round((705_600_000 * timeline.frameRate.den) / timeline.frameRate.num));
    const shown = at >= length ? subtractTicks(length, one) : at;
    const placed = storyPictures(timeline).find(({ range }) => shown >= range.start && shown < rangeEnd(range));
    if (placed === undefined)
      return unchanged(
        'freeze_frame',
        asked,
        words.say(`there is no picture at ${words.clock(at)}`, `${words.clock(at)} 处没有画面`),
      );
    const source = recordToSource(placed.clip, placed.range.start, { start: shown, duration: one });
    if (source === undefined)
      return unchanged('freeze_frame', asked, words.say('that picture is not there any more', '找不到该画面'));
    const item = heldPicture(placed, {
      source,
      shown,
      duration: snapToFrame(seconds(asked.seconds), timeline.frameRate, 'ceil'),
    });
    const edits: Edit[] = [{ kind: 'insert', trackId: placed.track.id, at, item }];
    const after = timelineDuration(workspace.preview(edits));
    const draft = receipt('freeze_frame', 'done', asked, {
      done: [
        words.say(
          `Holds the picture at ${words.clock(at)} for ${asked.seconds} s: ${words.clock(length)} → ${words.clock(after)}`,
          `已在 ${words.clock(at)} 定格 ${asked.seconds} 秒：${words.clock(length)} → ${words.clock(after)}`,
        ),
      ],
      facts: { atMs: toMilliseconds(at), seconds: asked.seconds },
    });
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'freeze_frame', receipt: draft })).revision };
  },
});

type Held = { readonly source: TimeRange; readonly shown: Ticks; readonly duration: Ticks };

/** The picture of that moment for as long as wished, looking as it does there. */
function heldPicture({ clip, range }: PlacedClip, { source, shown, duration }: Held): NewItem {
  const share = (shown - range.start) / range.duration;
  const kept = clip.effects.flatMap((effect): ClipEffect[] => {
    if (timed.has(effect.name)) return [];
    if (effect.name !== 'zoom') return [effect];
    const factor = Number((effect.from + (effect.to - effect.from) * ease(effect.easing, share)).toFixed(6));
    return [{ ...effect, from: factor, to: factor }];
  });
  const { assetId, streamIndex } = clip;
  return {
    kind: 'clip',
    assetId,
    streamIndex,
    sourceRange: { start: source.start, duration },
    effects: [...kept, { name: 'freeze', at: source.start }],
  };
}

/** What a held picture does not take over from its clip: what happens over time, and what is done to sound. */
const timed: ReadonlySet<ClipEffect['name']> = new Set(['fade', 'reverse', 'freeze', 'envelope', 'denoise', 'repair']);
