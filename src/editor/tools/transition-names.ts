/** What transitions are called in receipts. */
import type { TransitionName } from '#core/timeline';
import type { Words } from './words.ts';

const chinese: Readonly<Record<TransitionName, string>> = {
  dissolve: '叠化转场',
  'fade-black': '黑场过渡',
  'fade-white': '白场过渡',
  'wipe-left': '向左擦除',
  'wipe-right': '向右擦除',
  'wipe-up': '向上擦除',
  'wipe-down': '向下擦除',
  'wipe-diagonal': '对角擦除',
  'slide-left': '向左滑动',
  'slide-right': '向右滑动',
  'slide-up': '向上滑动',
  'slide-down': '向下滑动',
  'push-left': '向左推移',
  'push-right': '向右推移',
  zoom: '缩放转场',
  blur: '模糊转场',
  'circle-open': '圆形展开',
  'circle-close': '圆形收缩',
  'circle-crop': '圆形裁切',
  'rectangle-crop': '矩形裁切',
  clock: '时钟擦除',
  radial: '径向擦除',
  'barn-doors-open': '开门',
  'barn-doors-close': '关门',
  slices: '切片',
  pixelize: '像素化',
  squeeze: '挤压',
  'dip-grey': '灰场过渡',
  morph: '变形过渡',
};

export function transitionTitle(name: TransitionName, words: Words): string {
  return words.say(
    name.includes('fade')
      ? `${name.replace('fade-', 'fade through ')}`
      : `${name.replaceAll('-', ' ')}${/zoom|blur|clock|slices|squeeze|pixelize|radial/.test(name) ? ' transition' : ''}`,
    chinese[name],
  );
}
