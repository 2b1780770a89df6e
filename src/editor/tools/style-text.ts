import { z } from 'zod';
import { textAnimations, textPresets, type Edit, type TextClip, type TextStyle } from '#core/timeline';
import { captionPresets, captionsOf, isCaptionTrack } from './captions.ts';
import { hexColor } from './chroma-key.ts';
import { receipt, unchanged } from './receipt.ts';
import { clamp } from './targets.ts';
import { defineTool } from './tool.ts';
import { plural } from './words.ts';

const input = z
  .object({
    which: z.enum(['captions', 'titles']).default('titles'),
    text: z.string().max(500).optional().describe('Only those with these words'),
    preset: z.enum(textPresets).optional(),
    next: z.boolean().optional().describe('Another look than the one there is'),
    position: z.enum(['top', 'center', 'bottom', 'lower-third']).optional(),
    color: hexColor.optional(),
    accent: hexColor.optional().describe('Colour of bars, boxes and spoken words'),
    size: z.number().min(0.02).max(0.3).optional().describe('Share of the frame height'),
    scale: z.number().min(0.2).max(5).optional().describe('Times the size there is; 1.25 is larger, 0.8 smaller'),
    animation: z.enum(textAnimations).optional(),
    new_text: z.string().trim().min(1).max(500).optional().describe('Other words; only with one title'),
  })
  .strict()
  .refine((value) => Object.keys(value).some((key) => !['which', 'text'].includes(key)), 'give at least one change');

type Asked = z.infer<typeof input>;

/** Changes how words on the picture look. */
export const styleText = defineTool({
  name: 'style_text',
  description: `Changes the look of titles or captions that are there: preset (${textPresets.join(', ')}), position, colour, size, animation, or the words of a title.`,
  input,
  changes: true,
  run: async ({ workspace, words }, asked) => {
    const timeline = workspace.timeline();
    const own =
      asked.which === 'captions'
        ? captionsOf(timeline)
        : timeline.tracks.flatMap(({ kind, name, items }) =>
            kind === 'text' && !isCaptionTrack(name) ? items.filter((item): item is TextClip => item.kind === 'text') : [],
          );
    const texts = own.filter(({ text }) => asked.text === undefined || text.toLowerCase().includes(asked.text.toLowerCase()));
    if (texts.length === 0)
      return unchanged(
        'style_text',
        asked,
        asked.which === 'captions'
          ? words.say('there are no captions', '没有字幕')
          : words.say('there is no such title', '没有这样的标题'),
      );
    const target = asked.new_text !== undefined && texts.length > 1 ? texts.slice(-1) : texts;
    const edits = target.flatMap((item): Edit[] => {
      const style = styled(item.style, asked);
      const text = asked.new_text ?? item.text;
      if (JSON.stringify(style) === JSON.stringify(item.style) && text === item.text) return [];
      return [{ kind: 'set-text', itemId: item.id, style, ...(text === item.text ? {} : { text }) }];
    });
    if (edits.length === 0) return unchanged('style_text', asked, words.say('it looks like that already', '已经是这个样式'));
    const [before, after] = [target[0]!.style, styled(target[0]!.style, asked)];
    const what =
      asked.which === 'captions'
        ? words.say(plural(edits.length, 'caption'), `${edits.length} 条字幕`)
        : words.say(plural(edits.length, 'title'), `${edits.length} 个标题`);
    const parts = [
      ...(before.preset === after.preset ? [] : [`${before.preset} → ${after.preset}`]),
      ...(before.position === after.position ? [] : [`${before.position} → ${after.position}`]),
      ...(before.color === after.color ? [] : [`${before.color} → ${after.color}`]),
      ...(before.accent === after.accent ? [] : [`${words.say('accent', '强调色')} ${after.accent}`]),
      ...(before.size === after.size ? [] : [`${words.say('size', '字号')} ${before.size} → ${after.size}`]),
      ...(before.animation === after.animation
        ? []
        : [`${words.say('animation', '动画')} ${before.animation ?? 'fade'} → ${after.animation}`]),
      ...(asked.new_text === undefined ? [] : [`"${target[0]!.text}" → "${asked.new_text}"`]),
    ];
    const draft = receipt('style_text', 'done', asked, {
      done: [words.say(`Changed ${what}: ${parts.join(', ')}`, `已更改 ${what}：${parts.join('，')}`)],
    });
    return { ...draft, revision: (await workspace.commit(edits, { tool: 'style_text', receipt: draft })).revision };
  },
});

function styled(style: TextStyle, asked: Asked): TextStyle {
  const presets: readonly TextStyle['preset'][] =
    asked.which === 'captions'
      ? captionPresets
      : textPresets.filter((name) => !name.startsWith('caption') && name.split('-')[0] === style.preset.split('-')[0]);
  const following = presets[(presets.indexOf(style.preset) + 1) % Math.max(1, presets.length)] ?? style.preset;
  const size = asked.size ?? (asked.scale === undefined ? style.size : clamp(style.size * asked.scale, 0.02, 0.3));
  return {
    ...style,
    preset: asked.preset ?? (asked.next === true ? following : style.preset),
    position: asked.position ?? style.position,
    color: asked.color ?? style.color,
    ...(asked.accent === undefined ? {} : { accent: asked.accent }),
    size,
    ...(asked.animation === undefined ? {} : { animation: asked.animation }),
  };
}
