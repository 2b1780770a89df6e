/** Wishes about how the picture moves, lies and plays: zooms, turns, backwards, held. */
import { factorIn, percentOf, sizeOf, targetsOf } from '../amounts.ts';
import { call, has, removing, type Intent } from '../intent.ts';
import { chineseNumber, englishNumber, readNumber } from '../numbers.ts';
import { pointText } from '../times.ts';

export const zoom: Intent = {
  name: 'zoom',
  read: (clause) => {
    const { words } = clause;
    const named =
      /\bzoom(?:s|ed|ing)?\b|\bpunch(?:es|ing)?[- ]?ins?\b|\bken ?burns\b|\bpush[- ]in\b|推近|推进|拉远|拉近|缩放|(?:缓慢|慢慢|逐渐)(?:放大|缩小)|放大(?:画面|镜头|视频)|画面放大|镜头放大|特写/.test(
        words,
      );
    if (!named || /\btransitions?\b|转场/.test(words)) return undefined;
    const targets = targetsOf(clause);
    if (has(words, `${removing}|no|without|stop`) || /去掉|删|移除|取消/.test(words))
      return targets.flatMap((target) => call('zoom', { remove: true, ...target }));
    const slow =
      /\b(?:slow(?:ly)?|gradual(?:ly)?|smooth(?:ly)?|gently|gentle|over|ken ?burns|creep\w*|push[- ]in)\b|缓慢|慢慢|逐渐|缓缓|推近|推进|拉远/.test(
        words,
      );
    const out = /\bzoom(?:s|ing)? (?:\w+ )?out\b|\bout\b|拉远|缩小/.test(words);
    const kind = out ? 'slow-out' : slow ? 'slow-in' : 'punch-in';
    const percent = percentOf(words);
    const times = factorIn(words) ?? (percent === undefined ? undefined : percent > 100 ? percent / 100 : 1 + percent / 100);
    const size = sizeOf(slow ? words.replace(/\b(?:slow(?:ly)?|gently|gentle)\b|缓慢/g, '') : words);
    const usual = kind === 'punch-in' ? 0.25 : 0.15;
    const factor = times ?? (size === 1 ? undefined : 1 + usual * (size === 2 ? 2 : 0.5));
    const inPlace = factor !== undefined && factor > 1 ? { factor: Number(Math.min(8, factor).toFixed(3)) } : {};
    return targets.flatMap((target) => call('zoom', { kind, ...inPlace, ...target }));
  },
};

export const turn: Intent = {
  name: 'turn',
  read: (clause) => {
    const { words } = clause;
    const mirrored = /\b(?:mirror|flip(?:s|ped)?)\b|镜像|翻转|水平翻|左右翻|上下翻/.test(words);
    const upsideDown = /\bupside[- ]down\b|颠倒|倒过来(?!播)|上下颠倒/.test(words);
    const rotated =
      /\b(?:rotat(?:e|es|ed|ing|ion)|turn (?:it|this|the (?:video|picture|clip|image|phone|frame)|(?:my )?video)?\s*(?:\w+ )*?(?:by |degrees|90|180|270|sideways|clockwise|to the (?:left|right))|sideways|clockwise)\b|旋转|转(?:了)?\s*\d+\s*度|顺时针|逆时针/.test(
        words,
      );
    if (!mirrored && !rotated && !upsideDown) return undefined;
    const targets = targetsOf(clause);
    if (
      /\b(?:reset|un-?rotate|upright again|undo the rotation|remove the (?:rotation|flip))\b|取消(?:旋转|翻转|镜像)|恢复(?:正向|方向)/.test(
        words,
      )
    )
      return call('turn', { reset: true });
    const degrees = rotated || upsideDown ? degreesIn(words, upsideDown) : undefined;
    const flip =
      mirrored && degrees === undefined
        ? /\b(?:vertical(?:ly)?|top|upside)\b|topandbottom|垂直|上下/.test(words)
          ? 'vertical'
          : 'horizontal'
        : undefined;
    if (degrees === undefined && flip === undefined) return undefined;
    return targets.flatMap((target) =>
      call('turn', { ...(degrees === undefined ? {} : { degrees }), ...(flip === undefined ? {} : { flip }), ...target }),
    );
  },
};

function degreesIn(words: string, upsideDown: boolean): number | undefined {
  const found =
    new RegExp(`(-?\\d+(?:\\.\\d+)?|${englishNumber}|${chineseNumber})\\s*(?:°|degrees?|deg|度)`).exec(words) ??
    /\b(90|180|270|45)\b/.exec(words);
  const counter = /\b(?:counter[- ]?clockwise|anti[- ]?clockwise|ccw|(?:to the )?left)\b|逆时针|向左|往左/.test(words);
  if (found !== null) {
    const value = Number.isNaN(Number(found[1])) ? readNumber(found[1]!) : Number(found[1]);
    return value === undefined || value > 360 ? undefined : counter ? -value : value;
  }
  if (upsideDown) return 180;
  if (/\bsideways\b|\b(?:clockwise|to the right)\b|顺时针|向右|往右/.test(words)) return counter ? -90 : 90;
  return counter || /\brotat|旋转/.test(words) ? (counter ? -90 : 90) : undefined;
}

export const reverse: Intent = {
  name: 'reverse',
  read: (clause) => {
    const { words } = clause;
    if (
      !/\b(?:reverse(?:d|s)?|backwards?|in reverse|rewind)\b|\bplay\b.*\bforwards?\b|正放|正着放|倒放|倒着(?:播|放)|反向播放|倒序播放|倒播/.test(
        words,
      ) ||
      /\b(?:order|transition|colou?rs?)\b|顺序/.test(words)
    )
      return undefined;
    const off = has(words, `${removing}|no|without|stop|don't`) || /\bforwards?\b|去掉|取消|恢复|正放/.test(words);
    return targetsOf(clause).flatMap((target) => call('reverse', { ...(off ? { remove: true } : {}), ...target }));
  },
};

export const freeze: Intent = {
  name: 'freeze',
  read: (clause) => {
    const { words, times } = clause;
    if (
      !/\b(?:freez(?:e|es|ing)|frozen|still frame|hold (?:the |that |this )?(?:last |final |first )?(?:frame|picture|image|shot)|pause on (?:the|this|that) (?:frame|picture|image))\b|定格|静帧|停帧|冻结|帧.*(?:停留|停住|保持)|画面.*停住/.test(
        words,
      )
    )
      return undefined;
    const last = /\b(?:last|final) (?:frame|picture|image|shot)|\bat the end\b|最后一帧|结尾|末尾/.test(words);
    const first = /\bfirst (?:frame|picture|image)|\bat the (?:start|beginning)\b|第一帧|开头/.test(words);
    const stretch = clause.stretches[0];
    if (stretch !== undefined && typeof stretch.start === 'number' && typeof stretch.end === 'number')
      return call('freeze_frame', { at: pointText(stretch.start), seconds: Number((stretch.end - stretch.start).toFixed(3)) });
    const edge = last ? 'end' : first ? 'start' : undefined;
    const marks = [...words.matchAll(/([^\s⟦⟧]*)\s*⟦\d+⟧(处|的地方|的位置)?/g)];
    const isPoint = (match: RegExpMatchArray) => /(?:at|from|around|在|第|mark)$/.test(match[1]!) || match[2] !== undefined;
    const point = marks.findIndex(isPoint);
    const at = edge ?? (point >= 0 ? pointText(times[point]!) : marks.length === 2 ? pointText(times[0]!) : undefined);
    if (at === undefined) return undefined;
    const length = marks.findIndex((match, index) => index !== (edge === undefined ? Math.max(0, point) : -1) && !isPoint(match));
    return call('freeze_frame', { at, ...(length >= 0 && times[length] !== undefined ? { seconds: times[length] } : {}) });
  },
};
