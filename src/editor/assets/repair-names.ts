/** What a repair does, in the words of somebody who is asked whether to do it. */
import type { ProblemKind } from '#core/facts';

export const repairNames: Readonly<Partial<Record<ProblemKind, { readonly en: string; readonly zh: string }>>> = {
  noise: { en: 'background noise taken out', zh: '去除背景噪音' },
  hum: { en: 'hum taken out', zh: '去除交流声' },
  clicks: { en: 'clicks filled in', zh: '修补爆音' },
  clipping: { en: 'peaks given back their height', zh: '恢复被削平的波峰' },
  rumble: { en: 'everything below voices taken out', zh: '滤除人声以下的低频' },
  echo: { en: 'the late sound of the room taken down', zh: '减弱房间混响' },
  'too-quiet': { en: 'loudness brought to −14 LUFS', zh: '响度调到 −14 LUFS' },
  'too-loud': { en: 'loudness brought to −14 LUFS', zh: '响度调到 −14 LUFS' },
  'level-step': { en: 'all parts brought to one level', zh: '统一各段音量' },
  'long-pause': { en: 'pauses shortened to a breath', zh: '将停顿缩短为一次换气' },
  'out-of-sync': { en: 'sound moved into place', zh: '将声音移到正确位置' },
  black: { en: 'cut out', zh: '剪掉' },
  frozen: { en: 'cut out', zh: '剪掉' },
  flash: { en: 'cut out', zh: '剪掉' },
  shake: { en: 'picture held still, pans stay', zh: '画面防抖，保留摇镜' },
  'jump-cut': { en: 'hidden under slight punch-ins', zh: '用轻微放大掩盖' },
  borders: { en: 'bars cropped off', zh: '裁掉黑边' },
  sideways: { en: 'turned upright', zh: '转正画面' },
  dark: { en: 'brightened', zh: '提亮画面' },
};
