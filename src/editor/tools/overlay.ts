import { z } from 'zod';
import { mainAudioStream, mainVideoStream, type Asset } from '#core/asset';
import type { Receipt } from '#core/facts';
import { minTicks, rangeEnd, subtractTicks, ticks, timeRange, zero, type TimeRange } from '#core/time';
import { isStill, timelineDuration, type ClipEffect, type Edit, type NewItem, type PlaceEffect } from '#core/timeline';
import { findMedia, overlayClips, takeOffStory } from './media-list.ts';
import { receipt, unchanged } from './receipt.ts';
import { resolveRange, timePoint } from './time-point.ts';
import { defineTool, type ToolContext } from './tool.ts';
import type { Words } from './words.ts';

export const corners = ['top-left', 'top-right', 'bottom-left', 'bottom-right', 'center'] as const;
export type Corner = (typeof corners)[number];
const trackName = 'Overlay';
const stillSeconds = 5;

/** Shows a second video or picture small over the first. */
export const pictureInPicture = defineTool({
  name: 'picture_in_picture',
  description:
    'Shows a second uploaded video or picture small in a corner over the story. Its sound stays off unless sound is true. The length of the video stays. remove: true takes overlays away.',
  input: z
    .object({
      asset: z.string().max(300).optional().describe('Name of the media; default the newest that is not the story'),
      corner: z.enum(corners).default('bottom-right'),
      size: z.number().min(0.05).max(1).default(0.3).describe('Share of the frame'),
      sound: z.boolean().default(false),
      start: timePoint.optional(),
      end: timePoint.optional(),
      remove: z.boolean().optional(),
    })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    if (asked.remove === true) return removeOverlays(context, asked);
    const media = findMedia(context, { name: asked.asset, kinds: ['video', 'image'] });
    if ('why' in media) return unchanged('picture_in_picture', asked, media.why);
    const edits: Edit[] = takeOffStory(workspace.timeline(), media);
    const timeline = workspace.preview(edits);
    const length = timelineDuration(timeline);
    const { range } = resolveRange({ start: asked.start ?? 'start', end: asked.end ?? 'end' }, length);
    const still = isStill(media);
    const longest = still
      ? asked.end === undefined && asked.start !== undefined
        ? stillSeconds * 705_600_000
        : range.duration
      : media.duration;
    const duration = minTicks(range.duration, ticks(longest));
    const picture = mainVideoStream(media);
    if (duration <= 0 || picture === undefined)
      return unchanged(
        'picture_in_picture',
        asked,
        words.say('that stretch lies behind the end of the video', '该范围在视频结尾之后'),
      );
    const place: PlaceEffect = {
      name: 'place',
      fit: 'contain',
      scale: asked.size,
      ...middle(asked.corner, asked.size),
      rotation: 0,
      opacity: 1,
    };
    const startIn = still ? zero : minTicks(picture.start, subtractTicks(media.duration, duration));
    const clip = (streamIndex: number, effects: readonly ClipEffect[]): NewItem => ({
      kind: 'clip',
      assetId: media.id,
      streamIndex,
      sourceRange: { start: startIn, duration },
      effects,
      ...(asked.sound && !still ? { linkId: 'overlay' } : {}),
    });
    const sound = mainAudioStream(media);
    const heard = asked.sound && sound !== undefined && !still;
    const lay = (kind: 'video' | 'audio', item: NewItem): void => {
      const track = timeline.tracks.find((own) => own.kind === kind && own.name === trackName && !own.locked);
      if (track === undefined) edits.push({ kind: 'add-track', track: { kind, name: trackName } });
      const trackId = track?.id ?? workspace.preview(edits).tracks.at(-1)!.id;
      edits.push({ kind: 'overwrite', trackId, at: range.start, item });
    };
    lay('video', clip(picture.index, [place]));
    if (heard) lay('audio', clip(sound.index, []));
    const draft = shownReceipt(context, asked, { media, shown: timeRange(range.start, duration), asFarAs: range, heard });
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'picture_in_picture', receipt: draft })).revision };
  },
});

type Shown = { readonly media: Asset; readonly shown: TimeRange; readonly asFarAs: TimeRange; readonly heard: boolean };

function shownReceipt(
  { words }: ToolContext,
  asked: { readonly corner: Corner; readonly size: number },
  { media, shown, asFarAs, heard }: Shown,
): Receipt {
  const still = isStill(media);
  const [from, to, percent] = [words.clock(shown.start), words.clock(rangeEnd(shown)), Math.round(asked.size * 100)];
  const quiet = !heard && !still && mainAudioStream(media) !== undefined ? words.say('; its sound is off', '；其声音已关闭') : '';
  return receipt('picture_in_picture', 'done', asked, {
    done: [
      words.say(
        `"${media.name}" is shown in the ${cornerName(asked.corner, words)} at ${percent} % size from ${from} to ${to}${quiet}`,
        `“${media.name}”以 ${percent}% 大小显示在${cornerName(asked.corner, words)}（${from}–${to}）${quiet}`,
      ),
    ],
    warnings:
      shown.duration < asFarAs.duration && !still
        ? [
            words.say(
              `It is ${words.clock(media.duration)} long and ends before the video does`,
              `它只有 ${words.clock(media.duration)}，会先于视频结束`,
            ),
          ]
        : [],
  });
}

async function removeOverlays({ workspace, words }: Parameters<typeof findMedia>[0], asked: object) {
  const timeline = workspace.timeline();
  const tracks = timeline.tracks.filter(({ name, kind, items }) => name === trackName && kind !== 'text' && items.length > 0);
  if (overlayClips(timeline, trackName).length === 0)
    return unchanged('picture_in_picture', asked, words.say('there is no picture in picture', '没有画中画'));
  const draft = receipt('picture_in_picture', 'done', asked, {
    done: [words.say('Removed the picture in picture', '已移除画中画')],
  });
  const edits = tracks.map(({ id }): Edit => ({ kind: 'remove-track', trackId: id }));
  return { ...draft, revision: (await workspace.commit(edits, { tool: 'picture_in_picture', receipt: draft })).revision };
}

/** Middle of a box of this size in a corner, 4 % away from both edges. */
export function middle(corner: Corner, size: number): { readonly x: number; readonly y: number } {
  const near = 0.04 + size / 2;
  const round = (value: number) => Number(value.toFixed(4));
  return {
    x: corner === 'center' ? 0.5 : round(corner.endsWith('left') ? near : 1 - near),
    y: corner === 'center' ? 0.5 : round(corner.startsWith('top') ? near : 1 - near),
  };
}

export function cornerName(corner: Corner, words: Words): string {
  const chinese: Readonly<Record<Corner, string>> = {
    'top-left': '左上角',
    'top-right': '右上角',
    'bottom-left': '左下角',
    'bottom-right': '右下角',
    center: '中央',
  };
  return words.say(corner === 'center' ? 'middle' : `${corner.replace('-', ' ')} corner`, chinese[corner]);
}
