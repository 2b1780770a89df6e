/** Takes a sentence apart: quotes and times become marks, wishes become clauses. */
import { readNumber } from './numbers.ts';
import { correctTypos } from './typos.ts';
import { markStretches, markTimes, type TimeStretch } from './times.ts';

/** One wish. Marks: `«0»` a quoted text, `⟦0⟧` a time, `⟪0⟫` a stretch of time. */
export type Clause = {
  /** Lower case, politeness taken off, marks in place. */
  readonly words: string;
  /** As the user wrote it, marks undone as far as they can be. */
  readonly said: string;
  /** "don't", "without", 不要 … came first. */
  readonly negated: boolean;
  readonly quotes: readonly string[];
  /** Seconds of the times it names. */
  readonly times: readonly number[];
  readonly stretches: readonly TimeStretch[];
};

const quoted = /"([^"]+)"|“([^”]+)”|「([^」]+)」|『([^』]+)』|‘([^’]+)’|(?<![a-z])'((?:[^']|(?<=[a-z])'(?=[a-z]))+)'(?![a-z])/gi;
const separators =
  /[,;!?，；。！？、\n]+|\.(?=\s|$)|\b(?:and then|and also|as well as|after that|afterwards|followed by|then|also|plus|finally|lastly|but|and)\b|&|\s(?=(?:without|rather than|instead of) (?:any |the |adding )?(?:\w+ing|music|transitions?|captions?|subtitles?|titles?|text|logos?|watermarks?|effects?|zooms?|fades?)\b)|然后|接着|之后再|随后|并且|而且|同时|以及|还有|另外|此外|但是?|再(?=把|加|将|去|删|剪|降|导|做)|并(?=去|加|导|把|将|剪|删|降|调|且)|和(?=去|加|导|剪|删|降|缩|调)/gi;
const politeness =
  /^(?:\s|hey|hi|hello|actually|no wait|wait|hmm|oops|sorry|i mean|okay|ok|so|now|well|first(?! ⟦)|next|please|pls|kindly|just(?! keep| the)|maybe|can you|could you|would you|will you|can we|could we|i want you to|i want to|i want|i need you to|i need to|i need|i would like (?:you )?to|i'd like (?:you )?to|i'd like|i would like|let's|let us|help me(?: to)?|go ahead and|try to|make sure (?:to|you)|you should|we should|请你?|麻烦你?|帮我|帮忙|给我|替我|我想要?|我要|我希望|希望|能不能|可以|可不可以|能否|先|你好|首先|最后(?![⟦⟪的一]))+(?=[^a-z]|\b)/i;
const trailing =
  /(?:\s|(?<![a-z])(?:please|pls|thanks|thank you|for me|if you can|if possible|ok|okay)|吧|谢谢|好吗|可以吗|行吗|一下|呢|啊|了)+$/i;
const negation =
  /^(?:i (?:do not|don't|dont|never) (?:want|need|like)(?: (?:you|it|this|that))?(?: to)?|(?:you|we) (?:should not|shouldn't|must not|mustn't|don't need to|do not need to)|do not|don't|dont|never|no need to|avoid|rather than|instead of|without|not|我不(?:想要?|要|希望)你?|(?:千万|可|先)?不要|(?:千万|可|先)别|不要|别|不用|不需要|无需|请勿|不必|不)(?=\s|\p{Script=Han})\s*/u;

/** What must stay as it is, said at the end: "leave … alone", 停顿不要动. */
const leftAlone =
  /\b(?:alone|as (?:it is|is|they are)|unchanged|untouched|intact)$|(?:不要|不用|别|不)(?:动|碰|改|处理|剪|删|去)(?:掉|除)?$/;

/** Clauses in the order in which they were said. */
export function splitClauses(sentence: string): Clause[] {
  const quotes: string[] = [];
  const unquoted = sentence.replace(quoted, (_match, ...parts: unknown[]) => {
    quotes.push(parts.slice(0, 6).find((part): part is string => typeof part === 'string') ?? '');
    return `«${quotes.length - 1}»`;
  });
  const plain = normalise(unquoted);
  const { text, seconds, stretches } = markStretches(markTimes(plain));
  return text
    .split(separators)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const polite = part.toLowerCase().replace(politeness, '').trim();
      const negated = negation.test(polite) || leftAlone.test(polite.replace(trailing, ''));
      const words = polite.replace(negation, '').replace(trailing, '').trim();
      return {
        words,
        said: part
          .replace('everythingexcept', 'everything except')
          .replace(/«(\d+)»/g, (_, index) => `"${quotes[Number(index)]}"`)
          .replace(/[⟦⟪]\d+[⟧⟫]/g, '…'),
        negated,
        quotes: marksIn(part, /«(\d+)»/g).map((index) => quotes[index]!),
        times: marksIn(part, /⟦(\d+)⟧/g).map((index) => seconds[index]!),
        stretches: marksIn(part, /⟪(\d+)⟫/g).map((index) => stretches[index]!),
      };
    })
    .filter((clause) => clause.words !== '');
}

function marksIn(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].map((match) => Number(match[1]));
}

const ordinal = '(first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th|last)';
const piece = '(?:clips?|shots?|scenes?|videos?)';
/** "between clips 1 and 2", "between the first and the second clip": "and" does not part two wishes there. */
const betweenNumbers = new RegExp(
  `\\bbetween (?:${piece} (\\d{1,3}|one|two|three|four) and (?:${piece} )?(\\d{1,3}|one|two|three|four|five)|(?:the )?${ordinal}(?: ${piece})? and (?:the )?${ordinal}(?: ${piece})?)\\b`,
  'gi',
);
const betweenChinese =
  /第?([一二三四五六七八九十\d]+)(?:个|段)?(?:片段|镜头|视频)?(?:和|与|跟|、)第?([一二三四五六七八九十\d]+)(?:个|段)?(?:片段|镜头|视频)(?:之间|中间)/g;
const clipNumbers: Readonly<Record<string, number>> = { first: 1, '1st': 1, second: 2, '2nd': 2, third: 3, '3rd': 3, fourth: 4, '4th': 4, fifth: 5, '5th': 5, last: -1 }; // prettier-ignore

function betweenClips(...[, a, b, c, d]: readonly string[]): string {
  const number = (word: string) => clipNumbers[word.toLowerCase()] ?? readNumber(word) ?? 1;
  return `betweenclips ${number(a ?? c ?? '')} ${number(b ?? d ?? '')} `;
}

function normalise(text: string): string {
  return (
    correctTypos(text.normalize('NFKC').replaceAll('’', "'"))
      .replace(/black[- ]?(?:and|&|n)[- ]?white/gi, 'blackandwhite')
      // What is to stay must not be torn from "everything but".
      .replace(
        /\b(?:all|every)(?: (?:of )?(?:the|my|your))? (?:changes?|edits?) (?:except|but|other than|apart from)(?: for| not)? /gi,
        'everythingexcept ',
      )
      .replace(
        /\b(?:everything|all|anything)(?: else)?(?: (?:of it|in it|there is))? (?:except|but|other than|apart from|besides|excluding)(?: for)?\b/gi,
        'everythingexcept',
      )
      .replace(
        /\b(?:everything|all of it|(?:the )?(?:whole|entire) (?:video|thing|clip|film))((?: (?!and\b|then\b|from\b)[a-z&-]+){0,4}),? (?:except|but not|other than|apart from)(?: for)? /gi,
        '$1 everythingexcept ',
      )
      .replace(
        /\bwithout (?:any )?(?:cropping|crop|cutting (?:anything|the (?:sides|edges|picture)))(?: off)?\b/gi,
        'letterboxed',
      )
      .replace(
        /除了(.+?)(?:以外|之外)?[,、]?\s*(?:的)?(?:其他的?|其它的?|其余的?|剩下的?|别的)?(?:内容|部分)?(?:全部|都|全)/g,
        'everythingexcept $1 ',
      )
      // Whom a video is for says nothing about what is to be done with it.
      .replace(
        /\s+for (?:video editors|content creators|creators|youtubers)(?: and (?:content creators|video editors|creators|youtubers))?\s*(?=$|[,.;])/gi,
        '',
      )
      .replace(/\bclean(?:ing)? (?:and|&) sync(?:ing|hroni[sz]ing)?\b ([^,.;]+)/gi, 'clean $1, sync $1')
      .replace(/从(.{1,12}?)(剪|删|切|裁)掉?到(.{1,12}?)(?=[,，。;；]|$)/g, '$2掉从$1到$3')
      .replace(/\b(minutes?|seconds?) (\d+(?:\.\d+)?) ?(to|-|–|until|and) ?(\d+(?:\.\d+)?)(?![\d:])/gi, '$2 $1 $3 $4 $1')
      .replace(
        /^\s*(white|black|red|orange|yellow|green|blue|purple|pink|gold) (titles?|captions?|subtitles?|text)\s*$/i,
        'make the $2 $1',
      )
      .replace(/\s+/g, ' ')
      // "… into a 1080p MP4" is a wish of its own.
      .replace(/\s+(?:in)?to (?:an? )?((?:\d{3,4}p )?(?:mp4|mov|mp3|wav|m4a|webm|flac|gif|webp))\b/gi, ', export $1')
      // "fix 1, 2 and 4" is one wish.
      .replace(
        /((?:fix|repair|修复|修)(?: (?:numbers?|problems?|issues?|no\.?))?|(?:do|apply) numbers?) ?#?(\d{1,2}(?:\s*(?:[,、&+]|and|和)\s*(?:and )?#?\d{1,2})+)(?![\d:.])/gi,
        (_match, verb: string, list: string) => `${verb} ${[...list.matchAll(/\d+/g)].join('+')}`,
      )
      // Pairs that "and" must not tear apart.
      .replace(
        /\b(?:version|revision)s?\s*#?(\d+)\s*(?:and|&|,|to|with|from|vs\.?|versus)\s*(?:(?:version|revision)\s*)?#?(\d+)\b/gi,
        'versionpair $1 $2',
      )
      .replace(
        /版本\s*(\d+)\s*(?:和|与|跟|到|、)\s*(?:版本)?\s*(\d+)|第\s*(\d+)\s*(?:个?版本?)?\s*(?:和|与|跟|到|、)\s*第?\s*(\d+)\s*个?版本?/g,
        (_match, a: string, b: string, c: string, d: string) => `versionpair ${a ?? c} ${b ?? d} `,
      )
      .replace(/\bin (?:and|&) out\b/gi, 'inandout')
      .replace(/\b(start|beginning|intro) (?:and|&) (?:the )?(end|ending|outro)\b/gi, '$1and$2')
      .replace(/淡入(?:和|与|及)?淡出/g, '淡入淡出')
      .replace(/开头(?:和|与|及|、)(?:结尾|末尾)/g, '开头结尾')
      .replace(/\btop (?:and|&) (?:the )?bottom\b/gi, 'topandbottom')
      .replace(/\bleft (?:and|&) (?:the )?right\b/gi, 'leftandright')
      .replace(/\bteal (?:and|&) orange\b/gi, 'teal-orange')
      .replace(betweenNumbers, betweenClips)
      .replace(betweenChinese, betweenClips)
      .replace(/\b(swap|switch|exchange)\b (.{1,40}?) (?:and|&) /gi, '$1 $2 with ')
      .trim()
  );
}
