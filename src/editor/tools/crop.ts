import { z } from 'zod';
import type { CropEffect } from '#core/timeline';
import { changeEffects, clamp, effectOf, targetFields } from './targets.ts';
import { defineTool } from './tool.ts';

const edge = z.number().min(0).max(90).optional();

/** Cuts edges of the picture away. */
export const crop = defineTool({
  name: 'crop',
  description:
    'Cuts edges of the picture away, each in percent of its width or height; what is left is shown larger. For another shape of the whole video use set_aspect.',
  input: z
    .object({
      left: edge,
      right: edge,
      top: edge,
      bottom: edge,
      reset: z.boolean().optional().describe('Shows the whole picture again'),
      ...targetFields,
    })
    .strict()
    .refine(
      ({ left, right, top, bottom, reset }) => [left, right, top, bottom, reset].some((value) => value !== undefined),
      'give an edge or reset',
    ),
  changes: true,
  run: (context, asked) => {
    const { words } = context;
    const sides = ['left', 'right', 'top', 'bottom'] as const;
    const share = (side: (typeof sides)[number], known: CropEffect | undefined) =>
      asked[side] === undefined ? (known?.[side] ?? 0) : clamp(asked[side] / 100, 0, 0.9);
    const names = { left: '左', right: '右', top: '上', bottom: '下' } as const;
    const parts = sides.flatMap((side) =>
      asked[side] === undefined ? [] : [words.say(`${side} ${asked[side]} %`, `${names[side]} ${asked[side]}%`)],
    );
    return changeEffects(context, {
      tool: 'crop',
      asked,
      effect: 'crop',
      change: (clip) => {
        if (asked.reset === true) return undefined;
        const known = effectOf(clip, 'crop');
        const effect: CropEffect = {
          name: 'crop',
          left: share('left', known),
          top: share('top', known),
          right: share('right', known),
          bottom: share('bottom', known),
        };
        return effect.left + effect.right + effect.top + effect.bottom === 0 ? undefined : effect;
      },
      done: (place) =>
        asked.reset === true
          ? words.say(`Shows the whole picture again${place}`, `已恢复完整画面${place}`)
          : words.say(`Cropped ${parts.join(', ')}${place}`, `已裁剪画面${place}：${parts.join('，')}`),
      already: words.say('it is cropped like that already', '画面已经是这样裁剪的'),
    });
  },
});
