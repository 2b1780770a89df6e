import { z } from 'zod';
import { mainVideoStream } from '#core/asset';
import { zero, type Ticks } from '#core/time';
import { timelineDuration, type Edit, type PlaceEffect, type TextStyle, type Timeline } from '#core/timeline';
import { findMedia, takeOffStory } from './media-list.ts';
import { cornerName, corners, middle } from './overlay.ts';
import { receipt, unchanged } from './receipt.ts';
import { defineTool } from './tool.ts';

const trackName = 'Watermark';

/** Shows a logo, or a line of text, all through the video. */
export const watermark = defineTool({
  name: 'watermark',
  description:
    'Shows an uploaded picture (a logo) small in a corner through the whole video, or a line of text at the top or bottom. Replaces the one there is. remove: true takes it away.',
  input: z
    .object({
      asset: z.string().max(300).optional().describe('Name of the picture; default the newest uploaded one'),
      text: z.string().trim().min(1).max(200).optional().describe('Words instead of a picture'),
      corner: z.enum(corners).default('bottom-right'),
      size: z.number().min(0.02).max(1).default(0.15).describe('Share of the frame'),
      opacity: z.number().min(0.05).max(1).default(0.8),
      remove: z.boolean().optional(),
    })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const old = workspace.timeline().tracks.filter(({ name }) => name === trackName);
    const edits: Edit[] = old.map(({ id }) => ({ kind: 'remove-track', trackId: id }));
    const finish = async (sentence: string) => {
      const draft = receipt('watermark', 'done', asked, { done: [sentence] });
      return { ...draft, revision: (await workspace.commit(edits, { tool: 'watermark', receipt: draft })).revision };
    };
    if (asked.remove === true) {
      if (old.length === 0) return unchanged('watermark', asked, words.say('there is no watermark', '没有水印'));
      return finish(words.say('Removed the watermark', '已移除水印'));
    }
    if (asked.text !== undefined) {
      const length = timelineDuration(workspace.timeline());
      if (length === 0)
        return unchanged(
          'watermark',
          asked,
          words.say('the timeline is empty; upload a file first', '时间线是空的，请先上传文件'),
        );
      const top = asked.corner.startsWith('top');
      edits.push(...textLayer(workspace.preview(edits), { text: asked.text, length, top }));
      const place = top ? words.say('top', '顶部') : words.say('bottom', '底部');
      return finish(
        words.say(
          `Watermark "${asked.text}" at the ${place}, all through the video`,
          `已在${place}添加全程文字水印“${asked.text}”`,
        ),
      );
    }
    const media = findMedia(context, { name: asked.asset, kinds: ['image'] });
    if ('why' in media) return unchanged('watermark', asked, media.why);
    edits.push(...takeOffStory(workspace.timeline(), media));
    const length = timelineDuration(workspace.preview(edits));
    if (length === 0) return unchanged('watermark', asked, words.say('there is no video to put it on', '没有可添加水印的视频'));
    edits.push({ kind: 'add-track', track: { kind: 'video', name: trackName, follows: 'fixed' } });
    const trackId = workspace.preview(edits).tracks.at(-1)!.id;
    const place: PlaceEffect = {
      name: 'place',
      fit: 'contain',
      scale: asked.size,
      ...middle(asked.corner, asked.size),
      rotation: 0,
      opacity: asked.opacity,
    };
    const streamIndex = mainVideoStream(media)!.index;
    edits.push({
      kind: 'overwrite',
      trackId,
      at: zero,
      item: { kind: 'clip', assetId: media.id, streamIndex, sourceRange: { start: zero, duration: length }, effects: [place] },
    });
    return finish(
      words.say(
        `"${media.name}" is in the ${cornerName(asked.corner, words)} all through the video, ${Math.round(asked.opacity * 100)} % opaque`,
        `“${media.name}”全程显示在${cornerName(asked.corner, words)}，不透明度 ${Math.round(asked.opacity * 100)}%`,
      ),
    );
  },
});

function textLayer(
  timeline: Timeline,
  { text, length, top }: { readonly text: string; readonly length: Ticks; readonly top: boolean },
): Edit[] {
  const style: TextStyle = {
    preset: 'label',
    position: top ? 'top' : 'bottom',
    color: '#ffffff',
    size: 0.04,
    fadeIn: zero,
    fadeOut: zero,
  };
  return [
    { kind: 'add-track', track: { kind: 'text', name: trackName, follows: 'fixed' } },
    { kind: 'overwrite', trackId: `trk_${timeline.nextId}`, at: zero, item: { kind: 'text', duration: length, text, style } },
  ];
}
