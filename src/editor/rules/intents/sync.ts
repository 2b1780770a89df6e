/** Wishes about sound that does not lie with its picture. */
import type { Clause } from '../clause.ts';
import { call, type Intent } from '../intent.ts';

const sound = '(?:audio|sound|voice|soundtrack|track|dialogue|声音|音频|音轨|人声|对白|话音)';

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
    const beats = /\b(?:beats?|music|song|rhythm|bgm)\b|节拍|节奏|音乐|卡点|\bvoice-?over\b|\bnarrat|\bcuts\b|旁白/.test(words);
    const asks =
      /\b(?:re-?)?sync(?:s|ed|ing|hroni[sz]e[ds]?|hroni[sz]ing)?\b|\blip[- ]?sync|\bout of sync\b|音画(?:不)?同步|声画(?:不)?同步|音画对齐|对口型|口型/.test(
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
