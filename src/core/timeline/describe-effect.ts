/** An effect's settings in a few words. */
import { formatClock, formatSeconds } from '#core/time';
import type { ClipEffect } from './effects.ts';

export type Say = (english: string, chinese: string) => string;

/** What people call an effect, English and Chinese. */
export const effectNames: Readonly<Record<ClipEffect['name'], readonly [string, string]>> = {
  denoise: ['Noise removal', '降噪'],
  repair: ['Sound repair', '声音修复'],
  reverse: ['Playing backwards', '倒放'],
  freeze: ['Freeze frame', '定格'],
  stabilize: ['Stabilisation', '防抖'],
  follow: ['Crop that follows', '跟随裁剪'],
  crop: ['Crop', '裁剪'],
  'chroma-key': ['Key', '抠像'],
  color: ['Colour', '调色'],
  blur: ['Blur', '模糊'],
  place: ['Place', '位置'],
  zoom: ['Zoom', '缩放'],
  envelope: ['Volume curve', '音量曲线'],
  fade: ['Fade', '淡入淡出'],
};

export function effectText(effect: ClipEffect | undefined, say: Say): string {
  if (effect === undefined) return say('none', '无');
  switch (effect.name) {
    case 'denoise':
      return percent(effect.strength);
    case 'repair':
      return repairText(effect, say);
    case 'reverse':
      return say('on', '开');
    case 'freeze':
      return formatClock(effect.at);
    case 'stabilize':
      return percent(effect.strength);
    case 'follow':
      return say(`${effect.points.length} points`, `${effect.points.length} 个点`);
    case 'crop':
      return [effect.left, effect.top, effect.right, effect.bottom].map(percent).join(' / ');
    case 'chroma-key':
      return effect.color;
    case 'color':
      return colorText(effect, say);
    case 'blur':
      return percent(effect.radius);
    case 'place':
      return placeText(effect, say);
    case 'zoom':
      return effect.from === effect.to ? factor(effect.to) : `${factor(effect.from)} – ${factor(effect.to)}`;
    case 'envelope':
      return say(`${effect.points.length} points`, `${effect.points.length} 个点`);
    case 'fade':
      return fadeText(effect, say);
  }
}

type EffectOf<Name extends ClipEffect['name']> = Extract<ClipEffect, { readonly name: Name }>;

function colorText(effect: EffectOf<'color'>, say: Say): string {
  const parts = [
    ...(effect.look === undefined ? [] : [effect.look]),
    ...(effect.lutAssetId === undefined ? [] : ['LUT']),
    ...(effect.exposure === undefined ? [] : [say(`exposure ${signed(effect.exposure)}`, `曝光 ${signed(effect.exposure)}`)]),
    ...(effect.contrast === undefined ? [] : [say(`contrast ${percent(effect.contrast)}`, `对比度 ${percent(effect.contrast)}`)]),
    ...(effect.saturation === undefined
      ? []
      : [say(`saturation ${percent(effect.saturation)}`, `饱和度 ${percent(effect.saturation)}`)]),
    ...(effect.temperature === undefined
      ? []
      : [say(`temperature ${signed(effect.temperature)}`, `色温 ${signed(effect.temperature)}`)]),
  ];
  return parts.length === 0 ? say('as recorded', '原样') : parts.join(say(', ', '，'));
}

function repairText(effect: EffectOf<'repair'>, say: Say): string {
  const parts = [
    ...(effect.hum === undefined ? [] : [say(`hum ${Math.round(effect.hum)} Hz`, `交流声 ${Math.round(effect.hum)} Hz`)]),
    ...(effect.clicks === true ? [say('clicks', '爆音')] : []),
    ...(effect.clipping === undefined ? [] : [say('clipped peaks', '削波')]),
    ...(effect.rumble === true ? [say('rumble', '低频噪声')] : []),
    ...(effect.echo === undefined ? [] : [say('echo', '混响')]),
    ...(effect.sibilance === undefined ? [] : [say('sharp s-sounds', '齿音')]),
  ];
  return parts.length === 0 ? say('none', '无') : parts.join(say(', ', '，'));
}

function placeText(effect: EffectOf<'place'>, say: Say): string {
  const parts = [
    ...(effect.fit === undefined ? [] : [effect.fit]),
    `${percent(effect.scale)} @ ${percent(effect.x)}, ${percent(effect.y)}`,
    ...(effect.rotation === 0 ? [] : [`${effect.rotation}°`]),
    ...(effect.opacity === 1 ? [] : [say(`opacity ${percent(effect.opacity)}`, `不透明度 ${percent(effect.opacity)}`)]),
    ...(effect.flip === undefined ? [] : [say(`flipped (${effect.flip})`, `翻转（${effect.flip}）`)]),
  ];
  return parts.join(', ');
}

function fadeText(effect: EffectOf<'fade'>, say: Say): string {
  const parts = [
    ...(effect.in > 0 ? [say(`in ${formatSeconds(effect.in, 2)}`, `淡入 ${formatSeconds(effect.in, 2)}`)] : []),
    ...(effect.out > 0 ? [say(`out ${formatSeconds(effect.out, 2)}`, `淡出 ${formatSeconds(effect.out, 2)}`)] : []),
  ];
  return parts.join(say(', ', '，'));
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toFixed(1))} %`;
}

function factor(value: number): string {
  return `${Number(value.toFixed(2))}×`;
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${Number(value.toFixed(2))}`.replace('-', '−');
}
