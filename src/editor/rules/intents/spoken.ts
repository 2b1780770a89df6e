/** Wishes about what is said: sentences, fillers, takes, where something is said, chapters and notes. */
import type { Clause } from '../clause.ts';
import { call, has, removing, type Intent } from '../intent.ts';
import { chineseNumber, readNumber } from '../numbers.ts';
import { pointText } from '../times.ts';

const who = '(?:i|we|you|he|she|they|it|somebody|someone|the (?:speaker|host|guest|presenter|narrator))';
const speaking =
  '(?:talk(?:s|ed|ing)?|speak(?:s|ing)?|spoke|say(?:s|ing)?|said|mention(?:s|ed|ing)?|discuss(?:es|ed|ing)?|explain(?:s|ed|ing)?|ramble(?:s|d)?|go on|bring up|read|complain(?:s|ed)?|joke(?:s|d)?|thank(?:s|ed)?|introduce(?:s|d)?)';
const stretch =
  '(?:sentences?|lines?|parts?|bits?|sections?|passages?|segments?|portions?|paragraphs?|moments?|stuff|everything|anything|all|remarks?|story|joke|mentions?)';

const aboutTopic = new RegExp(
  `\\b${stretch}(?: in (?:the video|it|there))? (?:(?:that (?:is|are) |which (?:is|are) )?(?:about|on|regarding|concerning|mentioning|of)|that (?:mentions?|says?|talks? about|(?:is|are) about)|(?:where|when|in which) ${who}(?: (?:am|are|is|was|were|start(?:s|ed)?(?: to)?|just|also))? ${speaking}(?: (?:about|of|on|that|the words?))?) (.+)$`,
);
const whatISay = new RegExp(
  `\\b(?:what|everything|anything|where|when) ${who}(?: (?:am|are|is|was|were))? ${speaking}(?: (?:about|of|on|that|the words?))? (.+)$`,
);
const chineseTopic =
  /(?:关于|有关|讲到?|说到?|提到|谈到?|聊到?|介绍|涉及)(?:了|过)?([^的，。]{1,30}?)(?:的)(?:那|这|所有|全部|每)?(?:一)?(?:句话?|段话?|段|部分|内容|地方|片段|话)/;

const ordinals: Readonly<Record<string, number>> = { first: 1, opening: 1, second: 2, third: 3, fourth: 4, fifth: 5, last: -1, final: -1, closing: -1, 'second to last': -2, 'next to last': -2, penultimate: -2 }; // prettier-ignore

/** Things of the picture and the edit that a cut "about" them never means. */
const notSpoken =
  /^(?:(?:at|in|on|near|during|before|after|until) .*|it|this|that|them|the (?:video|clip|film|screen|timeline|end|start|beginning|left|right|picture|music|sound|noise|audio)|⟦\d+⟧.*|⟪\d+⟫.*)$/;

function topicIn(words: string, quotes: readonly string[]): string | undefined {
  const found = (aboutTopic.exec(words) ?? whatISay.exec(words) ?? chineseTopic.exec(words))?.[1];
  if (found === undefined) return undefined;
  const quoted = /«(\d+)»/.exec(found);
  if (quoted !== null) return quotes[0];
  const topic = found
    .replace(/^(?:the word |the words |how |that )/, '')
    .replace(/(?: (?:please|from the video|in the video|out|away|again))+$/, '')
    .trim();
  return topic === '' || notSpoken.test(topic) || /[⟦⟪]/.test(topic) ? undefined : topic.slice(0, 300);
}

/** Whether a wish is about a part of what is said: whoever changes only pictures or sound cannot do it, and must not do it to all. */
export function isAboutSpokenPart({ words, quotes, times, stretches }: Clause): boolean {
  return times.length === 0 && stretches.length === 0 && aboutTopic.test(words) && topicIn(words, quotes) !== undefined;
}

const everything =
  /\b(?:all|every|each|any|anything|everything|sentences|lines|parts|bits|sections|passages|segments|mentions|moments|whenever)\b|所有|全部|每[一个句处]|凡是/;

/** "cut the sentence about pricing", "keep only what I say about the price", 删掉关于价格的那句话. */
export const cutWords: Intent = {
  name: 'cut-words',
  read: (clause) => {
    const { words, quotes } = clause;
    const cuts = has(words, removing) || /剪|删|去掉|拿掉|砍掉|移除/.test(words);
    const keeps = /\b(?:keep|leave) only\b|\b(?:only|just) keep\b|只保留|只留/.test(words);
    if (!cuts && !keeps) return undefined;
    const way = keeps ? { keep_only: true } : everything.test(words) ? { all: true } : {};
    const numbered = sentenceNumber(words);
    const named = topicIn(words, quotes);
    // "The first sentence about pricing" is one of those, not the first of all.
    if (numbered !== undefined && named !== undefined)
      return Math.abs(numbered) === 1 ? call('cut_words', { about: named, which: numbered === 1 ? 'first' : 'last' }) : undefined;
    if (numbered !== undefined) return call('cut_words', { sentence: numbered, ...(keeps ? { keep_only: true } : {}) });
    if (
      /\bsentence\b|\bline that\b|\bwhat (?:i|we) say\b|那句话?|这句话?|的话/.test(words) &&
      clause.times.length === 1 &&
      clause.stretches.length === 0 &&
      /\b(?:at|around|near)\b|的/.test(words)
    )
      // prettier-ignore
      return call('cut_words', { at: pointText(clause.times[0]!), ...(keeps ? { keep_only: true } : {}) });
    if (clause.times.length > 0 || clause.stretches.length > 0) return undefined;
    const isQuote = quotes[0] !== undefined && (/\b(?:words?|phrase|sentence|lines?|part|bit|say|said)\b.*«\d+»|«\d+» (?:sentence|part|line|phrase)|(?:这句话?|那句话?|这段话?|的话|说)/.test(words) || /说«\d+»|«\d+»(?:这|那)/.test(words)); // prettier-ignore
    if (isQuote && !keeps && !/\bcaptions?\b|\bsubtitles?\b|\btitles?\b|字幕|标题/.test(words))
      return call('cut_words', { words: quotes[0], ...way });
    const topic = named;
    return topic === undefined ? undefined : call('cut_words', { about: topic, ...way });
  },
};

function sentenceNumber(words: string): number | undefined {
  const english = new RegExp(`\\b(${Object.keys(ordinals).toSorted((a, b) => b.length - a.length).join('|')}) (?:spoken )?(?:sentence|line)\\b(?! of (?:the )?(?:captions?|subtitles?|title|text))`).exec(words)?.[1]; // prettier-ignore
  if (english !== undefined) return ordinals[english];
  const chinese = new RegExp(`(最后|第(${chineseNumber}))一?句话?`).exec(words);
  if (chinese === null) return undefined;
  return chinese[1] === '最后' ? -1 : readNumber(chinese[2]!);
}

const fillerSounds = "u+h*m+s?|u+h+s?|e+r+m?s?|a+h+s?|h+m+s?|u+m+'s|u+h+'s";
const fillerWords =
  /\bfillers?\b(?: (?:words?|sounds?))?|\bverbal (?:tics?|fillers?)\b|\bhesitations?\b|\bcrutch words?\b|语气词|口头禅|填充词|口癖|口水话/;
const namedFillers: readonly string[] = [
  'you know',
  'i mean',
  'kind of',
  'sort of',
  'like',
  'basically',
  'actually',
  'literally',
  'so',
  'well',
  'right',
  'okay',
  'anyway',
];
const chineseFillers = /嗯|呃|额(?!外|度)|那个|这个|就是说?|然后/g;

/** "remove every um", "cut filler words", 去掉所有的嗯. */
export const fillers: Intent = {
  name: 'fillers',
  read: (clause) => {
    const { words, quotes } = clause;
    const cuts = has(words, `${removing}|no|fewer|less|clean up|without`) || /剪|删|去|清理|减少|不要/.test(words);
    const sounds = [...words.matchAll(new RegExp(`(?<![a-z])(${fillerSounds})(?![a-z])`, 'g'))].map(([, sound]) =>
      sound!.replace(/'?s$/, ''),
    );
    const general = fillerWords.test(words);
    if (!general && sounds.length === 0 && !isNamed(clause)) return undefined;
    if (!cuts && !clause.negated) return undefined;
    if (general && quotes.length === 0) return call('remove_fillers');
    const han = /\p{Script=Han}/u.test(words) ? [...new Set(words.match(chineseFillers) ?? [])] : [];
    const named = [...quotes, ...sounds, ...namedIn(words), ...han];
    const unique = [...new Set(named)];
    // The sounds alone, both of them: whatever they are spelt like.
    const isUsual = unique.length > 1 && unique.every((word) => new RegExp(`^(?:${fillerSounds})$`).test(word));
    return call('remove_fillers', unique.length === 0 || isUsual ? {} : { words: unique });
  },
};

/** `every "like"`, "the word basically", 所有的“然后”. */
function isNamed({ words, quotes }: Clause): boolean {
  if (/\b(?:captions?|subtitles?|titles?)\b|字幕|标题/.test(words)) return false;
  if (quotes.length > 0 && quotes.every((quote) => new RegExp(`^(?:${fillerSounds}|嗯+|呃+|额)$`, 'i').test(quote))) return true;
  const every =
    /\b(?:every|all (?:the|my|of the)?|each|any) ?(?:words? |time i say )?(?:«\d+»|(?:like|you know|basically|actually|literally|i mean|kind of|sort of)s?\b)/.test(
      words,
    );
  return every || (quotes.length > 0 && /\bevery (?:word )?«|\bthe words? «\d+» (?:everywhere|every ?time)|所有的?«|每[一个]*«/.test(words)) || /(?:所有|全部|每个|那些)的?(?:嗯|呃|那个|这个|就是|然后)/.test(words); // prettier-ignore
}

function namedIn(words: string): string[] {
  return namedFillers.filter((name) => new RegExp(`(?<![a-z])${name}s?(?![a-z])`).test(words) && /\b(?:every|all|each|any|words?)\b/.test(words)).slice(0, 5); // prettier-ignore
}

/** A filler word by itself, as the next of a list. */
export function bareFiller({ words, quotes }: Clause): string | undefined {
  const plain = words
    .replace(/«\d+»/, quotes[0] ?? '')
    .replace(/^(?:the |every |all |all the |所有的?)/, '')
    .trim()
    .toLowerCase();
  if (new RegExp(`^(?:${fillerSounds})$`).test(plain)) return plain.replace(/'?s$/, '');
  if (/^(?:嗯|呃|额|那个|这个|就是|然后)$/.test(plain)) return plain;
  return namedFillers.find((name) => plain === name || plain === `${name}s`);
}

/** "remove repeated takes", "keep only the last take", 删除重复的句子. */
export const retakes: Intent = {
  name: 'retakes',
  read: ({ words, negated }) => {
    const cuts = has(words, removing) || /剪|删|去掉|keep|保留|只留/.test(words);
    const about =
      /\bre-?takes?\b|\b(?:bad|failed|botched|earlier|old|previous|duplicate[d]?|repeated|double) (?:takes?|sentences?|lines?|attempts?|phrases?)\b|\brepetitions?\b|\brepeats\b|\bfalse starts?\b|\b(?:sentences?|lines?|things?|parts?|what) (?:that |which )?(?:i|we) (?:said|say|repeat(?:ed)?) (?:twice|again|more than once|several times)\b|\b(?:mess(?:ed)?[- ]?ups?|slip-?ups?|flubs?|flubbed lines?)\b|\b(?:last|best) takes?\b|重复的?(?:句子|话|内容|片段|部分|镜头)|(?:说|讲|念)(?:了)?(?:两|几|多)遍|说错(?:的|了)?(?:重来|重说|地方|部分|句子)?|口误|重说|重录的?|最后一遍/i;
    if (!about.test(words) || (!cuts && !negated)) return undefined;
    // A take of a narration is chosen elsewhere.
    if (/\bnarration\b|\bvoice-?over\b|旁白|配音/.test(words)) return undefined;
    return call('remove_retakes');
  },
};

const seeking = new RegExp(
  `^(?:where|when|at what (?:time|point)|how often|how many times) (?:do|did|does|is|are|was|were|have|has|in (?:the video|it) (?:do|did|does))? ?(?:${who} )?(?:${speaking})(?: (?:about|of|on|that|the words?))? (.+)$|^(?:where|when) (?:is|was|are|were) (.+?) (?:mentioned|discussed|said|spoken of|talked about|brought up|explained)$|^(?:where|when) (?:do|did|does) ${who} (.+)$|^(?:what|anything) (?:do|did|does) ${who} (?:say|said|mention|tell) (?:about|of|on) (.+)$|^(?:did|do|does|have) ${who} (?:ever )?(?:say|said|mention(?:ed)?|talk(?:ed)? about) (.+)$`,
);
const finding = new RegExp(
  `^(?:find|search|look for|locate|show me|tell me|list|go to|jump to)(?: (?:me|for))? (?:(?:where|when|every time|all the times|the (?:places?|parts?|moments?|sentences?|bits?|point|times?)(?: where| when| in which)?) )?(?:${who} )?(?:(?:${speaking})(?: (?:about|of|on|that))?|about|with|for) (.+)$|^(?:search|look through|go through) (?:the |my )?(?:transcript|words|speech|video|recording|text|what (?:i|we) say) for (.+)$|^(?:find|search(?: for)?|look for) (?:the (?:words?|phrase|sentence) )?(«\\d+»)`,
);
const seekingChinese =
  /(?:我|我们|他|她|视频里|录音里|片中)?(?:在|从)?(?:哪里|哪儿|哪一?段|哪一?句|什么时候|几分几秒|什么地方|何时)(?:有)?(?:说|讲|提|谈|聊|提及)(?:到|了|过)*(.+?)(?:了|的|吗|呢)?$|^(?:搜索|查找|搜一?下|查一?下|找一?下|找找|找到?|定位)(?:一下)?(?:说|讲|提|谈)?(?:到|了|过)?(?:关于)?(«\d+»|.+?)(?:的(?:地方|那?句话?|部分|位置|内容))$|^(?:搜索|查找)(?:一下)?(«\d+»|\p{Script=Han}{2,12})$/u;

/** "where do I say …?", "find the part about …", "show the transcript". */
export const findWords: Intent = {
  name: 'find-words',
  read: ({ words, quotes }) => {
    if (
      /^(?:transcribe|write down|type out)\b|\btranscri(?:be|ption)\b|\b(?:show|give|get|print|make|create|generate|read|see|need|write)\b.*\btranscripts?\b|^(?:the )?(?:full )?transcripts?$|^what (?:is|was|gets|do i|did i|do we|does (?:he|she)|are they) (?:being )?(?:said|say|saying|spoken|talking about)(?: in (?:it|the (?:video|recording)|here))?$|转写|听写|转成文字|文字稿|逐字稿|(?:说|讲)了(?:些)?什么|说的(?:是)?什么/.test(
        words,
      )
    )
      // prettier-ignore
      return has(words, removing) ? undefined : call('find_words');
    const found = seeking.exec(words) ?? finding.exec(words) ?? seekingChinese.exec(words);
    const text = found?.slice(1).find((part) => part !== undefined);
    if (text === undefined) return undefined;
    const query = /«\d+»/.test(text) ? quotes[0] : text.replace(/^(?:the words? |that )/, '').replace(/\b(?: in (?:the|my) (?:video|recording|talk)| exactly| again)+$/, '').trim(); // prettier-ignore
    if (query === undefined || query === '' || /^(?:it|that|this|the (?:scenes?|shots?|cuts?|pauses?))$/.test(query))
      return undefined;
    return call('find_words', { query: query.slice(0, 300) });
  },
};

/** Chapters, titles, show notes and summaries of what is said. */
export const notes: Intent = {
  name: 'notes',
  read: ({ words, quotes, times }) => {
    if (quotes.length > 0 || times.length > 0 || has(words, removing)) return undefined;
    const writes = /\b(?:make|create|add|generate|write|give me|suggest|list|need|want|propose|find|come up with|draft|split (?:it|the video) into|divide (?:it|the video) into|put|show|what are|mark)\b|生成|写|加|做|列|给|建议|推荐|想|分成?|整理|标出|来|总结|概括/.test(words); // prettier-ignore
    if (/\bshow[- ]?notes\b|\b(?:episode|podcast|video) (?:notes|description)\b|节目(?:说明|笔记|备注|简介)|视频简介|简介文案/.test(words)) return call('write_notes', { kind: 'show_notes' }); // prettier-ignore
    if (
      /^(?:summari[sz]e|sum up)\b(?! (?:the |what )?(?:changes|edits|you))|\b(?:a |the )?summary of (?:the|this|my|what)(?! (?:changes|edits))|\bsummary$|^(?:总结|概括|摘要)|(?:写|生成|做|来)(?:一?[个份段])?(?:内容)?(?:摘要|总结|概要)|总结一?下?(?:视频|内容|这段)/.test(
        words,
      )
    )
      // prettier-ignore
      return call('write_notes', { kind: 'summary' });
    if (/\bchapters?\b(?! (?:title|card|style|name|look))|章节/.test(words) && writes) {
      const show = /\badd\b|\bput\b|\bon (?:the )?(?:screen|picture|video)\b|\binto the video\b|\bcards?\b|加|显示|画面/.test(
        words,
      );
      return call('write_notes', { kind: 'chapters', ...(show ? { show: true } : {}) });
    }
    if (
      /\b(?:titles?|headlines?|names?) (?:ideas?|suggestions?|options?|for (?:the|this|my) (?:video|episode|podcast|clip|talk))\b|\b(?:suggest|propose|come up with|give me|think of|what would be)\b.*\b(?:titles|a (?:good |better |catchy )?title|headlines?|name for)\b|标题(?:建议|方案|灵感)|(?:想|取|起|推荐|建议)[几一些个]*(?:视频)?(?:标题|名字)/.test(
        words,
      )
    )
      // prettier-ignore
      return call('write_notes', { kind: 'titles' });
    return undefined;
  },
};
