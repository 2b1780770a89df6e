import { z } from 'zod';
import { mainVideoStream, type Asset, type Size } from '#core/asset';
import type { Clip, Edit, Fit, PlaceEffect } from '#core/timeline';
import { receipt, unchanged } from './receipt.ts';
import { clamp, effectEdits, effectOf, resolveTarget, targetFields } from './targets.ts';
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
    const quarter = asked.reset === true ? isQuarter(first.rotation) : isQuarter(degrees);
    const turnsFrame = quarter && target.isWhole && asked.clip === undefined;
    const frame = turnsFrame ? { width: size.height, height: size.width } : size;
    const edits: Edit[] = target.pictures.flatMap(({ clip }) => {
      const known = effectOf(clip, 'place') ?? asItIs;
      const rotation = asked.reset === true ? 0 : normalised(known.rotation + degrees);
      const flip = asked.reset === true ? undefined : mirrored(known.flip, asked.flip);
      const picture = uprightSize(workspace.assets(), clip);
      const next = turned(
        { ...known, rotation },
        { wasQuarter: isQuarter(known.rotation), frame, picture, fit: target.timeline.fit },
      );
      const { flip: _flip, ...rest } = next;
      const effect: PlaceEffect = { ...rest, ...(flip === undefined ? {} : { flip }) };
      return effectEdits(clip, 'place', isPlain(effect) ? undefined : effect);
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
    const resized = turnsFrame
      ? words.say(
          `; frame ${size.width}×${size.height} → ${size.height}×${size.width}`,
          `；画布 ${size.width}×${size.height} → ${size.height}×${size.width}`,
        )
      : '';
    const draft = receipt('turn', 'done', asked, {
      done: [
        words.say(`Picture ${parts.join(', ')}${target.place}${resized}`, `画面${parts.join('，')}${target.place}${resized}`),
      ],
    });
    const { revision } = await workspace.commit([...target.splits, ...edits], { tool: 'turn', receipt: draft });
    return { ...draft, revision };
  },
});

type Turning = {
  readonly wasQuarter: boolean;
  readonly frame: Size;
  /** Of the clip's picture before it is turned, without what is cropped. */
  readonly picture: Size;
  readonly fit: Fit | undefined;
};

/**
 * A picture meets its box before the box is turned: for a quarter turn the box has to be of the size at which the picture, lying on its
 * side, meets the frame.
 */
function turned(place: PlaceEffect, { wasQuarter, frame, picture, fit }: Turning): PlaceEffect {
  const { fit: known, ...rest } = place;
  if (!isQuarter(place.rotation)) return wasQuarter ? { ...rest, scale: 1 } : place;
  const [across, down] = [frame.width / picture.height, frame.height / picture.width];
  const wanted = (known ?? fit) === 'cover' ? Math.max(across, down) : Math.min(across, down);
  const upright = Math.min(frame.width / picture.width, frame.height / picture.height);
  return { ...rest, fit: 'contain', scale: clamp((wasQuarter ? 1 : place.scale) * (wanted / upright), 0.01, 10) };
}

function uprightSize(assets: readonly Asset[], clip: Clip): Size {
  const asset = assets.find(({ id }) => id === clip.assetId);
  const { width, height } = (asset === undefined ? undefined : mainVideoStream(asset))?.displaySize ?? { width: 16, height: 9 };
  const { left, right, top, bottom } = effectOf(clip, 'crop') ?? { left: 0, right: 0, top: 0, bottom: 0 };
  return { width: width * (1 - left - right), height: height * (1 - top - bottom) };
}

function isQuarter(degrees: number): boolean {
  return Math.abs(degrees) % 180 === 90;
}

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
