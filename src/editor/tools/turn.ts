import { z } from 'zod';
import type { Edit, PlaceEffect } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { effectEdits, effectOf, resolveTarget, targetFields } from './targets.ts';
import { defineTool } from './tool.ts';

/** A picture that fills its frame as the timeline says. */
export const asItIs: PlaceEffect = { name: 'place', scale: 1, x: 0.5, y: 0.5, rotation: 0, opacity: 1 };

/** Turns or mirrors the picture; a quarter turn of the whole video turns the frame too. */
export const turn = defineTool({
  name: 'turn',
  description:
    'Rotates the picture clockwise by degrees (negative: counter-clockwise), on top of how it is turned now, and/or mirrors it. A quarter turn of the whole video swaps width and height of the frame.',
  input: z
    .object({
      degrees: z.number().min(-360).max(360).optional(),
      flip: z.enum(['horizontal', 'vertical']).optional().describe('horizontal: left and right change places'),
      reset: z.boolean().optional().describe('Upright and not mirrored again'),
      ...targetFields,
    })
    .strict()
    .refine(
      ({ degrees, flip, reset }) => degrees !== undefined || flip !== undefined || reset !== undefined,
      'give degrees, flip or reset',
    ),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const target = resolveTarget(context, asked);
    if ('why' in target) return unchanged('turn', asked, target.why);
    if (target.pictures.length === 0) return unchanged('turn', asked, words.say('there is no picture there', '那里没有画面'));
    const degrees = asked.degrees ?? 0;
    const { size } = target.timeline;
    const first = effectOf(target.pictures[0]!.clip, 'place') ?? asItIs;
    const quarter = asked.reset === true ? Math.abs(first.rotation) % 180 === 90 : Math.abs(degrees) % 180 === 90;
    const turnsFrame = quarter && target.isWhole && asked.clip === undefined;
    const edits: Edit[] = target.pictures.flatMap(({ clip }) => {
      const known = effectOf(clip, 'place') ?? asItIs;
      const rotation = asked.reset === true ? 0 : normalised(known.rotation + degrees);
      const { flip: _flip, ...rest } = known;
      const flip = asked.reset === true ? undefined : mirrored(known.flip, asked.flip);
      const next: PlaceEffect = { ...rest, rotation, ...(flip === undefined ? {} : { flip }) };
      return effectEdits(clip, 'place', isPlain(next) ? undefined : next);
    });
    if (turnsFrame) edits.push({ kind: 'set-canvas', size: { width: size.height, height: size.width } });
    if (edits.length === 0) return unchanged('turn', asked, words.say('it is turned that way already', '画面已经是这个方向'));
    const parts = [
      ...(asked.reset === true ? [words.say('upright again', '恢复正向')] : []),
      ...(degrees === 0
        ? []
        : [
            words.say(
              `turned ${degrees > 0 ? `${degrees}° clockwise` : `${-degrees}° counter-clockwise`}`,
              `${degrees > 0 ? '顺时针' : '逆时针'}旋转 ${Math.abs(degrees)}°`,
            ),
          ]),
      ...(asked.flip === undefined
        ? []
        : [
            asked.flip === 'horizontal'
              ? words.say('mirrored left to right', '水平翻转')
              : words.say('flipped upside down', '垂直翻转'),
          ]),
    ];
    const frame = turnsFrame
      ? words.say(
          `; frame ${size.width}×${size.height} → ${size.height}×${size.width}`,
          `；画布 ${size.width}×${size.height} → ${size.height}×${size.width}`,
        )
      : '';
    const draft = receipt('turn', 'done', asked, {
      done: [words.say(`Picture ${parts.join(', ')}${target.place}${frame}`, `画面${parts.join('，')}${target.place}${frame}`)],
    });
    const { revision } = await workspace.commit([...target.splits, ...edits], { tool: 'turn', receipt: draft });
    return { ...draft, revision };
  },
});

function normalised(degrees: number): number {
  const turned = ((degrees % 360) + 360) % 360;
  return turned > 180 ? turned - 360 : turned;
}

function mirrored(known: PlaceEffect['flip'], asked: 'horizontal' | 'vertical' | undefined): PlaceEffect['flip'] {
  if (asked === undefined) return known;
  const [horizontal, vertical] = [
    (known === 'horizontal' || known === 'both') !== (asked === 'horizontal'),
    (known === 'vertical' || known === 'both') !== (asked === 'vertical'),
  ];
  return horizontal && vertical ? 'both' : horizontal ? 'horizontal' : vertical ? 'vertical' : undefined;
}

function isPlain(place: PlaceEffect): boolean {
  return (
    JSON.stringify(place) === JSON.stringify({ ...asItIs, ...(place.flip === undefined ? {} : { flip: place.flip }) }) &&
    place.flip === undefined
  );
}
