/** Wishes about sound that does not lie with its picture. */
import { mediaNameIn } from '../amounts.ts';
import type { Clause } from '../clause.ts';
import { call, type Intent } from '../intent.ts';

const sound = '(?:audio|sound|voice|soundtrack|track|dialogue|声音|音频|音轨|人声|对白|话音)';

/** "Put this audio on the video", "replace the sound with my recording": a sound that is to be the video's. */
const puts =
  /\b(?:put|lay|use|place|add)\b.*\b(?:this|my|that|uploaded|recorded)\b(?: \w+)? ?(?:voice-?over|voice over|narration)(?: file| track| recording)?\b.*\b(?:on|onto|over|under|to|with|for)\b.*\b(?:video|picture|footage|clip)\b|\buse\b.*\b(?:audio|sound|recording)\b.*\binstead of\b.*\b(?:audio|sound)\b|\b(?:put|lay|use|place)\b.*\b(?:this|the|my|that|uploaded|separate|new)\b(?: \w+)? ?(?:audio|sound|recording|voice track|dialogue)(?: file| track)?\b.*\b(?:on|onto|over|under|to|with|for|as)\b.*\b(?:video|picture|footage|clip|sound|audio|soundtrack)\b|\b(?:replace|swap|exchange)\b.*\b(?:audio|sound|soundtrack)\b.*\b(?:with|for|by)\b.*(?:\b(?:recording|audio file|sound file|voice|dub|this audio|the other audio)\b|\.(?:wav|mp3|m4a|aac|flac|ogg|opus)\b)|\bdub\b.*\bwith (?:this|the|my|that)\b.*\b(?:audio|sound|recording|voice|file)\b|(?:用|把)(?:这|那|我|上传)?.{0,4}(?:录音|音频|声音文件).{0,4}(?:替换|换掉|代替).{0,4}(?:原声|声音|音频)|(?:原声|声音|音频)(?:替换|换)成.{0,6}(?:录音|音频)|把.{0,4}(?:录音|音频).{0,3}(?:放到|配到|加到|铺到).{0,3}(?:视频|画面)/;

export const syncAudio: Intent = {
  name: 'sync-audio',
  read: (clause) => {
    const { words, negated } = clause;
    if (negated) return undefined;
    const about = new RegExp(sound).test(words);
    const seconds = amountIn(clause);
    if (seconds !== undefined && about) {
      const later = directionOf(words, /[-−]\s*⟦0⟧/.test(words));
      if (later !== undefined) return call('sync_audio', { sound_later_ms: Math.round(later * seconds * 1000) });
    }
    if (puts.test(words)) {
      const recording = mediaNameIn(clause);
      return call('sync_audio', { or_start_together: true, ...(recording === undefined ? {} : { recording }) });
    }
    const beats = /\b(?:beats?|music|song|rhythm|bgm)\b|节拍|节奏|音乐|卡点|\bvoice-?over\b|\bnarrat|\bcuts\b|旁白/.test(words);
    const asks =
      /\b(?:re-?)?sync(?:s|ed|ing|hroni[sz]e[ds]?|hroni[sz]ing)?\b|\blip[- ]?sync|\bout of sync\b|\b(?:lips?|mouth)\b.*\b(?:not|n't)\b.*\b(?:match|fit)|\b(?:external|separate|lav|recorder|boom|shotgun)\b.*\b(?:instead of|replaces?|rather than)\b|(?:声音|音频|人声|嘴型|口型).*(?:对不上|不匹配|不一致|不同步)|音画(?:不)?同步|声画(?:不)?同步|音画对齐|对口型|口型/.test(
        words,
      );
    const aligns =
      about &&
      /\b(?:align|line up|match)\b.*\b(?:video|picture|camera|footage|recording|recorder|audio|sound)\b|对齐|对上|同步/.test(
        words,
      );
    return !beats && (asks || aligns) ? call('sync_audio') : undefined;
  },
};

/** The one length that is named; 推后80毫秒 reads as the last 80 ms, 提前80毫秒 as the first. */
function amountIn({ times, stretches, words }: Clause): number | undefined {
  if (times.length === 1 && stretches.length === 0) return times[0];
  const [stretch] = stretches;
  if (stretch === undefined || stretches.length > 1 || times.length > 0 || !/[推移延提]|往|向/.test(words)) return undefined;
  if (stretch.end === 'end' && typeof stretch.start === 'number') return Math.abs(stretch.start);
  return stretch.start === 'start' && typeof stretch.end === 'number' ? stretch.end : undefined;
}

/** 1 to move the sound later, −1 earlier: what it is said to be, turned round, or what is asked to be done with it. */
function directionOf(words: string, minus: boolean): number | undefined {
  const complaint = /\b(?:is|are|was|comes?|lags?|runs?|lagging|seems?)\b.*|晚了|早了|慢了|快了|滞后|延迟了|提前了|超前/.test(
    words,
  );
  const late = /\b(?:late|behind|lags?|lagging|delayed|after)\b|晚了|慢了|滞后|落后|延迟了/.test(words);
  const early = /\b(?:early|ahead|before|too soon)\b|早了|快了|超前|提前了/.test(words);
  if (complaint && late !== early) return late ? -1 : 1;
  const moves =
    /\b(?:shift|move|slide|nudge|delay|push|offset|pull|bring|advance)\b|移动?|推迟|推后|延后|延迟|推|延|提|提前|往前|往后|向前|向后|偏移/.test(
      words,
    );
  if (!moves) return undefined;
  if (/\b(?:earlier|forward in time|advance|pull|back(?:wards)? by|sooner|to the left)\b|提|往前|向前/.test(words))
    return minus ? 1 : -1;
  return minus ? -1 : 1;
}
