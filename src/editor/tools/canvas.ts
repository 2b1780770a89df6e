import { z } from 'zod';
import type { Size } from '#core/asset';
import { timelineDuration, type Edit, type Fit } from '#core/timeline';
import { hexColor } from './chroma-key.ts';
import { followSubjects, noCrops } from './follow-subject.ts';
import { receipt, unchanged } from './receipt.ts';
import { defineTool } from './tool.ts';
import type { Words } from './words.ts';

const fits = { crop: 'cover', letterbox: 'contain', blur: 'blur-fill' } as const;

/** Changes the shape of the video; times, cuts and everything else stay. */
export const setAspect = defineTool({
  name: 'set_aspect',
  description:
    'Changes the shape of the video: 16:9, 9:16, 1:1, 4:5 … or exact pixels. fit says how pictures meet the new shape: crop (fills it, edges are lost), letterbox (whole, with bars), blur (whole, over a blurred copy). A crop follows who or what matters, so that it stays in frame. Nothing is regenerated.',
  input: z
    .object({
      aspect: z
        .string()
        .regex(/^\d{1,2}(?:\.\d+)?:\d{1,2}(?:\.\d+)?$/)
        .optional()
        .describe('Width to height, such as 9:16'),
      width: z.number().int().min(16).max(7680).optional(),
      height: z.number().int().min(16).max(7680).optional(),
      fit: z.enum(['crop', 'letterbox', 'blur']).optional().describe('Default crop'),
      subject: z
        .enum(['follow', 'center'])
        .optional()
        .describe('Whether a crop follows the subject or keeps to the middle; default follow where the shape changes'),
    })
    .strict()
    .refine(
      ({ aspect, width, height, fit, subject }) =>
        [aspect, fit, subject].some((value) => value !== undefined) || (width !== undefined && height !== undefined),
      'give aspect, width and height, fit, or subject',
    ),
  changes: true,
  run: async (context, asked) => {
    const { workspace, words } = context;
    const timeline = workspace.timeline();
    if (timelineDuration(timeline) === 0)
      return unchanged(
        'set_aspect',
        asked,
        words.say('the timeline is empty; upload a file first', '时间线是空的，请先上传文件'),
      );
    const { size } = timeline;
    const wanted =
      asked.width !== undefined && asked.height !== undefined
        ? { width: even(asked.width), height: even(asked.height) }
        : asked.aspect === undefined
          ? size
          : sizeFor(asked.aspect, size);
    const known: Fit = timeline.fit ?? 'contain';
    const changesShape = wanted.width * size.height !== wanted.height * size.width;
    const usual: Fit = (changesShape && timeline.fit === undefined) || asked.subject === 'follow' ? 'cover' : known;
    const fit = asked.fit === undefined ? usual : fits[asked.fit];
    const isSame = wanted.width === size.width && wanted.height === size.height && fit === known;
    const isAsked = asked.subject !== undefined || (changesShape && !isSame);
    const crops = isAsked && fit === 'cover' ? await followSubjects(context, wanted, asked.subject ?? 'follow') : noCrops;
    if (isSame && crops.edits.length === 0)
      return unchanged(
        'set_aspect',
        asked,
        asked.subject === 'follow'
          ? words.say('the crop shows the subject already', '裁剪已经跟随主体')
          : words.say(`it is ${size.width}×${size.height} already`, `已经是 ${size.width}×${size.height}`),
      );
    const edit: Edit = { kind: 'set-canvas', size: wanted, fit };
    const draft = receipt('set_aspect', 'done', asked, {
      done: [
        ...(isSame
          ? []
          : [
              words.say(
                `Frame ${size.width}×${size.height} → ${wanted.width}×${wanted.height}, ${fitName(fit, words)}`,
                `画布 ${size.width}×${size.height} → ${wanted.width}×${wanted.height}，${fitName(fit, words)}`,
              ),
            ]),
        ...crops.done,
      ],
      facts: { width: wanted.width, height: wanted.height, ...(crops.followed > 0 ? { followed: crops.followed } : {}) },
    });
    const { revision } = await workspace.commit([...(isSame ? [] : [edit]), ...crops.edits], {
      tool: 'set_aspect',
      receipt: draft,
    });
    return { ...draft, revision };
  },
});

/** Sets the colour where nothing covers the picture. */
export const setBackground = defineTool({
  name: 'set_background',
  description: 'Sets the background colour: bars, gaps and what is seen through keyed or faded pictures.',
  input: z.object({ color: hexColor }).strict(),
  changes: true,
  run: async ({ workspace, words }, asked) => {
    const before = workspace.timeline().background ?? '#000000';
    const color = asked.color.toLowerCase();
    if (before === color)
      return unchanged('set_background', asked, words.say(`the background is ${color} already`, `背景已经是 ${color}`));
    const draft = receipt('set_background', 'done', asked, {
      done: [words.say(`Background ${before} → ${color}`, `背景颜色 ${before} → ${color}`)],
    });
    const { revision } = await workspace.commit([{ kind: 'set-canvas', background: color }], {
      tool: 'set_background',
      receipt: draft,
    });
    return { ...draft, revision };
  },
});

/** The same shorter side in another shape. */
function sizeFor(aspect: string, size: Size): Size {
  const [across, down] = aspect.split(':').map(Number) as [number, number];
  const shorter = Math.min(size.width, size.height);
  return across >= down
    ? { width: even((shorter * across) / down), height: even(shorter) }
    : { width: even(shorter), height: even((shorter * down) / across) };
}

function even(pixels: number): number {
  return Math.max(16, Math.round(pixels / 2) * 2);
}

function fitName(fit: Fit, words: Words): string {
  return {
    cover: words.say('pictures fill it, edges are cropped', '画面裁剪填满'),
    contain: words.say('pictures are whole, with bars', '画面完整保留，加边框'),
    'blur-fill': words.say('pictures are whole, over a blurred copy', '画面完整保留，背景模糊填充'),
  }[fit];
}
