/** Wishes about brightness, contrast, colour and looks. */
import { percentOf, sizeOf, targetsOf } from '../amounts.ts';
import { call, has, removing, type Intent } from '../intent.ts';

const lookWords: readonly (readonly [RegExp, string])[] = [
  [
    /blackandwhite|\b(?:black[- ](?:n|&)[- ]white|b ?& ?w|b\/w|gr[ae]y ?scale|monochrome|noir)\b|黑白|灰度|去色/,
    'black-and-white',
  ],
  [/\b(?:cinematic|film(?:ic)?|movie|teal-orange|hollywood)\b|电影感|电影风|胶片|大片/, 'cinematic'],
  [/\b(?:vintage|retro|old[- ]?(?:film|time|school)?|nostalgic|sepia|70s|80s)\b|复古|怀旧|老电影|老照片/, 'vintage'],
  [/\b(?:faded|matte|washed[- ]out|pastel)\b|褪色|淡雅|哑光/, 'faded'],
  [/\bvivid\b|鲜艳(?:风格|滤镜)/, 'vivid'],
  [/\bwarm (?:look|filter|tone|grade|colou?rs?|style|preset)|暖(?:色)?调?(?:滤镜|风格)/, 'warm'],
  [/\bcool (?:look|filter|tone|grade|colou?rs?|style|preset)|\bcold (?:look|filter|tone)|冷(?:色)?调?(?:滤镜|风格)/, 'cool'],
];

type Change = {
  readonly exposure?: number;
  readonly contrast?: number;
  readonly saturation?: number;
  readonly temperature?: number;
};

export const color: Intent = {
  name: 'color',
  read: (clause) => {
    const { words } = clause;
    if (/^(?:make|let) (?:it|this|them|the (?:video|picture|colou?rs)) (?:really )?pop(?: more)?$/.test(words))
      return targetsOf(clause).flatMap((target) => call('adjust_color', { saturation: 0.25, ...target }));
    if (
      /\b(?:music|title|caption|subtitle|text|background colou?r|sound|audio|voice|transitions?|green ?screen|noise)\b|音乐|标题|字幕|文字|背景色|转场|绿幕|声音/.test(
        words,
      )
    )
      return undefined;
    const about =
      /\b(?:colou?rs?|colou?r (?:correction|grading|grade|changes?|effects?)|grading|looks?|filters?|lut)\b|调色|滤镜|颜色|色彩|风格/.test(
        words,
      );
    const look = lookWords.find(([pattern]) => pattern.test(words))?.[1];
    const isLook =
      look !== undefined &&
      (about ||
        look === 'black-and-white' ||
        /\b(?:make|give|turn|apply|add|look|style|feel|like|convert|use|grade|vibe|set)\b|变|加|改|弄|用|做|调|换|效果/.test(
          words,
        ) ||
        words.split(' ').length <= 2);
    const targets = targetsOf(clause);
    if (/\b(?:lut|look-?up table|\.?cube)\b|查找表/.test(words)) {
      const takesAway = has(words, `${removing}|no|without`) || /去掉|删|移除|取消/.test(words);
      return targets.flatMap((target) => call('adjust_color', { lut: !takesAway, ...target }));
    }
    const change = changeIn(words);
    if (
      (has(words, `${removing}|no|without|reset|undo`) || /去掉|删|移除|取消|重置|恢复/.test(words)) &&
      (isLook || about) &&
      Object.keys(change).length === 0
    ) {
      if (/\bcolou?r noise\b|偏色/.test(words)) return undefined;
      return targets.flatMap((target) => call('adjust_color', { ...(isLook ? { look: 'none' } : { reset: true }), ...target }));
    }
    if (isLook) return targets.flatMap((target) => call('adjust_color', { look, ...target }));
    if (Object.keys(change).length === 0) return undefined;
    return targets.flatMap((target) => call('adjust_color', { ...change, ...target }));
  },
};

/** Every correction that the words name, with its direction and size. */
export function changeIn(words: string): Change {
  const size = sizeOf(words);
  const percent = percentOf(words);
  const lower =
    /\b(?:less|reduce|lower|decrease|down|dial back|tone down|too much|too (?:high|strong|saturated|colou?rful|contrasty)|drop|cut)\b|降低|减少|减小|减弱|调低|少一?点|太[高强]|低一?点|弱一?点/.test(
      words,
    );
  const sign = lower ? -1 : 1;
  const step = (normal: number) => round(sign * (percent === undefined ? normal * size : percent / 100));
  const dark =
    /\b(?:dark(?:er|en)|dim(?:mer)?|(?:too|looks?|quite|rather|very) bright|overexposed)\b|变暗|调暗|暗一?[点些]|更暗|太亮|过曝|偏亮|压暗/.test(
      words,
    );
  const bright =
    /\b(?:bright(?:er|en|ness)?|light(?:er|en)|exposure|expose|luminance|(?:too|less|not so|looks?|bit|quite|rather|very|pretty) dark|underexposed)\b|亮|曝光|太暗|偏暗/.test(
      words,
    );
  const darker = dark || (lower && !/\b(?:too|less|not so) dark\b|太暗|偏暗/.test(words));
  const contrast = /\b(?:contrast|contrasty|punchier|punchy)\b|对比/.test(words);
  const saturation =
    /\b(?:saturat(?:ion|ed?|e)|colou?rful|vibran(?:t|ce|cy)|more colou?r|vivid|desaturated?|muted colou?rs|colou?rs?\b.*\b(?:dull|drab)|colou?rs?\b.*\bpop|pop(?:ping)? colou?rs)\b|饱和|鲜艳|艳/.test(
      words,
    );
  const cold =
    /\b(?:cooler|colder|cool (?:\w+ )*down|(?:too|very|so) (?:warm|orange|yellow))\b|变冷|冷一?[点些]|更冷|调冷|偏暖|偏黄|太暖|太黄/.test(
      words,
    );
  const warm = !cold && /\b(?:warm(?:er|th)?|(?:too|very|so) (?:cold|cool|blue))\b|暖|太冷|偏冷|偏蓝|色温/.test(words);
  const isFlipped =
    lower &&
    !/\bcool (?:\w+ )*down\b/.test(words) &&
    !/\b(?:too|very|so) (?:cold|cool|blue|warm|orange|yellow)\b|太[冷暖黄]|偏[冷蓝暖黄]/.test(words);
  return {
    ...(bright || dark ? { exposure: exposure({ darker, percent, size }) } : {}),
    ...(contrast ? { contrast: step(0.15) } : {}),
    ...(saturation ? { saturation: /desaturat|muted/.test(words) ? -Math.abs(step(0.25)) : step(0.25) } : {}),
    ...(warm || cold
      ? { temperature: round((warm !== isFlipped ? 1 : -1) * (percent === undefined ? 0.25 * size : percent / 100)) }
      : {}),
  };
}

type Light = { readonly darker: boolean; readonly percent: number | undefined; readonly size: number };

/** A percentage is of the light; a stop is twice as much. */
function exposure({ darker, percent, size }: Light): number {
  const stops =
    percent === undefined ? 0.3 * size : darker ? -Math.log2(Math.max(0.125, 1 - percent / 100)) : Math.log2(1 + percent / 100);
  return round(Math.min(3, stops) * (darker ? -1 : 1));
}

function round(value: number): number {
  return Number(value.toFixed(3));
}
