import { z } from 'zod';
import {
  minTicks,
  ratio,
  rangeEnd,
  seconds,
  snapToFrame,
  subtractTicks,
  ticks,
  toMilliseconds,
  type Ticks,
  type TimeRange,
} from '#core/time';
import { recordToSource, timelineDuration, type Clip, type Edit, type NewItem } from '#core/timeline';
import type { Asset } from '#core/asset';
import { receipt, unchanged } from './receipt.ts';
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
    const asset = workspace.assets().find(({ id }) => id === placed.clip.assetId);
    if (source === undefined || asset === undefined)
      return unchanged('freeze_frame', asked, words.say('that picture is not there any more', '找不到该画面'));
    const item = heldPicture(placed.clip, asset, {
      source,
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

/** A clip of the wished length around the moment; where the media is shorter than that it runs slower, which a held picture does not show. */
function heldPicture(
  clip: Clip,
  asset: Asset,
  { source, duration }: { readonly source: TimeRange; readonly duration: Ticks },
): NewItem {
  const kept = clip.effects.filter(({ name }) => !['fade', 'reverse', 'freeze', 'envelope', 'denoise'].includes(name));
  const base = { kind: 'clip', assetId: clip.assetId, streamIndex: clip.streamIndex } as const;
  if (asset.duration === 0) return { ...base, sourceRange: { start: ticks(0), duration }, effects: kept };
  const used = minTicks(duration, asset.duration);
  const start = ticks(Math.max(0, Math.min(source.start, asset.duration - used)));
  return {
    ...base,
    sourceRange: { start, duration: used },
    ...(used === duration ? {} : { speed: ratio(toMilliseconds(used), Math.max(1, toMilliseconds(duration))) }),
    effects: [...kept, { name: 'freeze', at: source.start }],
  };
}
