/** How much: "a bit", "much", percent, factors, and which clip or stretch a wish is about. */
import type { Clause } from './clause.ts';
import { chineseNumber, englishNumber, readNumber } from './numbers.ts';
import { pointText } from './times.ts';

/** 0.5 for a bit, 2 for much, else 1. */
export function sizeOf(words: string): number {
  if (
    /\b(?:a (?:little )?(?:bit|little|tad|touch|hair)|slight(?:ly)?|subtl[ey]|gent(?:le|ly)|soft(?:ly)?|little)\b|一点点?|一些|稍微?|略微?|轻微|些许|微微/.test(
      words,
    )
  )
    return 0.5;
  if (
    /\b(?:much|a lot|lots|way|far|very|really|strong(?:ly)?|heav(?:y|ily)|extreme(?:ly)?|super|significantly|considerably)\b|很多|大幅|非常|强烈|明显|特别|得多/.test(
      words,
    )
  )
    return 2;
  return 1;
}

const percentPattern = new RegExp(`(${englishNumber}|${chineseNumber})\\s*(?:%|percent|per cent)|百分之(${chineseNumber})`);

/** `20` of "20 %", "twenty percent", 百分之二十. */
export function percentOf(words: string): number | undefined {
  const found = percentPattern.exec(words);
  return found === null ? undefined : readNumber(found[1] ?? found[2]!);
}

/** `1.5` of "1.5x", "1.5 times", 1.5倍. */
export function factorIn(words: string): number | undefined {
  const found =
    new RegExp(`(${englishNumber}|${chineseNumber})\\s*(?:x(?![a-z])|×|times\\b|fold\\b|倍)`).exec(words) ??
    /(?<![a-z])x\s*(\d+(?:\.\d+)?)/.exec(words);
  return found === null ? undefined : readNumber(found[1]!);
}

const ordinals: Readonly<Record<string, number>> = {
  first: 1, '1st': 1, second: 2, '2nd': 2, third: 3, '3rd': 3, fourth: 4, '4th': 4, fifth: 5, '5th': 5, sixth: 6, '6th': 6, seventh: 7, '7th': 7,
  eighth: 8, '8th': 8, ninth: 9, '9th': 9, tenth: 10, '10th': 10, last: -1, final: -1,
}; // prettier-ignore
const ordinalWord = Object.keys(ordinals).join('|');
const piece = '(?:(?:video|picture|image|photo)\\s+)?(?:clips?|shots?|scenes?|segments?|parts?|pieces?)';
const chinesePiece = '(?:个|段|条)?(?:视频)?(?:片段|镜头|段落|段|视频|画面)';

/** Numbers of the clips a clause names, in the order of the words; −1 is the last. */
export function clipsIn(words: string): number[] {
  const found: { readonly at: number; readonly clip: number }[] = [];
  const take = (pattern: RegExp, read: (match: RegExpMatchArray) => number | undefined) => {
    for (const match of words.matchAll(pattern)) {
      const clip = read(match);
      if (clip !== undefined && !found.some(({ at }) => at === match.index)) found.push({ at: match.index, clip });
    }
  };
  take(
    new RegExp(
      `\\b(${ordinalWord})\\s+(?:(?:and|with|to|one)\\s+)?(?=(?:the\\s+)?(?:${ordinalWord})\\s+${piece}|${piece}|one\\b)`,
      'g',
    ),
    (match) => ordinals[match[1]!],
  );
  take(
    new RegExp(
      `\\b${piece}\\s*(?:number\\s*|no\\.?\\s*|#\\s*)?(\\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten)\\b`,
      'g',
    ),
    (match) => readNumber(match[1]!),
  );
  take(new RegExp(`第?(${chineseNumber})(?:个|段|条)?(?=(?:和|与|跟|到|、)第?${chineseNumber}${chinesePiece})`, 'g'), (match) =>
    readNumber(match[1]!),
  );
  take(new RegExp(`第(${chineseNumber})${chinesePiece}`, 'g'), (match) => readNumber(match[1]!));
  take(new RegExp(`最后(?:一)?${chinesePiece}`, 'g'), () => -1);
  return found.toSorted((a, b) => a.at - b.at).map(({ clip }) => clip);
}

const recording = '(?:videos?|files?|recordings?|footage|uploads?)';

/** Number of the uploaded file a clause names: "the second video", 第二个视频; −1 is the last. A clip is named otherwise. */
export function fileIn(words: string): number | undefined {
  const english =
    new RegExp(`\\b(${ordinalWord})\\s+${recording}\\b(?!\\s+(?:clips?|shots?|scenes?|parts?))`).exec(words)?.[1] ??
    new RegExp(
      `\\b(?:video|file|recording)\\s*(?:number\\s*|no\\.?\\s*|#\\s*)?([1-9]|one|two|three|four|five)(?![\\d.:])\\b(?!\\s*(?:[x×%°]|degrees|times|percent|seconds?|secs?|minutes?|mins?|hours?|fps|db|bit|of)\\b)`,
    ).exec(words)?.[1];
  if (english !== undefined) return ordinals[english] ?? readNumber(english);
  const bare = new RegExp(
    `^(?:clean|trim|tighten|export|render|save|download|denoise)(?: up)? (?:the )?(${ordinalWord})(?: one)?(?: up| separately| by itself)?$`,
  ).exec(words)?.[1];
  if (bare !== undefined) return ordinals[bare];
  const chinese = new RegExp(`第(${chineseNumber})(?:个|段|条|份)?(?:视频|文件|素材|录音|录像)(?!片段|镜头)`).exec(words)?.[1];
  if (chinese !== undefined) return readNumber(chinese);
  return /最后(?:一)?(?:个|段|条)?(?:视频|文件|素材)(?!片段|镜头)/.test(words) ? -1 : undefined;
}

export type TargetWords = { readonly start?: string; readonly end?: string; readonly clip?: number; readonly file?: number };

/** The stretch or the clip that a clause names, as tools take it; several stretches give several. */
export function targetsOf(clause: Clause): readonly TargetWords[] {
  if (clause.stretches.length > 0)
    return clause.stretches.map(({ start, end }) => ({ start: pointText(start), end: pointText(end) }));
  const file = fileIn(clause.words);
  if (file !== undefined) return [{ file }];
  const [clip] = clipsIn(clause.words);
  if (clip !== undefined) return [{ clip }];
  const lasting = /(?:at|from|在|第)\s*⟦(\d+)⟧.*?(?:for|lasting|持续|时长)\s*⟦(\d+)⟧/.exec(clause.words);
  if (lasting !== null && clause.times.length === 2) {
    const [at, length] = clause.times as [number, number];
    return [{ start: pointText(at), end: pointText(at + length) }];
  }
  return [{}];
}

/** `top-left` … where a corner is named. */
export function cornerIn(words: string): string | undefined {
  const top = /\b(?:top|upper)\b|[左右]?上[角方]|上[左右]|左上|右上/.test(words);
  const bottom = /\b(?:bottom|lower)\b(?!-third)|[左右]?下[角方]|下[左右]|左下|右下/.test(words);
  const left = /\bleft\b|左/.test(words);
  const right = /\bright\b|右/.test(words);
  if ((top || bottom) && (left || right)) return `${top ? 'top' : 'bottom'}-${left ? 'left' : 'right'}`;
  if (/\b(?:cent(?:er|re)|middle)\b|中间|中央|正中/.test(words)) return 'center';
  if (left || right) return `bottom-${left ? 'left' : 'right'}`;
  if (top) return 'top-right';
  return bottom ? 'bottom-right' : undefined;
}

const colors: readonly (readonly [RegExp, string])[] = [
  [/\bwhite\b|白色|纯白/, '#ffffff'],
  [/\bblack\b|黑色|纯黑/, '#000000'],
  [/\b(?:dark )?gr[ae]y\b|灰色/, '#808080'],
  [/\bred\b|红色/, '#e53935'],
  [/\borange\b|橙色|橘色/, '#fb8c00'],
  [/\b(?:yellow|gold(?:en)?)\b|黄色|金色/, '#fdd835'],
  [/\bgreen\b|绿色/, '#43a047'],
  [/\b(?:blue|navy)\b|蓝色/, '#1e88e5'],
  [/\b(?:cyan|teal|turquoise)\b|青色/, '#00acc1'],
  [/\b(?:purple|violet)\b|紫色/, '#8e24aa'],
  [/\bpink\b|粉色|粉红/, '#ec407a'],
  [/\bbrown\b|棕色|褐色/, '#6d4c41'],
  [/\bbeige\b|米色/, '#f5f5dc'],
];

/** `#rrggbb` of a colour named by word or by its number. */
export function colorIn(words: string): string | undefined {
  const written = /#([0-9a-f]{6})\b/i.exec(words)?.[1] ?? /#([0-9a-f]{3})\b/i.exec(words)?.[1]?.replace(/./g, '$&$&');
  return written === undefined ? colors.find(([pattern]) => pattern.test(words))?.[1] : `#${written.toLowerCase()}`;
}

/** A file that a clause names: in quotes, or with its extension. */
export function mediaNameIn(clause: Clause): string | undefined {
  return (
    clause.quotes[0] ??
    /(?<![\w-])([\w-]+\.(?:mp4|mov|webm|mkv|avi|png|jpe?g|gif|webp|mp3|wav|m4a|aac|flac))\b/i.exec(clause.said)?.[1]
  );
}
