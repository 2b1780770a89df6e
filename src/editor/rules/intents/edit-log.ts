/** Wishes about one change among many: "undo the second cut", "keep everything but the music", "put back the pause at 1:12". */
import type { Clause } from '../clause.ts';
import { call } from '../intent.ts';
import { chineseNumber, readNumber } from '../numbers.ts';
import type { ToolCallRequest } from '../request.ts';

/** The kinds of change that the tools know, as people call them; the first that fits is meant. */
const kinds: readonly (readonly [string, string])[] = [
  ['pauses', 'pauses?|silences?|dead air|pause trim(?:ming)?|停顿|静默|空白'],
  ['transitions', 'transitions?|crossfades?|dissolves?|转场|过渡'],
  ['music', 'music|bgm|soundtrack|song|背景音乐|配乐|音乐'],
  ['captions', 'captions?|subtitles?|字幕'],
  ['titles', 'titles?|标题'],
  ['noise', 'noise(?: (?:removal|reduction))?|denoising|denoise|降噪|去噪'],
  ['color', 'colou?r(?:s| (?:change|correction|grade|grading))?|grading|look|filter|调色|滤镜|颜色'],
  ['speed', 'speed(?: (?:change|up))?|slow[- ]?down|变速|速度'],
  ['fade', 'fades?|fade[- ](?:in|out)s?|淡入淡出|淡入|淡出'],
  ['volume', 'volume(?: change)?|loudness|mute|muting|音量|静音|响度'],
  ['zoom', 'zooms?|zoom[- ]in|缩放'],
  ['crop', 'crop(?:ping)?|画面裁剪'],
  ['shape', 'aspect(?: ratio)?|shape|画幅|比例'],
  ['background', 'background(?! music)|背景(?!音乐)'],
  ['stabilizing', 'stabili[sz](?:ing|ation)|防抖|稳定'],
  ['logo', 'logo|watermark|水印'],
  ['overlay', 'picture[- ]in[- ]picture|pip|overlay|画中画'],
  ['sync', 'sync(?:ing|hroni[sz]ation)?|同步'],
  ['freeze', 'freeze(?: frame)?|定格'],
  ['reverse', 'reverse|reversal|倒放'],
  ['blur', 'blur|模糊'],
  ['rotation', 'rotation|turn(?:ing)?|flip|旋转'],
  ['splits', 'splits?|分割'],
  ['cut', 'cuts?|cutting|trims?|trimming|剪切|剪辑|裁剪|刀|剪掉的?'],
];

const ordinals: Readonly<Record<string, number>> = {
  first: 1, '1st': 1, second: 2, '2nd': 2, third: 3, '3rd': 3, fourth: 4, '4th': 4, fifth: 5, '5th': 5, sixth: 6, '6th': 6,
  last: -1, latest: -1, 'second last': -2, 'second to last': -2,
}; // prettier-ignore

const any = kinds.map(([, words]) => words).join('|');
const taking = '(?:undo|revert|reject|take back|roll ?back|cancel|drop the change of|撤销|撤回|取消|回退)';
const number = `#?\\s*(\\d{1,3})`;

/** The calls for a wish about the edit log; undefined for anything else. */
export function readEditLog({ words, times }: Clause): readonly ToolCallRequest[] | undefined {
  return compare(words) ?? backBefore(words) ?? putBack(words, times) ?? keepAllBut(words) ?? takeBack(words);
}

function compare(words: string): readonly ToolCallRequest[] | undefined {
  const pair = /versionpair (\d+) (\d+)/.exec(words);
  if (pair === null || /\b(?:go back|restore|revert|undo)\b|恢复|回到/.test(words)) return undefined;
  return call('compare_versions', { from: Number(pair[1]), to: Number(pair[2]) });
}

function backBefore(words: string): readonly ToolCallRequest[] | undefined {
  const found =
    new RegExp(
      `^(?:go|roll|take (?:it|me|us)|get|revert|return|restore|back)\\b.*\\b(?:before|without having)\\b (?:(?:i|you|we) )?(?:(?:added|did|made|put in|changed|removed) )?(?:the |any |those |my )?(${any})\\b`,
    ).exec(words) ??
    new RegExp(`(?:回到|恢复到|退回到|还原到)(?:加|添加|做|加上|加入|剪|修剪|调)?(?:了)?(${any})(?:了)?(?:之|以)?前`).exec(words);
  return found === null ? undefined : call('restore_version', { before: kindOf(found[1]!) });
}

function putBack(words: string, times: readonly number[]): readonly ToolCallRequest[] | undefined {
  const english =
    /^(?:put back|bring back|restore|reinstate|give (?:me )?back|un-?cut|put)\b.*\b(?:pauses?|silences?|gaps?|cuts?|part|bit|stretch|piece|section|what (?:was|you|i))\b/.test(
      words,
    ) && !(/^put\b(?! back)/.test(words) && !/\bback\b/.test(words));
  const chinese =
    /(?:恢复|放回|加回|补回|还原|找回).*(?:停顿|空白|间隙|被?剪掉的|删掉的|那段)|把.*(?:停顿|剪掉的).*(?:放回|加回|恢复|补回)/.test(
      words,
    );
  if (!english && !chinese) return undefined;
  const [at] = times;
  if (at !== undefined) return call('put_back', { at: at < 0 ? `${at}s` : `${at}s` });
  const which = ordinalIn(words);
  return which === undefined ? undefined : call('put_back', { which });
}

function keepAllBut(words: string): readonly ToolCallRequest[] | undefined {
  const found =
    new RegExp(`^(?:keep|leave)\\b.*everythingexcept (?:for )?(?:the |my |your )?(${any})(?: changes?| edits?)?$`).exec(words) ??
    new RegExp(`everythingexcept (${any})(?:的?(?:修改|改动))? ?(?:保留|留下)?$`).exec(words);
  const chinese = new RegExp(`保留.*除了?(${any})(?:以外|之外|的修改).*(?:修改|改动|编辑|所有|全部)`).exec(words);
  if (chinese !== null) return call('undo_edit', { what: kindOf(chinese[1]!), which: 'all' });
  if (found === null || (/\p{Script=Han}/u.test(words) && !/保留|留/.test(words))) return undefined;
  return call('undo_edit', { what: kindOf(found[1]!), which: 'all' });
}

function takeBack(words: string): readonly ToolCallRequest[] | undefined {
  const others =
    new RegExp(`^${taking} everythingexcept (?:for )?(?:the |my |your )?(${any})(?: changes?| edits?)?$`).exec(words) ??
    new RegExp(`^(?:撤销|撤回)(?:掉)?除了?(${any})(?:以外|之外).*(?:修改|改动|编辑|所有|全部)`).exec(words);
  if (others !== null) return call('undo_edit', { all_but: kindOf(others[1]!) });
  const numbered =
    new RegExp(`^${taking}\\b(?: just| only)? (?:change|edit|revision|operation|version)(?: number| no\\.?)? ${number}$`).exec(
      words,
    ) ?? new RegExp(`^${taking}第?\\s*${number}\\s*(?:号|项|条)(?:修改|操作|改动)?$`).exec(words);
  if (numbered !== null) return call('undo_edit', { revision: Number(numbered[1]) });
  const english = new RegExp(
    `^${taking}\\b(?: just| only)?(?: (?:the|my|your|that|all(?: (?:the|of the))?))?(?: (${Object.keys(ordinals)
      .toSorted((a, b) => b.length - a.length)
      .join('|')}))? (${any})(?: (?:changes?|edits?|again|only|please))*$`,
  ).exec(words);
  if (english !== null) {
    const all = /\ball\b/.test(words);
    const which = all ? 'all' : english[1] === undefined ? undefined : ordinals[english[1]];
    return call('undo_edit', { what: kindOf(english[2]!), ...(which === undefined ? {} : { which }) });
  }
  const chinese = new RegExp(
    `^(?:只)?(?:撤销|撤回|回退|取消)(?:掉)?(所有的?|全部的?)?(?:(?:第(${chineseNumber}|\\d+)|(最后一))(?:个|次|处|段|刀)?|那个|这个)?(?:的)?(${any})?(?:修改|操作)?$`,
  ).exec(words);
  const [, all, nth, last, what] = chinese ?? [];
  if (chinese === null || (what === undefined && !/第.+刀$/.test(words))) return undefined;
  const which = all !== undefined ? 'all' : last !== undefined ? -1 : nth === undefined ? undefined : readNumber(nth);
  return call('undo_edit', { what: what === undefined ? 'cut' : kindOf(what), ...(which === undefined ? {} : { which }) });
}

function kindOf(words: string): string {
  return kinds.find(([, pattern]) => new RegExp(`^(?:${pattern})$`).test(words))?.[0] ?? 'cut';
}

function ordinalIn(words: string): number | undefined {
  const english = /\b(first|second|third|fourth|fifth|sixth|last|\d(?:st|nd|rd|th))\b/.exec(words);
  if (english !== null) return ordinals[english[1]!];
  const chinese = new RegExp(`第(${chineseNumber}|\\d+)`).exec(words);
  if (chinese !== null) return readNumber(chinese[1]!);
  return words.includes('最后') ? -1 : undefined;
}
