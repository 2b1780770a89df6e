/** Wishes about the frame: its shape, what is cropped, what is behind. */
import { clipsIn, colorIn, percentOf, targetsOf } from '../amounts.ts';
import type { Clause } from '../clause.ts';
import { call, has, removing, type Intent } from '../intent.ts';
import { englishNumber, readNumber } from '../numbers.ts';

const shapes: readonly (readonly [RegExp, string])[] = [
  [/\b(\d{1,2}(?:\.\d+)?)\s*(?::|∶|by|x|比)\s*(\d{1,2})\b/, ''],
  [
    /\b(?:vertical(?:ly)?|portrait|upright|phone|tall|shorts?|reels?|tiktok|stor(?:y|ies)|snapchat)\b|竖屏|竖版|竖着|纵向|抖音|快手|手机屏|小红书/,
    '9:16',
  ],
  [/\b(?:square)\b|方形|正方形|方的/, '1:1'],
  [/\b(?:landscape|horizontal(?:ly)?|wide ?screen|youtube)\b|横屏|横版|横向|宽屏|油管/, '16:9'],
  [/\b(?:instagram (?:post|feed)|feed)\b/, '4:5'],
];

const fits: readonly (readonly [RegExp, string])[] = [
  [/\bblur(?:red|ry)?\b|模糊/, 'blur'],
  [
    /\bletter ?box(?:ed)?|\bpillar ?box|\b(?:black )?bars?\b|\bwithout (?:crop|cutting)|\bwhole picture\b|\bno crop|\bfit (?:it )?in\b|黑边|留边|加边|完整|不裁/,
    'letterbox',
  ],
  [/\bcrop|\bfill(?:s|ing)?\b|裁剪|裁切|裁成|填满|铺满/, 'crop'],
];

export const aspect: Intent = {
  name: 'aspect',
  read: (clause) => {
    const { words } = clause;
    // A frame has one shape all through.
    if (clause.stretches.length > 0 || clipsIn(words).length > 0) return undefined;
    if (
      /\b(?:blur|mute|title|text|caption|subtitles?|music|flip|mirror|rotate|sound|audio|loudness|export|render|download|upload)\b.*(?:[^a-z]|$)/.test(
        words,
      ) &&
      !/\b(?:aspect|ratio|format|frame|canvas|blur(?:red|ry)?(?: (?:the )?(?:background|sides?|bars?|fill)))\b|\d\s*[:∶]\s*\d/.test(
        words,
      )
    )
      return undefined;
    if (/\b(?:export|render|download|loudness|normali[sz]e)\b|导出|响度/.test(words)) return undefined;
    const pixels = /\b(\d{3,4})\s*[x×*]\s*(\d{3,4})\b/.exec(words);
    const fit = fits.find(([pattern]) => pattern.test(words))?.[1];
    const keeping =
      /\b(?:keep|keeping|track|follow|hold)\b.*\b(?:in (?:the )?(?:frame|shot|picture|view)|(?:me|him|her|them|us|speaker|subject|face|person|centered|centred))\b|(?:人|主体|脸).*(?:画面|居中|框)|跟随(?:人|主体)|跟踪/.test(
        words,
      );
    const subject = keeping ? { subject: 'follow' } : {};
    const about =
      /\b(?:aspect(?: ratio)?|ratio|format|frame|canvas|orientation|resolution)\b|画幅|比例|画面比|尺寸|画布|宽高比|屏/.test(
        words,
      );
    const changing =
      /\b(?:make|change|convert|turn|switch|set|reframe|re-?size|crop|use|go|reformat|adapt|need|want|for|into|to|fit|be)\b|变|改|换|转|调|设|做|裁|成|为|弄/.test(
        words,
      );
    if (pixels !== null && (about || changing))
      return call('set_aspect', {
        width: Number(pixels[1]),
        height: Number(pixels[2]),
        ...(fit === undefined ? {} : { fit }),
        ...subject,
      });
    const shape = shapeIn(words);
    const alone = words.split(' ').length <= 3;
    if (shape !== undefined && (about || changing || alone))
      return call('set_aspect', { aspect: shape, ...(fit === undefined ? {} : { fit }), ...subject });
    if (/\b(?:keep|hold)\b.*\bin (?:the )?(?:frame|shot|picture|view)\b|跟随主体/.test(words)) return call('set_aspect', subject);
    const onlyFit =
      fit !== undefined &&
      /\bletter ?box(?:ed)?|\bbars?\b|\bblur(?:red|ry)? (?:the )?(?:background|sides?|bars?|fill|edges)|\bfill (?:the )?(?:frame|screen|canvas)|黑边|留边|铺满|填满|背景模糊|模糊(?:的)?背景|模糊填充/.test(
        words,
      );
    if (!onlyFit) return undefined;
    if (has(words, `${removing}|no|without`) || /去掉|删|不要/.test(words))
      return /bars?|letter ?box(?:ed)?|黑边|留边/.test(words) ? call('set_aspect', { fit: 'crop' }) : undefined;
    return call('set_aspect', { fit });
  },
};

/** `9:16` of numbers or of a word such as vertical. */
export function shapeIn(words: string): string | undefined {
  const numbers =
    /(?<![\d:.])(\d{1,2}(?:\.\d+)?)\s*(?::|∶|比)\s*(\d{1,2})(?![\d:])/.exec(words) ??
    /\b(16|9|4|1|21|3)\s*(?:by|x|×)\s*(9|16|5|1|3|4)\b(?!\d)/.exec(words);
  if (numbers !== null) return `${numbers[1]}:${numbers[2]}`;
  return shapes.slice(1).find(([pattern]) => pattern.test(words))?.[1];
}

export const background: Intent = {
  name: 'background',
  read: ({ words }) => {
    if (
      !/\bbackground(?: colou?r)?\b|\bbars?\b|背景色?|底色/.test(words) ||
      /\b(?:noise|music|sound|audio|green ?screen|chroma|blur\w*|title|text|caption)\b|噪|音|声|绿幕|模糊|标题|字幕/.test(words)
    )
      return undefined;
    const color = colorIn(words);
    return color !== undefined &&
      /\b(?:make|set|change|use|with|turn|colou?r|to|give|put|paint)\b|设|换|改|用|变|成|为|色/.test(words)
      ? call('set_background', { color })
      : undefined;
  },
};

export const crop: Intent = {
  name: 'crop',
  read: (clause) => {
    const { words } = clause;
    const shaved =
      percentOf(words) !== undefined &&
      /\b(?:trim|cut|shave|chop|take)\b.*\b(?:off|from)\b.*\b(?:left|right|top|bottom|sides?|edges?|leftandright|topandbottom)\b/.test(
        words,
      );
    if (!shaved && !/\bcrop(?:s|ped|ping)?\b|裁剪|裁掉|裁去|裁切/.test(words)) return undefined;
    if (clause.negated) return call('crop');
    if (/\b(?:reset|undo|remove|uncrop)\b|取消|恢复|还原/.test(words) && /crop|裁/.test(words))
      return call('crop', { reset: true });
    const edges = edgesIn(clause);
    if (Object.keys(edges).length === 0) return undefined;
    return targetsOf(clause).flatMap((target) => call('crop', { ...edges, ...target }));
  },
};

/** "10 % from the top and bottom", 左右各裁掉10%. */
function edgesIn({ words }: Clause): Readonly<Record<string, number>> {
  const percent = percentOf(words);
  const some = percent ?? (new RegExp(`\\b(?:edges?|sides?|borders?)\\b|边`).test(words) ? 5 : undefined);
  if (some === undefined) return {};
  const each = (name: string, pattern: RegExp): Readonly<Record<string, number>> => {
    if (!pattern.test(words)) return {};
    const own = new RegExp(`(${englishNumber})\\s*(?:%|percent)\\s*(?:off|from|of)?\\s*(?:the )?${name}\\b`).exec(words);
    return { [name]: own === null ? some : (readNumber(own[1]!) ?? some) };
  };
  const found = {
    ...each('left', /\bleft\b|leftandright|左/),
    ...each('right', /\bright\b|leftandright|右/),
    ...each('top', /\btop\b|topandbottom|上/),
    ...each('bottom', /\bbottom\b|topandbottom|下/),
  };
  if (Object.keys(found).length > 0) return found;
  if (/\bboth sides|\bsides\b|两边|两侧/.test(words)) return { left: some, right: some };
  return /\b(?:all )?(?:edges|borders|around|every side)\b|四边|四周|边缘/.test(words)
    ? { left: some, right: some, top: some, bottom: some }
    : {};
}
