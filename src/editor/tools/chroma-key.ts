import { z } from 'zod';
import type { ChromaKeyEffect, Edit } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { effectEdits, resolveTarget, targetFields } from './targets.ts';
import { defineTool } from './tool.ts';

export const hexColor = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'a colour like #00b140');

/** Makes a green or blue screen see-through. */
export const chromaKey = defineTool({
  name: 'chroma_key',
  description:
    'Makes one colour of the picture (a green screen) see-through; behind it the background colour or what lies on lower tracks is seen. remove: true takes it away.',
  input: z
    .object({
      color: hexColor.optional().describe('Default #00b140, chroma green'),
      similarity: z.number().min(0.01).max(1).optional().describe('How far from the colour still counts; default 0.3'),
      background: hexColor.optional().describe('Colour to put behind'),
      remove: z.boolean().optional(),
      ...targetFields,
    })
    .strict(),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const target = resolveTarget(context, asked);
    if ('why' in target) return unchanged('chroma_key', asked, target.why);
    const effect: ChromaKeyEffect = {
      name: 'chroma-key',
      color: asked.color ?? '#00b140',
      similarity: asked.similarity ?? 0.3,
      blend: 0.1,
    };
    const edits: Edit[] = target.pictures.flatMap(({ clip }) =>
      effectEdits(clip, 'chroma-key', asked.remove === true ? undefined : effect),
    );
    if (asked.background !== undefined && asked.background !== (target.timeline.background ?? '#000000'))
      edits.push({ kind: 'set-canvas', background: asked.background });
    if (edits.length === 0) return unchanged('chroma_key', asked, words.say('it is that way already', '已经是这样'));
    const behind = asked.background ?? target.timeline.background ?? '#000000';
    const draft = receipt('chroma_key', 'done', asked, {
      done: [
        asked.remove === true
          ? words.say(`Took the keying away${target.place}`, `已取消抠像${target.place}`)
          : words.say(
              `Keyed out ${effect.color}${target.place}; ${behind} is seen behind it`,
              `已抠除 ${effect.color}${target.place}，背后为 ${behind}`,
            ),
      ],
    });
    const { revision } = await workspace.commit([...target.splits, ...edits], { tool: 'chroma_key', receipt: draft });
    return { ...draft, revision };
  },
});
