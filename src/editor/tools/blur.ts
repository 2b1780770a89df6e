import { z } from 'zod';
import type { BlurEffect } from '#core/timeline';
import { changeEffects, targetFields } from './targets.ts';
import { defineTool } from './tool.ts';

/** Radius as a share of the height. 0.02 is where a face can no longer be recognised at 1080 lines. */
const radii = { light: 0.008, medium: 0.02, strong: 0.05 } as const;

const fraction = z.number().min(0).max(1);

/** Blurs the picture or a rectangle of it. */
export const blur = defineTool({
  name: 'blur',
  description:
    'Blurs the picture, or one rectangle of it given in fractions of the picture, for all of the video or a stretch. It follows nothing by itself. remove: true takes it away.',
  input: z
    .object({
      strength: z.enum(['light', 'medium', 'strong']).default('medium'),
      region: z
        .object({ x: fraction, y: fraction, width: fraction, height: fraction })
        .strict()
        .optional()
        .describe('Left, top, width, height as fractions; default the whole picture'),
      remove: z.boolean().optional(),
      ...targetFields,
    })
    .strict(),
  changes: true,
  run: (context, asked) => {
    const { words } = context;
    const region =
      asked.region === undefined
        ? undefined
        : {
            ...asked.region,
            width: Math.min(asked.region.width, 1 - asked.region.x),
            height: Math.min(asked.region.height, 1 - asked.region.y),
          };
    const effect: BlurEffect = { name: 'blur', radius: radii[asked.strength], ...(region === undefined ? {} : { region }) };
    const what = region === undefined ? words.say('the picture', '画面') : words.say('a part of the picture', '画面的一部分');
    return changeEffects(context, {
      tool: 'blur',
      asked,
      effect: 'blur',
      change: () => (asked.remove === true ? undefined : effect),
      done: (place) =>
        asked.remove === true
          ? words.say(`Took the blur away${place}`, `已取消模糊${place}`)
          : words.say(`Blurred ${what}${place}`, `已模糊${what}${place}`),
      already:
        asked.remove === true
          ? words.say('nothing is blurred', '没有模糊效果')
          : words.say('it is blurred like that already', '已经是这样的模糊'),
    });
  },
});
