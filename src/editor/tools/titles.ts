import { z } from 'zod';
import { milliseconds, minTicks, seconds, zero, type Ticks } from '#core/time';
import { itemsWithRanges, timelineDuration, type Edit, type TextClip, type TextStyle, type Timeline } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { resolvePoint, timePoint } from './time-point.ts';
import { defineTool } from './tool.ts';

const position = z.enum(['center', 'top', 'bottom', 'lower-third']);

/** Puts words on the picture. */
export const addTitle = defineTool({
  name: 'add_title',
  description: 'Shows words on the picture: a title, a lower third. The words are shown literally, in any language.',
  input: z
    .object({
      text: z.string().trim().min(1).max(500).describe('The words'),
      start: timePoint.optional().describe('When it appears; default the start. "end": the last seconds'),
      duration_seconds: z.number().min(0.2).max(3600).optional().describe('How long it is shown, in seconds; default 3'),
      position: position.optional().describe('Default center'),
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
    let track = timeline.tracks.find(({ kind, locked }) => kind === 'text' && !locked);
    if (track === undefined) {
      edits.push({ kind: 'add-track', track: { kind: 'text', name: 'Title' } });
      track = workspace.preview(edits).tracks.at(-1)!;
    }
    edits.push({
      kind: 'overwrite',
      trackId: track.id,
      at: start,
      item: { kind: 'text', duration, text: asked.text, style: styleFor(asked.position ?? 'center') },
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

function textClips(timeline: Timeline): TextClip[] {
  return timeline.tracks.flatMap((track) => itemsWithRanges(track).flatMap(({ item }) => (item.kind === 'text' ? [item] : [])));
}

function styleFor(place: z.infer<typeof position>): TextStyle {
  const lower = place === 'lower-third' || place === 'bottom';
  return {
    preset: lower ? 'lower-third' : 'title',
    position: place,
    color: '#ffffff',
    size: lower ? 0.055 : 0.1,
    fadeIn: milliseconds(200),
    fadeOut: place === 'bottom' ? zero : milliseconds(200),
  };
}
