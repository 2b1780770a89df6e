/** Wishes about captions and about how words on the picture look. */
import { colorIn, percentOf, sizeOf, targetsOf } from '../amounts.ts';
import type { Clause } from '../clause.ts';
import { call, has, removing, type Intent } from '../intent.ts';

const captionWords =
  /\b(?:captions|caption (?:style|look|font|colou?r|size)|subtitles?|subs|srt|vtt|closed caption(?:s|ing)?)\b|字幕/;
const titleWords =
  /\b(?:titles?|headings?|headlines?|lower[- ]thirds?|end cards?|text|words|labels?|caption)\b|标题|文字|片名|片尾/;

const captionStyles: readonly (readonly [RegExp, string])[] = [
  [/\bkaraoke\b|\bhighlight(?:ed|s)?\b|卡拉|逐字高亮/, 'caption-karaoke'],
  [/\b(?:word[- ]?)?pop\b|\btiktok[- ]?style|\bword by word\b|弹跳|逐词|逐字/, 'caption-pop'],
  [/\bbox(?:ed|es)?\b|\bwith (?:a )?background\b|方框|底框|背景框/, 'caption-box'],
  [/\boutlined?\b|\bstroke\b|描边|轮廓/, 'caption-outline'],
  [/\bplain\b|\bsimple\b|\bnormal\b|普通|简单/, 'caption'],
];

export const titleStyles: readonly (readonly [RegExp, string])[] = [
  [/\blower[- ]third\b.*\bnews\b|\bnews\b.*\blower[- ]third|新闻(?:条|字幕条)/, 'lower-third-news'],
  [/\blower[- ]third\b.*\bbar\b|\bbar\b.*\blower[- ]third/, 'lower-third-bar'],
  [/\blower[- ]thirds?\b|人名条|下三分之一/, 'lower-third'],
  [/\bend (?:card|screen|title)\b|\bouttro card\b|\bcredits?\b|片尾(?:卡|字幕)?|结束卡/, 'end-card'],
  [/\bquot(?:e|ation)\b|引言|引用|语录/, 'quote'],
  [/\bchapter\b|章节/, 'chapter'],
  [/\blabel\b|标签/, 'label'],
  [/\bneon\b|霓虹/, 'title-neon'],
  [/\b(?:elegant|serif|classy|fancy)\b|优雅|典雅/, 'title-elegant'],
  [/\b(?:bold|big|impact|heavy)\b(?! font size)|粗体|加粗|醒目/, 'title-bold'],
];

const animations: readonly (readonly [RegExp, string])[] = [
  [/\btype ?writer\b|\btyp(?:ed|ing) (?:in|out|effect|animation)\b|打字/, 'typewriter'],
  [/\bslid(?:e|es|ing)\b.*\b(?:left|side)\b|左侧?滑入/, 'slide-left'],
  [/\bslid(?:e|es|ing)\b|滑入|上滑/, 'slide-up'],
  [/\bpop(?:s|ping)?(?: in| up)?\b|弹出|弹入/, 'pop'],
  [/\bblur(?:s|ring)? in\b|模糊(?:进入|淡入)/, 'blur-in'],
  [/\bfad(?:e|es|ing)(?: in)?\b|淡入/, 'fade'],
  [/\bno animation|without animation|not animated|不要动画|无动画/, 'none'],
];

export function titleStyleIn(words: string): string | undefined {
  return titleStyles.find(([pattern]) => pattern.test(words))?.[1];
}

export function animationIn(words: string): string | undefined {
  return animations.find(([pattern]) => pattern.test(words))?.[1];
}

export function captionStyleIn(words: string): string | undefined {
  return captionStyles.find(([pattern]) => pattern.test(words))?.[1];
}

/** Captions that came as a file: they are there, they need not be heard. */
const given =
  /\b(?:add|use|put|show|burn|apply|include|insert)\b.*\b(?:(?:these|those|this|my|the) (?:attached |uploaded |given )?(?:srt|vtt|ass|(?:caption|subtitle)s? file|(?<!the )(?:captions|subtitles|subs))|(?:attached|uploaded|given) (?:captions|subtitles|subs|srt|vtt))\b|(?:加|用|放|显示).*(?:这些|这个|我的|上传的|附件)字幕|(?:这些|这个|我的|上传的)字幕.*(?:加|用|放|显示)/;

/** Captions of what is said: nobody says which words. */
const wanting =
  /\b(?:add|generate|create|auto-?generate|auto-?(?:caption|subtitle)|make|write|put|burn(?: in)?|turn on|enable|give (?:it|me|the video)|i need|want|with|include|replace|redo|regenerate)\b.*\b(?:captions|subtitles?|subs|closed captions?)\b|^(?:(?:auto|automatic|closed|karaoke|word[- ]by[- ]word|burned[- ]in) )*(?:captions|subtitles)(?: (?:please|for (?:the|my|this) (?:video|clip|reel)))?$|(?:生成|加上?|添加|配上?|上|做|识别|自动|需要|打上?|换成?|替换|重新生成).*字幕|^(?:自动)?字幕$/;
/** The look of captions that are there. */
const changing =
  /\bmake (?:the|my|these|those|all|its|our|all the)\b|\b(?:the|my|these|those) (?:captions|subtitles?|subs)\b(?! (?:anew|again|from))|\bmake (?:captions|subtitles) \w+er\b|(?:把|将|这些|现有的?)字幕|字幕(?:的)?(?:改|换|变|设|移|调|放|大|小|颜色|样式|字体)/;
const anew = /\b(?:replace|redo|regenerate|new)\b|替换|重新/;

/** Captions in a language that is named: of what is said, translated. */
function languageIn(words: string): string | undefined {
  const english = /\b(?:in|into) (spanish|french|german|italian|portuguese|japanese|korean|chinese|russian|arabic|hindi|dutch|polish|turkish)\b|\b(spanish|french|german|italian|portuguese|japanese|korean|chinese|russian|arabic|hindi|dutch|polish|turkish) (?:captions|subtitles)\b/.exec(words); // prettier-ignore
  const chinese = /(英文|英语|日文|日语|韩文|韩语|法语|西班牙语|德语)字幕/.exec(words)?.[1];
  const name = english?.[1] ?? english?.[2];
  return name === undefined ? chinese : name.charAt(0).toUpperCase() + name.slice(1);
}

/** Captions of what is said or whose words the user gives, and how they look. */
export const captions: Intent = {
  name: 'captions',
  read: (clause) => {
    const { words } = clause;
    if (!captionWords.test(words)) return undefined;
    if (/\b(?:translat|burn in the existing|transcri)|翻译|转写/.test(words)) return undefined;
    if (clause.negated) return call('add_captions');
    if (has(words, `${removing}|no|without|hide`) || /去掉|删|移除|取消|不要|关掉/.test(words)) return call('remove_captions');
    const style = captionStyleIn(words);
    if (clause.quotes[0] !== undefined && /\b(?:add|put|show|display|insert|write|with|saying)\b|加|显示|放|写/.test(words)) {
      const [target = {}] = targetsOf({ ...clause, words: clause.words });
      const at =
        Object.keys(target).length === 0 && clause.times.length === 1 ? { start: `${Number(clause.times[0]!.toFixed(3))}s` } : {};
      return call('add_captions', {
        text: clause.quotes[0],
        ...(style === undefined ? {} : { style }),
        ...('clip' in target ? {} : target),
        ...at,
      });
    }
    if (wanting.test(words) && (!changing.test(words) || /^(?:replace|redo|regenerate)\b|^(?:替换|重新生成)/.test(words))) {
      const looks = styleChange(
        { ...clause, words: `make ${words.replace(/\b(?:big|large|small|tiny)\b/g, '')}` },
        'captions',
        undefined,
      );
      const replace = anew.test(words) ? { replace: true } : {};
      const other = languageIn(words);
      return [
        ...call('add_captions', { ...(style === undefined ? {} : { style }), ...replace }),
        ...(other === undefined ? [] : call('translate_captions', { language: other })),
        ...(looks ?? []),
      ];
    }
    if (given.test(words))
      return style === undefined
        ? call('add_captions', {})
        : styleChange({ ...clause, words: `make ${words}` }, 'captions', style);
    return styleChange(clause, 'captions', style);
  },
};

/** Another look for words that are there. */
export const textStyle: Intent = {
  name: 'text-style',
  read: (clause) => {
    const { words } = clause;
    if (captionWords.test(words) || !titleWords.test(words)) return undefined;
    if (
      /\b(?:add|put|insert|create|write|show|display|overlay|place)\b|添加|加上?(?!粗)|插入|显示/.test(words) ||
      has(words, removing)
    )
      return undefined;
    const renamed =
      /\b(?:change|rename|replace|edit|set)\b.*\b(?:to|with|say)\b|改[成为]|换成|改叫/.test(words) && clause.quotes.length > 0;
    if (renamed) {
      const [first, second] = clause.quotes;
      return call('style_text', second === undefined ? { new_text: first } : { text: first, new_text: second });
    }
    return styleChange(
      clause,
      'titles',
      titleStyleIn(
        words.replace(/\b(?:lower[- ]thirds?|titles?|labels?|chapters?|quotes?|end cards?)\b(?=.*\b(?:to|into|a)\b)/, ''),
      ),
    );
  },
};

function styleChange({ words, quotes }: Clause, which: 'captions' | 'titles', preset: string | undefined) {
  const changing =
    /\b(?:make|change|set|turn|use|switch|move|style|give|put|animate|want|be|should|another|different|other|bigger|larger|smaller|colou?r|in)\b|改|换|变|设|用|移|调|放|大|小|色|样式|风格/.test(
      words,
    );
  if (!changing) return undefined;
  const color = colorIn(words.replace(/\b(?:with )?(?:a )?(?:\w+ )?(?:background|box|outline)\b/g, ''));
  const position = /\b(?:to|at|on|the) (?:the )?(?:top|upper)\b|顶部|上方|上面/.test(words)
    ? 'top'
    : /\b(?:to|at|on|the) (?:the )?(?:bottom|lower part)\b|底部|下方|下面/.test(words)
      ? 'bottom'
      : /\b(?:cent(?:er|re)|middle)\b|中间|居中|中央/.test(words)
        ? 'center'
        : undefined;
  const percent = percentOf(words);
  const size = sizeOf(words) === 2 ? 1.5 : sizeOf(words) === 0.5 ? 1.12 : 1.25;
  const scale = /\b(?:bigger|larger|increase|too small)\b|大一?[点些]|变大|放大|更大|太小/.test(words)
    ? percent === undefined
      ? size
      : 1 + percent / 100
    : /\b(?:smaller|tinier|decrease|too (?:big|large))\b|小一?[点些]|变小|缩小|更小|太大/.test(words)
      ? percent === undefined
        ? 1 / size
        : 1 - percent / 100
      : undefined;
  const animation =
    /\banimat|\bslid|\btypewriter|\btyp(?:ed|ing)|\bpop(?:s|ping)? (?:in|up)|\bfade|动画|打字|滑入|弹出|淡入/.test(words)
      ? animationIn(words)
      : undefined;
  const next =
    preset === undefined &&
    /\b(?:another|different|other|new|next)\b.*\b(?:style|look|font|design|preset)\b|\b(?:style|look)\b.*\bdifferent|换(?:一?[个种])?(?:样式|风格|字体)|其他样式|另一种/.test(
      words,
    );
  const change = {
    ...(preset === undefined ? {} : { preset }),
    ...(next ? { next } : {}),
    ...(position === undefined ? {} : { position }),
    ...(color === undefined ? {} : { color }),
    ...(scale === undefined ? {} : { scale: Number(Math.max(0.2, Math.min(5, scale)).toFixed(3)) }),
    ...(animation === undefined ? {} : { animation }),
  };
  if (Object.keys(change).length === 0) return undefined;
  return call('style_text', { which, ...(quotes[0] === undefined ? {} : { text: quotes[0] }), ...change });
}
