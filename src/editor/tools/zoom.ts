import { z } from 'zod';
import type { ZoomEffect } from '#core/timeline';
import { changeEffects, targetFields } from './targets.ts';
import { defineTool } from './tool.ts';

/** Where a talking head's eyes are. Source: CRAFT of cutting speech, punch-ins anchor at 42 % of the height. */
const anchor = { anchorX: 0.5, anchorY: 0.42 } as const;
const factors = { 'punch-in': 1.25, 'slow-in': 1.15, 'slow-out': 1.15 } as const;

/** Enlarges the picture: at once, or slowly over the stretch. */
export const zoom = defineTool({
  name: 'zoom',
  description:
    'Zooms into the picture: punch-in (enlarged all the time), slow-in or slow-out (moves over the stretch; slow-in is the Ken Burns effect). remove: true takes it away.',
  input: z
    .object({
      kind: z.enum(['punch-in', 'slow-in', 'slow-out']).default('punch-in'),
      factor: z
        .number()
        .min(1.01)
        .max(8)
        .optional()
        .describe('How much larger; default 1.25 for a punch-in, 1.15 for slow zooms'),
      x: z.number().min(0).max(1).optional().describe('Point that stays in place, fraction from the left; default 0.5'),
      y: z.number().min(0).max(1).optional().describe('Fraction from the top; default 0.42'),
      remove: z.boolean().optional(),
      ...targetFields,
    })
    .strict(),
  changes: true,
  run: (context, asked) => {
    const { words } = context;
    const factor = asked.factor ?? factors[asked.kind];
    const effect: ZoomEffect = {
      name: 'zoom',
      from: asked.kind === 'slow-in' ? 1 : factor,
      to: asked.kind === 'slow-out' ? 1 : factor,
      anchorX: asked.x ?? anchor.anchorX,
      anchorY: asked.y ?? anchor.anchorY,
      easing: asked.kind === 'punch-in' ? 'linear' : 'ease-in-out',
    };
    const what = {
      'punch-in': words.say(`Zoomed in ${factor}×`, `已放大 ${factor} 倍`),
      'slow-in': words.say(`Slow zoom in to ${factor}×`, `已缓慢推近到 ${factor} 倍`),
      'slow-out': words.say(`Slow zoom out from ${factor}×`, `已从 ${factor} 倍缓慢拉远`),
    }[asked.kind];
    return changeEffects(context, {
      tool: 'zoom',
      asked,
      effect: 'zoom',
      change: () => (asked.remove === true ? undefined : effect),
      done: (place) =>
        asked.remove === true ? words.say(`Took the zoom away${place}`, `已取消缩放${place}`) : `${what}${place}`,
      already:
        asked.remove === true
          ? words.say('there is no zoom', '没有缩放效果')
          : words.say('it is zoomed like that already', '已经是这样的缩放'),
    });
  },
});
