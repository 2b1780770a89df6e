import { z } from 'zod';
import type { Asset } from '#core/asset';
import { looks, type ColorEffect, type Look } from '#core/timeline';
import { changeEffects, clamp, effectOf, targetFields } from './targets.ts';
import { unchanged } from './receipt.ts';
import { defineTool } from './tool.ts';
import type { Words } from './words.ts';

const input = z
  .object({
    exposure: z
      .number()
      .min(-3)
      .max(3)
      .optional()
      .describe('Stops brighter (+) or darker (−) than now; 0.3 is a normal step, 0.15 a bit'),
    contrast: z.number().min(-1).max(1).optional().describe('Added to the contrast there is; 0.15 is a normal step'),
    saturation: z.number().min(-3).max(3).optional().describe('Added to the saturation there is; 0.25 is a normal step'),
    temperature: z.number().min(-2).max(2).optional().describe('Warmer (+) or cooler (−) than now; 0.25 is a normal step'),
    look: z
      .enum([...looks, 'none'])
      .optional()
      .describe('A named look; none takes the look away'),
    lut: z.boolean().optional().describe('true: uses the look-up table (.cube) that was uploaded last; false: takes it away'),
    reset: z.boolean().optional().describe('Takes all colour changes away first'),
    ...targetFields,
  })
  .strict()
  .refine(
    ({ exposure, contrast, saturation, temperature, look, lut, reset }) =>
      [exposure, contrast, saturation, temperature, look, lut, reset].some((value) => value !== undefined),
    'give at least one change',
  );

type Asked = z.infer<typeof input>;

/** Brightness, contrast, saturation, warmth and looks; changes add up. */
export const adjustColor = defineTool({
  name: 'adjust_color',
  description:
    'Changes brightness, contrast, saturation and warmth, relative to what they are now, or sets a look (black-and-white, cinematic, vintage, …). Twice "a bit brighter" adds up.',
  input,
  changes: true,
  run: async (context, asked) => {
    const { words, workspace } = context;
    const table = workspace.assets().findLast(({ kind }) => kind === 'table');
    if (asked.lut === true && table === undefined) {
      const why = words.say('there is no look-up table; upload a .cube file first', '还没有 LUT，请先上传 .cube 文件');
      return unchanged('adjust_color', asked, why);
    }
    const change = { ...asked, table };
    return changeEffects(context, {
      tool: 'adjust_color',
      asked,
      effect: 'color',
      change: (clip) => changed(effectOf(clip, 'color'), change),
      done: (place, clips) => sentence(change, { place, before: effectOf(clips[0]!.clip, 'color'), words }),
      already: words.say('the colours are that way already', '颜色已经是这样'),
    });
  },
});

type Wanted = Asked & { readonly table: Asset | undefined };

function changed(known: ColorEffect | undefined, asked: Wanted): ColorEffect | undefined {
  const base: ColorEffect = asked.reset === true || known === undefined ? { name: 'color' } : known;
  const exposure = clamp((base.exposure ?? 0) + (asked.exposure ?? 0), -3, 3);
  const contrast = clamp((base.contrast ?? 1) + (asked.contrast ?? 0), 0, 2);
  const saturation = clamp((base.saturation ?? 1) + (asked.saturation ?? 0), 0, 3);
  const temperature = clamp((base.temperature ?? 0) + (asked.temperature ?? 0), -1, 1);
  const look: Look | undefined = asked.look === undefined ? base.look : asked.look === 'none' ? undefined : asked.look;
  const lutAssetId = asked.lut === undefined ? base.lutAssetId : asked.lut ? asked.table?.id : undefined;
  const effect: ColorEffect = {
    name: 'color',
    ...(exposure === 0 ? {} : { exposure }),
    ...(contrast === 1 ? {} : { contrast }),
    ...(saturation === 1 ? {} : { saturation }),
    ...(temperature === 0 ? {} : { temperature }),
    ...(look === undefined ? {} : { look }),
    ...(lutAssetId === undefined ? {} : { lutAssetId }),
  };
  return Object.keys(effect).length === 1 ? undefined : effect;
}

type Saying = { readonly place: string; readonly before: ColorEffect | undefined; readonly words: Words };

function sentence(asked: Wanted, { place, before, words }: Saying): string {
  const after = changed(before, asked);
  const parts: string[] = [];
  const say = (name: readonly [string, string], from: number, to: number, unit = '') => {
    if (from !== to) parts.push(`${words.say(...name)} ${shown(from)} → ${shown(to)}${unit}`);
  };
  say(['brightness', '亮度'], before?.exposure ?? 0, after?.exposure ?? 0, words.say(' stops', ' 档'));
  say(['contrast', '对比度'], before?.contrast ?? 1, after?.contrast ?? 1);
  say(['saturation', '饱和度'], before?.saturation ?? 1, after?.saturation ?? 1);
  say(['warmth', '色温'], before?.temperature ?? 0, after?.temperature ?? 0);
  if (before?.look !== after?.look)
    parts.push(`${words.say('look', '风格')} ${lookName(before?.look, words)} → ${lookName(after?.look, words)}`);
  if (before?.lutAssetId !== after?.lutAssetId)
    parts.push(
      after?.lutAssetId === undefined ? words.say('without the look-up table', '去掉 LUT') : `LUT ${asked.table?.name ?? ''}`,
    );
  return `${words.say('Colour', '调色')}${place}${words.say(': ', '：')}${parts.join(words.say(', ', '，'))}`;
}

const chineseLooks: Readonly<Record<Look, string>> = {
  cinematic: '电影感',
  warm: '暖色',
  cool: '冷色',
  vintage: '复古',
  'black-and-white': '黑白',
  vivid: '鲜艳',
  faded: '褪色',
};

function lookName(look: Look | undefined, words: Words): string {
  return look === undefined ? words.say('none', '无') : words.say(look, chineseLooks[look]);
}

function shown(value: number): string {
  return String(Number(value.toFixed(2))).replace('-', '−');
}
