/** Wishes about scripts, narration, its takes, and captions in another language. */
import type { Clause } from '../clause.ts';
import { call, has, removing, type Intent } from '../intent.ts';

const scriptWords =
  /\bscripts?\b|\bvoice-?over (?:text|copy|lines?)\b|\bnarration (?:text|lines?)\b|脚本|文案|(?:旁白|解说|配音)(?:词|稿|文)/;
const narrationWords = /\bnarrat(?:e|es|ed|ing|ion|ions|or)\b|\bvoice-?overs?\b|\bvoice over\b|旁白|解说|配音|朗读/;
/** Sound that a person recorded: not what is spoken here. */
const recorded =
  /\b(?:my|our|his|her|the (?:attached|uploaded|recorded)|uploaded|recorded|attached|separate) (?:own )?(?:voice-?over|voice over|narration|recording)|\b(?:voice-?over|narration) (?:recording|track|file)\b|(?:我的|上传的|录好的|录制的)(?:旁白|配音|解说|录音)/;
/** What is done to speech that is there: wishes of other kinds. */
const aboutSound =
  /\b(?:sync|align|noise|denoise|clean|trim|pauses?|silence|louder|quieter|volume|level|loudness|normali[sz]e|fade|mute|unmute|duck|cut|fillers?|enhance|echo|reverb|speed)\w*\b|同步|对齐|噪|停顿|音量|响度|静音|淡|剪|大声|小声/;

const tones: readonly (readonly [RegExp, string, string])[] = [
  [/\bfriendly\b|\bwarm\b|\bwelcoming\b|亲切|友好|温暖/, 'friendly', '亲切'],
  [/\bprofessional\b|\bbusiness\b|\bcorporate\b|\bformal\b|专业|正式|商务/, 'professional', '专业'],
  [/\benerg\w+|\bexcit\w+|\blively\b|\bupbeat\b|\bpunchy\b|活泼|有活力|热情|激情|欢快/, 'energetic', '活泼'],
  [/\bcalm\b|\brelax\w*|\bsoothing\b|\bgentle\b|舒缓|平静|温柔/, 'calm', '平静'],
  [/\bfunny\b|\bhumorous\b|\bhumou?r\b|\bwitty\b|\bplayful\b|幽默|搞笑|风趣/, 'funny', '幽默'],
  [/\bdramatic\b|\bepic\b|\bcinematic\b|戏剧|震撼|史诗/, 'dramatic', '震撼'],
  [/\bserious\b|\bsober\b|严肃|庄重/, 'serious', '严肃'],
  [/\bcasual\b|\bconversational\b|\brelaxed\b|\bchatty\b|随意|口语/, 'casual', '随意'],
  [/\bpersuasive\b|\bconvincing\b|\bsalesy?\b|\bpromotional\b|有说服力|推销|带货/, 'persuasive', '有说服力'],
  [/\binspir\w+|\bmotivat\w+|励志|鼓舞/, 'inspiring', '励志'],
  [/\bcompelling\b|\bengaging\b|\bcatchy\b|引人入胜|吸引人/, 'engaging', '吸引人'],
  [/\bplain\b|\bsimple\b|\bclear\b|简洁|简单|清楚/, 'plain', '简洁'],
];

/** "write a friendly voiceover script, 60 seconds". */
export const writeScript: Intent = {
  name: 'write-script',
  read: (clause) => {
    const { words } = clause;
    const writes =
      /\b(?:writ(?:e|es|ing|ten)|draft(?:s|ing)?|generat(?:e|es|ing)|creat(?:e|es|ing)|make|making|compose|come up with|produce|prepare|need|give me|suggest|rewrite|redo)\b|写|撰写|生成|起草|创作|编|拟|来[一份个段]|出[一份个段]|给我|做/;
    const about = scriptWords.test(words);
    const isWriting = /\bwrit(?:e|es|ing)\b|\bdraft|写|撰|起草/.test(words) && narrationWords.test(words);
    if (
      !(about && (writes.test(words) || /^(?:a |the )?(?:\w+ )?(?:voice-?over |narration )?scripts?\b/.test(words))) &&
      !isWriting
    )
      return undefined;
    if (speaking.test(words) || has(words, `${removing}`)) return undefined;
    return call('write_script', wishIn(clause));
  },
};

/** Verbs that make a script heard. */
const speaking =
  /\b(?:speak|spoken|say|read(?: it| this| the script)? (?:out|aloud|it)|read (?:out|aloud)|record|voice (?:it|the|this)|turn\b.*\binto (?:a )?(?:narration|voice-?over|speech)|narrate)\b|朗读|读出|念出|念一[遍下]|录[成制]|配[上成]?(?:旁白|解说|音)/;

/** "narrate the video", "speak the script", "add a voiceover". */
export const narrate: Intent = {
  name: 'narrate',
  read: (clause) => {
    const { words } = clause;
    const changed = changeOf(clause);
    if (changed !== undefined) return changed;
    const takes = takeOf(clause);
    if (takes !== undefined) return takes;
    const about = narrationWords.test(words);
    if (recorded.test(words)) return undefined;
    if (
      about &&
      (has(words, removing) || /\b(?:take)\b.*\b(?:out|off|away)\b|去掉|删|移除|取消|不要/.test(words)) &&
      !/\b(?:noise|pauses?|silence|fillers?)\b|噪|停顿/.test(words)
    ) {
      // Speech that was recorded is called a voice-over as well: only narration is surely ours.
      return /\bnarrat|旁白|解说/.test(words) && clause.stretches.length === 0 && clause.times.length === 0
        ? call('remove_narration')
        : undefined;
    }
    if (aboutSound.test(words)) return undefined;
    const asks =
      (scriptWords.test(words) && speaking.test(words)) ||
      (about &&
        (speaking.test(words) ||
          /\b(?:add|generate|generating|create|creating|make|making|produce|do|put|give|need|lay|insert|with)\b|加|配|生成|添|做|来/.test(
            words,
          ))) ||
      /^(?:an? |the )?(?:voice-?over|voice over|narration)(?: (?:please|from|for|over|in)\b.*)?$/.test(words) ||
      /^(?:旁白|配音|解说)$/.test(words);
    if (!asks) return undefined;
    const [text] = clause.quotes;
    const [at] = clause.times;
    if (text !== undefined && at !== undefined)
      return call('speak_script', { lines: [{ text, start: `${Number(at.toFixed(3))}s` }], add: true, ...voiceIn(words) });
    return call('speak_script', { ...(text === undefined ? {} : { text }), ...voiceIn(words) });
  },
};

/** `change line 2 to "…"`. */
function changeOf({ words, quotes }: Clause) {
  const number =
    /\b(?:change|replace|rewrite|set|make|say)\b.*?\b(?:line|sentence) (?:no\.? ?|number |#)?(\d{1,3})\b/.exec(words)?.[1] ??
    /(?:把|将)?第\s*([一二三四五六七八九十\d]{1,3})\s*句(?:旁白|台词|解说|配音)?.*(?:改|换|说)/.exec(words)?.[1];
  const text = quotes.at(-1);
  return number === undefined || text === undefined
    ? undefined
    : call('speak_script', { changes: [{ line: numeral(number), text }] });
}

/** "another take, slower", "use take 1", "try a male voice". */
function takeOf({ words, quotes }: Clause) {
  const number =
    /\b(?:use|take|go back to|switch to|back to|pick|choose|keep|want|prefer)\b.*?\b(?:take|version) (?:no\.? ?|number |#)?(\d{1,3})\b.*|^take (?:no\.? ?|number |#)?(\d{1,3})$/.exec(
      words,
    );
  const chinese =
    /(?:用|换回|改用|选|回到).*?第\s*([一二三四五六七八九十\d]{1,3})\s*(?:版|条|遍|次|个)\s*(?:旁白|配音|解说|录音)?/.exec(words);
  const isTake = number !== null && (/\btake \S*\d/.test(words) || narrationWords.test(words));
  if (isTake) return call('speak_script', { take: Number(number[1] ?? number[2]) });
  if (chinese !== null && narrationWords.test(words)) return call('speak_script', { take: numeral(chinese[1]!) });
  const another =
    /\b(?:another|new|different|second|fresh|one more) (?:take|reading|narration)\b|\b(?:re-?record|redo|read again)\b.*\b(?:narration|voice-?over|script|take)\b|再(?:录|读|念|来)一[遍条版次]|重新(?:录|读|念|配)|换一[版条遍](?:旁白|配音|解说)?|另一?[版条](?:旁白|配音|解说)/.test(
      words,
    );
  const voice =
    /\b(?:male|female|man's|woman's|men's|women's|man|woman|another|different|other|new) voice\b|\bvoice of (?:a )?(?:man|woman)\b|男声|女声|(?:换|另一?)[个种]?(?:声音|嗓音|音色)/.test(
      words,
    );
  const pace =
    /\bnarrat|旁白|解说/.test(words) &&
    /\b(?:speed up|slow down|slower|faster|more slowly|quicker)\b|[慢快](?:一?[点些])/.test(words)
      ? paceIn(words)
      : /\b(?:speak|read|say|talk)\b.*\b(?:slower|faster|more slowly|more quickly|quicker)\b|(?:读|念|说)(?:得)?(?:再|更)?(?:慢|快)/.test(
            words,
          )
        ? paceIn(words)
        : undefined;
  const named = /\bvoice «\d+»|«\d+» voice|声音«\d+»/.test(words) ? quotes[0] : undefined;
  if (!another && !voice && pace === undefined && named === undefined) return undefined;
  return call('speak_script', {
    ...(another ? { another: true } : {}),
    ...(pace === undefined ? (another ? paceWish(words) : {}) : { pace }),
    ...(named === undefined ? voiceIn(words) : { voice: named }),
  });
}

function voiceIn(words: string): Readonly<Record<string, unknown>> {
  if (/\b(?:female|woman|woman's|women's)\b|女声|女生/.test(words)) return { sex: 'female' };
  if (/\b(?:male|man|man's|men's)\b|男声|男生/.test(words)) return { sex: 'male' };
  if (/\b(?:another|different|other|new) voice\b|(?:换|另一?)[个种]?(?:声音|嗓音|音色)/.test(words))
    return { another_voice: true };
  return {};
}

function paceIn(words: string): 'slower' | 'faster' {
  return /\bslow|慢/.test(words) ? 'slower' : 'faster';
}

function paceWish(words: string): Readonly<Record<string, unknown>> {
  return /\bslow|\bfast|\bquick|慢|快/.test(words) ? { pace: paceIn(words) } : {};
}

function numeral(text: string): number {
  const digits = '零一二三四五六七八九十';
  return /^\d+$/.test(text) ? Number(text) : Math.max(1, digits.indexOf(text.at(-1)!));
}

/** Tone, length and subject. */
function wishIn({ words, times, quotes, stretches }: Clause): Readonly<Record<string, unknown>> {
  const tone = toneIn(words);
  const [length] = times;
  const [stretch] = stretches;
  // 60秒 at the front of a sentence reads as the first 60 seconds.
  const seconds = length ?? (stretch?.start === 'start' && typeof stretch.end === 'number' ? stretch.end : undefined);
  return {
    ...(tone === undefined ? {} : { tone }),
    ...(seconds === undefined || seconds < 3 ? {} : { length_seconds: seconds }),
    ...(quotes[0] === undefined ? {} : { topic: quotes[0] }),
    ...(/\bin chinese\b|\bmandarin\b|用中文|中文(?:脚本|旁白)/.test(words) ? { language: 'zh' } : {}),
    ...(/\bin english\b|用英[文语]|英[文语](?:脚本|旁白)/.test(words) ? { language: 'en' } : {}),
  };
}

/** The tone that words name, as the tool is told it. */
export function toneIn(words: string): string | undefined {
  const named =
    /\b(?:in an? |with an? )([a-z][a-z -]{2,30}?) (?:tone|style|voice)\b/.exec(words)?.[1] ??
    /语气(?:要|是|为)?(\p{Script=Han}{2,6}?)(?:一?[点些]|的|$)/u.exec(words)?.[1];
  const found = tones.find(([pattern]) => pattern.test(named ?? words));
  return found === undefined ? named : /\p{Script=Han}/u.test(words) ? found[2] : found[1];
}

const languages: readonly (readonly [RegExp, string, string])[] = [
  [/\bbrazilian\b|巴西/, 'Brazilian Portuguese', '巴西葡萄牙语'],
  [/\bspanish\b|西班牙/, 'Spanish', '西班牙语'],
  [/\bfrench\b|法[语文]/, 'French', '法语'],
  [/\bgerman\b|德[语文]/, 'German', '德语'],
  [/\bitalian\b|意大利/, 'Italian', '意大利语'],
  [/\bportuguese\b|葡萄牙/, 'Portuguese', '葡萄牙语'],
  [/\bdutch\b|荷兰/, 'Dutch', '荷兰语'],
  [/\bpolish\b|波兰/, 'Polish', '波兰语'],
  [/\brussian\b|俄[语文]/, 'Russian', '俄语'],
  [/\bukrainian\b|乌克兰/, 'Ukrainian', '乌克兰语'],
  [/\bturkish\b|土耳其/, 'Turkish', '土耳其语'],
  [/\barabic\b|阿拉伯/, 'Arabic', '阿拉伯语'],
  [/\bhebrew\b|希伯来/, 'Hebrew', '希伯来语'],
  [/\bhindi\b|印地/, 'Hindi', '印地语'],
  [/\bjapanese\b|日[语文]/, 'Japanese', '日语'],
  [/\bkorean\b|韩[语文]/, 'Korean', '韩语'],
  [/\bvietnamese\b|越南/, 'Vietnamese', '越南语'],
  [/\bthai\b|泰[语文]/, 'Thai', '泰语'],
  [/\bindonesian\b|印尼/, 'Indonesian', '印尼语'],
  [/\bswedish\b|瑞典/, 'Swedish', '瑞典语'],
  [/\bgreek\b|希腊/, 'Greek', '希腊语'],
  [/\btraditional chinese\b|繁体/, 'Traditional Chinese', '繁体中文'],
  [/\bchinese\b|\bmandarin\b|中文|汉语|简体/, 'Simplified Chinese', '简体中文'],
  [/\benglish\b|英[语文]/, 'English', '英语'],
];

/** "translate the captions to Spanish", 把字幕翻译成英文. */
export const translate: Intent = {
  name: 'translate-captions',
  read: ({ words }) => {
    const asks =
      (/\btranslat/.test(words) && /\b(?:captions?|subtitles?|subs)\b/.test(words)) ||
      (/翻译|译[成为]/.test(words) && /字幕/.test(words)) ||
      (/\bbilingual\b.*\b(?:captions?|subtitles?)\b|双语字幕/.test(words) && languages.some(([pattern]) => pattern.test(words)));
    if (!asks) return undefined;
    // "From Chinese to Spanish": what comes after "to" is meant.
    const target = /\b(?:in)?to (.*)$/.exec(words)?.[1] ?? /[成为到](.*)$/.exec(words)?.[1] ?? words;
    const found = languages.find(([pattern]) => pattern.test(target)) ?? languages.find(([pattern]) => pattern.test(words));
    const named =
      found === undefined ? /\b(?:in)?to ([a-z]{3,20})\b/.exec(words)?.[1] : /\p{Script=Han}/u.test(words) ? found[2] : found[1];
    if (named === undefined) return undefined;
    const both = /\bbilingual\b|\bboth\b|\bbelow\b|\bkeep(?:ing)? the original\b|双语|保留原文/.test(words);
    return call('translate_captions', { language: named, ...(both ? { both: true } : {}) });
  },
};
