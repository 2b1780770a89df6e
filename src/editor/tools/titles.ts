import { z } from 'zod';
import { milliseconds, minTicks, seconds, zero, type Ticks } from '#core/time';
import {
  itemsWithRanges,
  textAnimations,
  textPresets,
  timelineDuration,
  type Edit,
  type TextClip,
  type TextPosition,
  type TextPreset,
  type TextStyle,
  type Timeline,
  type Track,
} from '#core/timeline';
import { isCaptionTrack } from './captions.ts';
import { hexColor } from './chroma-key.ts';
import { receipt, unchanged } from './receipt.ts';
import { resolvePoint, timePoint } from './time-point.ts';
import { defineTool } from './tool.ts';

const position = z.enum(['center', 'top', 'bottom', 'lower-third']);

/** Puts words on the picture. */
export const addTitle = defineTool({
  name: 'add_title',
  description:
    'Shows words on the picture: a title, lower third, end card, quote, chapter name or label, in a named style. The words are shown literally, in any language.',
  input: z
    .object({
      text: z.string().trim().min(1).max(500).describe('The words'),
      start: timePoint.optional().describe('When it appears; default the start. "end": the last seconds'),
      duration_seconds: z.number().min(0.2).max(3600).optional().describe('How long it is shown, in seconds; default 3'),
      position: position.optional().describe('Default what the style has, else center'),
      style: z.enum(textPresets).optional().describe('Default title, or lower-third at the bottom'),
      color: hexColor.optional().describe('Default white'),
      accent: hexColor.optional().describe('Colour of bars and boxes'),
      size: z.number().min(0.02).max(0.3).optional().describe('Share of the frame height'),
      animation: z.enum(textAnimations).optional().describe('How it comes and goes; default fade'),
    })
    .strict(),
  changes: true,
  run: async ({ workspace, words }, asked) => {
    const timeline = workspace.timeline();
    const length = timelineDuration(timeline);
    if (length === 0)
      return unchanged('add_title', asked, words.say('the timeline is empty; upload a file first', '时间线是空的，请先上传文件'));
    const wanted = seconds(asked.duration_seconds ?? 3);
    const start =
      asked.start === 'end' ? ((length - minTicks(wanted, length)) as Ticks) : resolvePoint(asked.start ?? 'start', length);
    if (start >= length)
      return unchanged(
        'add_title',
        asked,
        words.say(`the video ends at ${words.clock(length)}`, `视频在 ${words.clock(length)} 结束`),
      );
    const duration = minTicks(wanted, (length - start) as Ticks);
    const edits: Edit[] = [];
    let track = timeline.tracks.find((own) => own.kind === 'text' && !own.locked && isFree(own, start, duration));
    if (track === undefined) {
      edits.push({ kind: 'add-track', track: { kind: 'text', name: 'Title' } });
      track = workspace.preview(edits).tracks.at(-1)!;
    }
    edits.push({
      kind: 'overwrite',
      trackId: track.id,
      at: start,
      item: { kind: 'text', duration, text: asked.text, style: styleFor(asked) },
    });
    const shownMs = Math.round(duration / 705_600);
    const draft = receipt('add_title', 'done', asked, {
      done: [
        words.say(
          `Added the title "${asked.text}" at ${words.clock(start)} for ${shownMs / 1000} s`,
          `已在 ${words.clock(start)} 添加标题“${asked.text}”，时长 ${shownMs / 1000} 秒`,
        ),
      ],
    });
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'add_title', receipt: draft })).revision };
  },
});

/** Takes words off the picture. */
export const removeTitle = defineTool({
  name: 'remove_title',
  description: 'Removes titles: the one with the given words, or all of them.',
  input: z.object({ text: z.string().max(500).optional().describe('Words of the title; absent: all titles') }).strict(),
  changes: true,
  run: async ({ workspace, words }, asked) => {
    const titles = textClips(workspace.timeline()).filter(
      (item) => asked.text === undefined || item.text.toLowerCase().includes(asked.text.toLowerCase()),
    );
    if (titles.length === 0) return unchanged('remove_title', asked, words.say('there is no such title', '没有这样的标题'));
    const draft = receipt('remove_title', 'done', asked, {
      done: titles.map((item) => words.say(`Removed the title "${item.text}"`, `已删除标题“${item.text}”`)),
    });
    const edits = titles.map((item): Edit => ({ kind: 'remove-item', itemId: item.id, close: 'leave-gap' }));
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'remove_title', receipt: draft })).revision };
  },
});

/** A track of titles that the new one fits on without covering another; captions and watermarks keep theirs to themselves. */
function isFree(track: Track, start: Ticks, duration: Ticks): boolean {
  if (isCaptionTrack(track.name) || track.follows === 'fixed') return false;
  return itemsWithRanges(track).every(
    ({ item, range }) => item.kind !== 'text' || range.start >= start + duration || range.start + range.duration <= start,
  );
}

function textClips(timeline: Timeline): TextClip[] {
  return timeline.tracks
    .filter(({ kind, name, follows }) => kind === 'text' && !isCaptionTrack(name) && follows !== 'fixed')
    .flatMap((track) => itemsWithRanges(track).flatMap(({ item }) => (item.kind === 'text' ? [item] : [])));
}

/** Where a style lies by itself, and its size as a share of the frame height. */
const natural: Readonly<Record<string, readonly [TextPosition, number]>> = {
  title: ['center', 0.1],
  'lower-third': ['lower-third', 0.055],
  'end-card': ['center', 0.09],
  quote: ['center', 0.07],
  chapter: ['center', 0.08],
  label: ['top', 0.045],
  caption: ['bottom', 0.05],
};

function styleFor(asked: {
  readonly position?: z.infer<typeof position> | undefined;
  readonly style?: TextPreset | undefined;
  readonly color?: string | undefined;
  readonly accent?: string | undefined;
  readonly size?: number | undefined;
  readonly animation?: TextStyle['animation'] | undefined;
}): TextStyle {
  const lower = asked.position === 'lower-third' || asked.position === 'bottom';
  const preset = asked.style ?? (lower ? 'lower-third' : 'title');
  const family = Object.keys(natural).findLast((name) => preset.startsWith(name)) ?? 'title';
  const [place, size] = natural[family]!;
  return {
    preset,
    position: asked.position ?? place,
    color: asked.color ?? '#ffffff',
    ...(asked.accent === undefined ? {} : { accent: asked.accent }),
    size: asked.size ?? size,
    fadeIn: milliseconds(asked.animation === undefined || asked.animation === 'fade' ? 200 : 400),
    fadeOut: asked.position === 'bottom' ? zero : milliseconds(200),
    ...(asked.animation === undefined ? {} : { animation: asked.animation }),
  };
}
