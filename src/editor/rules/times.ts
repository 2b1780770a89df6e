/**
 * Finds times and stretches of time in a sentence.
 *
 * Times are replaced by marks (`⟦0⟧`) first, so that the patterns for stretches need not know how a time is written.
 */
import { chineseNumber, englishNumber, readNumber } from './numbers.ts';

/** A point as tools read it: seconds from the start, seconds before the end (negative) or an edge. */
export type TimePoint = number | 'start' | 'end';
export type TimeStretch = { readonly start: TimePoint; readonly end: TimePoint };

/** A sentence whose times are marks; `seconds[i]` belongs to `⟦i⟧`. */
export type MarkedText = { readonly text: string; readonly seconds: readonly number[] };

const hours = '(?:hours?|hrs?|h|小时|个小时|钟头)';
const minutes = '(?:minutes?|mins?|m|分钟|分(?!贝))';
const secondsUnit = '(?:seconds?|secs?|s|秒钟|秒)';
const amount = `(?:${englishNumber}|${chineseNumber})`;
const gap = '[\\s-]*';

const patterns: readonly {
  readonly pattern: RegExp;
  readonly read: (groups: readonly (string | undefined)[]) => number | undefined;
}[] = [
  // 1:02:03.5, 00:30, 1:45
  {
    pattern: /(?<![\d:.])(\d{1,2}):([0-5]\d):([0-5]\d(?:[.,]\d+)?)(?![\d:])/,
    read: ([h, m, s]) => Number(h) * 3600 + Number(m) * 60 + decimal(s),
  },
  { pattern: /(?<![\d:.])(\d{1,3}):([0-5]\d(?:[.,]\d+)?)(?![\d:])/, read: ([m, s]) => Number(m) * 60 + decimal(s) },
  // 1 h 2 min 3 s, 1m30s, 1 minute and 30 seconds, 1分30秒, 1 min 20
  {
    pattern: regex(
      `(${amount})${gap}${hours}(?:\\s*(?:and)?\\s*(${amount})${gap}${minutes})?(?:\\s*(?:and)?\\s*(${amount})${gap}${secondsUnit})?`,
    ),
    read: ([h, m, s]) => sum([h, 3600], [m, 60], [s, 1]),
  },
  {
    pattern: regex(`(${amount})${gap}${minutes}\\s*(?:and\\s*)?(${amount})${gap}${secondsUnit}(?![a-z])`),
    // "Between one minute and ninety seconds" is two times.
    read: ([m, s]) => ((number(s) ?? 0) >= 60 ? undefined : sum([m, 60], [s, 1])),
  },
  {
    pattern: regex(`(${amount})${gap}${minutes}\\s*(${amount})(?![\\d.]|\\s*(?:[:%]|${minutes}|${hours}|ms|毫秒))`),
    read: ([m, s]) => sum([m, 60], [s, 1]),
  },
  { pattern: /(?:a|one|1)\s*(?:minute|min)\s*and\s*a\s*half/i, read: () => 90 },
  { pattern: /(?<=\b(?:first|last|final|opening)\s+)(?:minute|min)\s*and\s*a\s*half/i, read: () => 90 },
  { pattern: regex(`(${amount})\\s*(?:and a half|\\s1/2)\\s*${minutes}`), read: ([m]) => (number(m) ?? 0) * 60 + 30 },
  { pattern: regex(`(${amount})\\s*and a half\\s*${secondsUnit}`), read: ([s]) => (number(s) ?? 0) + 0.5 },
  { pattern: regex(`(${chineseNumber})分半`), read: ([m]) => (number(m) ?? 0) * 60 + 30 },
  { pattern: regex(`(${chineseNumber})秒半`), read: ([s]) => (number(s) ?? 0) + 0.5 },
  { pattern: /(?:half a minute|half minute|半分钟)/i, read: () => 30 },
  { pattern: /(?:half a second|half second|半秒)/i, read: () => 0.5 },
  { pattern: regex(`(${amount})${gap}(?:milliseconds?|millis|ms|毫秒)`), read: ([ms]) => scaled(ms, 0.001) },
  { pattern: regex(`(${amount})${gap}${minutes}(?![a-z])`), read: ([m]) => scaled(m, 60) },
  { pattern: regex(`(${amount})${gap}${secondsUnit}(?![a-z])`), read: ([s]) => scaled(s, 1) },
  // "a minute" and "the first minute"; never the word "as" or "am".
  { pattern: /(?<![a-z])an?\s+(?:minute|min)(?![a-z])/i, read: () => 60 },
  { pattern: /(?<![a-z])a\s+(?:second|sec)(?![a-z])/i, read: () => 1 },
  { pattern: /(?<=\b(?:first|last|final|opening)\s+)minute(?![a-z])/i, read: () => 60 },
  { pattern: /(?<=\b(?:first|last|final|opening)\s+)second(?![a-z])/i, read: () => 1 },
];

/** Replaces every time in `text` by a mark. An aspect such as 9:16 is not a time where the words around it speak of shape. */
export function markTimes(text: string): MarkedText {
  const found: number[] = [];
  const aspect =
    /aspect|ratio|vertical|portrait|landscape|format|比例|画幅|竖|横屏/i.test(text) ||
    /(?:^|\b(?:make|convert|change|turn|switch|reframe|resize|crop|export|render|fit|as|in|to)\b[^\d⟦]*?|[成为版裁导出到]\s*)9:16(?![\d:]|\s*(?:to|-|–|到|至)\s*\d)/i.test(
      text.replace(
        /\b(?:from|at|after|before|until|till|between|cut|remove|delete|keep|mute|split)\b(?:(?!\band\b|[,;，；。]|然后|再)[^])*?9:16|\d\s*(?:to|and|-|–|到|至)\s*9:16/gi,
        '',
      ),
    );
  let marked = aspect ? text.replace(/\b(?:9:16|16:9|4:5|1:1|4:3|21:9)\b/g, (match) => match.replace(':', '∶')) : text;
  marked = inheritUnits(marked);
  for (const { pattern, read } of patterns) {
    marked = marked.replace(new RegExp(pattern, `${pattern.flags.replace('g', '')}g`), (match, ...rest: unknown[]) => {
      const groups = rest.slice(
        0,
        rest.findIndex((part) => typeof part === 'number'),
      ) as (string | undefined)[];
      const value = read(groups);
      if (value === undefined || !Number.isFinite(value)) return match;
      found.push(value);
      return `⟦${found.length - 1}⟧`;
    });
  }
  // "from 30 to 45" and "at 30": bare numbers are seconds where a time must stand.
  marked = marked.replace(
    /(\b(?:from|between)\s+|从|第)(\d+(?:\.\d+)?)(?=\s*(?:to|and|until|till|-|–|到|至)\s*(?:⟦|\d|the end|end))/gi,
    (_, before: string, digits: string) => {
      found.push(Number(digits));
      return `${before}⟦${found.length - 1}⟧`;
    },
  );
  marked = marked.replace(
    /(⟦\d+⟧\s*(?:to|and|until|till|-|–|到|至)\s*)(\d+(?:\.\d+)?)(?![\d%:⟧]|\s*(?:db|分贝|x|倍|lufs))/gi,
    (_, before: string, digits: string) => {
      found.push(Number(digits));
      return `${before}⟦${found.length - 1}⟧`;
    },
  );
  marked = marked.replace(
    /(\b(?:first|last|final|opening)\s+)(\d+(?:\.\d+)?)(?=\s*(?:$|[,;.!?，。]|and\b|of\b|off\b|from\b))/gi,
    (_, before: string, digits: string) => {
      found.push(Number(digits));
      return `${before}⟦${found.length - 1}⟧`;
    },
  );
  return { text: marked.replaceAll('∶', ':'), seconds: found };
}

/** A sentence whose stretches are marks too: `stretches[i]` belongs to `⟪i⟫`. */
export type MarkedStretches = MarkedText & { readonly stretches: readonly TimeStretch[] };

/** Replaces every stretch named in a marked sentence by a mark of its own. */
export function markStretches({ text, seconds }: MarkedText): MarkedStretches {
  const stretches: TimeStretch[] = [];
  const t = '⟦(\\d+)⟧';
  const value = (mark: string | undefined) => seconds[Number(mark)] ?? 0;
  let rest = text;
  const take = (source: string, build: (groups: readonly (string | undefined)[]) => TimeStretch) => {
    rest = rest.replace(new RegExp(source, 'gi'), (_match, ...parts: unknown[]) => {
      stretches.push(
        build(
          parts.slice(
            0,
            parts.findIndex((part) => typeof part === 'number'),
          ) as (string | undefined)[],
        ),
      );
      return `⟪${stretches.length - 1}⟫`;
    });
  };
  const to = '\\s*(?:to|until|till|through|up to|and|-|–|—|~|到|至)\\s*(?:第|the\\s+)?';
  const theStart = '(?:the\\s+)?(?:very\\s+)?(?:start|beginning|开头|开始)';
  const theEnd = '(?:the\\s+)?(?:very\\s+)?(?:end|结尾|最后|结束|末尾|片尾)';
  take(`(?:from\\s+|between\\s+|从|第)?${t}${to}${t}(?:\\s*mark|\\s*之间|处)?`, ([a, b]) => ordered(value(a), value(b)));
  take(`(?:from\\s+|从)?${t}${to}${theEnd}`, ([a]) => ({ start: value(a), end: 'end' }));
  take(`(?:from\\s+|从)?${theStart}${to}(?:第)?${t}`, ([a]) => ({ start: 'start', end: value(a) }));
  take(`(?:first|opening|initial|前面?的?|开头的?|最开始的?|头)\\s*${t}`, ([a]) => ({ start: 'start', end: value(a) }));
  take(`(?:last|final|closing|最后的?|结尾的?|末尾的?|后面?的?|尾)\\s*${t}`, ([a]) => ({ start: -value(a), end: 'end' }));
  take(`${t}\\s*(?:off|from|at|of)\\s*(?:of\\s+)?${theStart}`, ([a]) => ({ start: 'start', end: value(a) }));
  take(`${t}\\s*(?:off|from|at|of)\\s*(?:of\\s+)?${theEnd}`, ([a]) => ({ start: -value(a), end: 'end' }));
  take(`(?:开头|开始)(?:处|那段|那|前)?(?:没用|多余|无聊|无用)?(?:的)?\\s*${t}`, ([a]) => ({ start: 'start', end: value(a) }));
  take(`(?:结尾|末尾)(?:处)?(?:的)?\\s*${t}`, ([a]) => ({ start: -value(a), end: 'end' }));
  take(`(?:before|until|till|up to)\\s+(?:the\\s+)?${t}(?:\\s*mark)?`, ([a]) => ({ start: 'start', end: value(a) }));
  take(`${t}\\s*(?:之前|以前|前)(?:的?(?:内容|部分|所有))?`, ([a]) => ({ start: 'start', end: value(a) }));
  take(
    `(?:after|past|beyond|from|since|starting (?:at|from))\\s+(?:the\\s+)?${t}(?:\\s*(?:mark|on|onwards?|onward))?`,
    ([a]) => ({ start: value(a), end: 'end' }),
  );
  take(`${t}\\s*(?:之后|以后|后面|后|开始往后)(?:的?(?:内容|部分|所有))?`, ([a]) => ({ start: value(a), end: 'end' }));
  return { text: rest, seconds, stretches };
}

/** A point in the notation that tools read. */
export function pointText(point: TimePoint): string {
  return typeof point === 'number' ? `${Number(point.toFixed(3))}s` : point;
}

/** "10 to 20 seconds", "between 5 and 8 min": the first number has the unit of the second. */
function inheritUnits(text: string): string {
  const bare = new RegExp(
    `(?<![\\d:.⟦]|(?:${minutes}|${hours})\\s*)(${amount})(\\s*(?:to|and|-|–|到|至)\\s*${amount}\\s*(${minutes}|${secondsUnit}|${hours}))(?![a-z])`,
    'gi',
  );
  return text.replace(bare, (match, first: string, rest: string, unit: string) =>
    /[a-z一-龥]\s*$/i.test(first) && readNumber(first) === undefined ? match : `${first} ${unit}${rest}`,
  );
}

function ordered(a: number, b: number): TimeStretch {
  return a <= b ? { start: a, end: b } : { start: b, end: a };
}

function regex(source: string): RegExp {
  return new RegExp(`(?<![\\d.:a-z])${source}`, 'i');
}

function decimal(text: string | undefined): number {
  return Number((text ?? '0').replace(',', '.'));
}

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : readNumber(text);
}

function scaled(text: string | undefined, factor: number): number | undefined {
  const value = number(text);
  return value === undefined ? undefined : value * factor;
}

function sum(...parts: readonly (readonly [string | undefined, number])[]): number | undefined {
  let total = 0;
  for (const [text, factor] of parts) {
    if (text === undefined) continue;
    const value = readNumber(text);
    if (value === undefined) return undefined;
    total += value * factor;
  }
  return total;
}
