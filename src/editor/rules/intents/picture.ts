/** Wishes about the picture that this engine knows: speed and words on screen. */
import type { Clause } from '../clause.ts';
import { call, has, removing, type Intent } from '../intent.ts';
import { chineseNumber, englishNumber, readNumber } from '../numbers.ts';
import { colorIn, targetsOf } from '../amounts.ts';
import { pointText } from '../times.ts';
import { animationIn, titleStyleIn } from './words.ts';

export const setSpeed: Intent = {
  name: 'set-speed',
  read: (clause) => {
    const { words } = clause;
    // "Slowly" may be how a picture grows.
    if (/\bzoom|\bken ?burns\b|\bpan\b|放大|缩小|推近|拉远/.test(words)) return undefined;
    const faster =
      /\b(?:faster|speed(?: it| this| the \w+)* up|speed up|accelerate|quicker|fast[- ]forward|double speed|twice as fast|double the speed)\b|加速|加快|快进|倍速|快一?点|变快/.test(
        words,
      );
    const slower =
      /\b(?:slower|slow (?:\w+ ){0,4}down|slow down|slow[- ]?mo(?:tion)?|half speed|half the speed)\b|慢放|放慢|减速|慢动作|变慢|慢一?点/.test(
        words,
      );
    const about = /\bspeed\b|\bplay\b.*\bat\b|速/.test(words);
    const times =
      new RegExp(`(${englishNumber}|${chineseNumber})\\s*(?:x\\b|×|times\\b|倍)`).exec(words) ??
      /\bx\s*(\d+(?:\.\d+)?)/.exec(words);
    const percent = new RegExp(`(${englishNumber}|${chineseNumber})\\s*(?:%|percent)|百分之(${chineseNumber})`).exec(words);
    if (!(faster || slower || (about && (times !== null || percent !== null || /normal|original|正常|原速/.test(words)))))
      return undefined;
    if (has(words, 'pauses?|silences?|dead air|volume|noise') || /停顿|音量/.test(words)) return undefined;
    const factor = factorOf(words, { faster, slower, times: times?.[1], percent: percent?.[1] ?? percent?.[2] });
    return targetsOf(clause).flatMap((target) => call('set_speed', { factor, ...target }));
  },
};

type SpeedWords = {
  readonly faster: boolean;
  readonly slower: boolean;
  readonly times: string | undefined;
  readonly percent: string | undefined;
};

function factorOf(words: string, { faster, slower, times, percent }: SpeedWords): number {
  if (/normal|original|正常|原速/.test(words)) return 1;
  if (times !== undefined) {
    const value = readNumber(times) ?? 1;
    return slower && value > 1 ? 1 / value : value;
  }
  if (percent !== undefined) {
    const value = (readNumber(percent) ?? 100) / 100;
    if (/\bby\b|\bfaster\b|\bslower\b/.test(words)) return slower ? Math.max(0.25, 1 - value) : 1 + value;
    return value;
  }
  if (/\bhalf\b|一半/.test(words)) return 0.5;
  if (/\b(?:twice|double)\b|一倍|两倍/.test(words)) return slower ? 0.5 : 2;
  const little = /\b(?:a (?:bit|little|tad)|slightly)\b|一点|稍微/.test(words);
  if (faster) return little ? 1.1 : 1.5;
  return little ? 0.9 : slower ? 0.5 : 1;
}

const titleWords =
  '(?:title(?: card)?|text(?: overlay)?|heading|headline|lower[- ]third|end[- ](?:card|screen)|quote|chapter(?: (?:title|card|heading))?|label|caption|words?|标题|文字|字样|片名|文本|人名条|片尾卡?|章节|引言)';

export const addTitle: Intent = {
  name: 'add-title',
  read: (clause) => {
    const { words } = clause;
    if (!new RegExp(titleWords).test(words) || /subtitles|captions\b|字幕|water ?mark|水印/.test(words)) return undefined;
    if (has(words, removing) || /去掉|删|移除/.test(words))
      return call('remove_title', clause.quotes[0] === undefined ? {} : { text: clause.quotes[0] });
    if (
      !/\b(?:add|put|insert|show|display|place|overlay|write|give|create|with|title|set)\b|^lower[- ]third\b|加|添|插入|显示|放|写|设置|标题/.test(
        words,
      )
    )
      return undefined;
    const text = clause.quotes[0] ?? unquotedTitle(clause);
    if (text === undefined) return undefined;
    const stretch = clause.stretches[0];
    const timing = timingOf(clause);
    const position = /\bbottom\b|lower[- ]third|底部|下方|下三分之一/.test(words)
      ? 'lower-third'
      : /\btop\b|顶部|上方/.test(words)
        ? 'top'
        : undefined;
    const bare = clause.quotes.length > 0 ? words : words.slice(0, Math.max(0, words.indexOf(text.toLowerCase())));
    const named = titleStyleIn(bare);
    const style = named === 'lower-third' ? undefined : named;
    const color = colorIn(bare);
    const animation =
      /\banimat|\bslid|\btypewriter|\btyp(?:ed|ing) (?:in|out)|\bpop(?:s|ping)? (?:in|up)|动画|打字|滑入|弹出/.test(bare)
        ? animationIn(bare)
        : undefined;
    return call('add_title', {
      text,
      ...(stretch === undefined || stretch.start !== 'start' ? {} : { start: 'start' }),
      ...(style === 'end-card' && timing.start === undefined ? { start: 'end' } : {}),
      ...timing,
      ...(position === undefined || style?.startsWith('lower-third') === true ? {} : { position }),
      ...(style === undefined ? {} : { style }),
      ...(color === undefined ? {} : { color }),
      ...(animation === undefined ? {} : { animation }),
    });
  },
};

/** "Write "Episode 4" at the beginning": words in quotes that nothing else claims. */
export const quotedTitle: Intent = {
  name: 'quoted-title',
  read: (clause) => {
    const { words } = clause;
    if (clause.quotes.length !== 1 || /\.[a-z0-9]{3,4}$/i.test(clause.quotes[0]!)) return undefined;
    const shows =
      /\b(?:write|show|display|put|add|say|print|overlay|(?:start|open|begin|end|close|finish)(?: (?:it|the video))? (?:with|on))\b|写|显示|加|打上|放/.test(
        words,
      );
    if (
      !shows ||
      has(words, removing) ||
      /\b(?:music|song|clip|video file|image|picture|photo|sound)\b|音乐|图片|片段|声音/.test(words)
    )
      return undefined;
    const ends = /\b(?:end|close|finish)(?: (?:it|the video))? (?:with|on)\b|结尾|最后/.test(words);
    const [found] = addTitle.read({ ...clause, words: `add title ${words}` }) ?? [];
    return found === undefined
      ? undefined
      : call('add_title', { ...found.input, ...(ends && found.input.start === undefined ? { start: 'end' } : {}) });
  },
};

function unquotedTitle(clause: Clause): string | undefined {
  const english =
    /\b(?:title|text|heading|headline|caption|lower[- ]third|label)(?: card| overlay)?(?:\s+(?:saying|that says|says|reading|that reads|called|named|to|of|with))?\s*:?\s+(.+)$/.exec(
      clause.said,
    );
  const chinese = /(?:标题|文字|片名|文本)(?:为|是|叫|写着|：|:|内容为)?\s*(.+)$/.exec(clause.said);
  const found = (english?.[1] ?? chinese?.[1])
    ?.replace(/\s*(?:at|for|in|on|from|to)\s+(?:the\s+)?(?:…|start|beginning|end|top|bottom|video|screen|center|middle).*$/i, '')
    .trim();
  return found === undefined || found === '' || /^(?:to the|at the|on|in|for|over|card|overlay|…)/i.test(found)
    ? undefined
    : found;
}

/** "at 0:10", "for 3 seconds", "in the first 3 seconds", "at the end". */
function timingOf(clause: Clause): { readonly start?: string; readonly duration_seconds?: number } {
  const { words, times } = clause;
  const stretch = clause.stretches[0];
  if (stretch !== undefined) {
    if (typeof stretch.start === 'number' && typeof stretch.end === 'number')
      return { start: pointText(stretch.start), duration_seconds: stretch.end - stretch.start };
    if (stretch.start === 'start' && typeof stretch.end === 'number') return { start: 'start', duration_seconds: stretch.end };
    if (typeof stretch.start === 'number') return { start: pointText(stretch.start) };
  }
  const marks = [...words.matchAll(/([a-z一-龥]*)\s*⟦\d+⟧/g)].map((match) => match[1] ?? '');
  const timing: { start?: string; duration_seconds?: number } = {};
  for (const [index, before] of marks.entries()) {
    if (/^(?:for|lasting|显示|持续|停留)$/.test(before) || /^\s*(?:long|长)/.test(words.split(/⟦\d+⟧/)[index + 1] ?? ''))
      timing.duration_seconds = times[index]!;
    else if (/at|from|在|第|after/.test(before)) timing.start = pointText(times[index]!);
    else timing.duration_seconds = times[index]!;
  }
  if (timing.start === undefined && /\bat the end\b|结尾|末尾|片尾/.test(words)) timing.start = 'end';
  return timing;
}
