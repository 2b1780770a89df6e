/** How long words take to say, before anybody says them. */

/** The pace of a voice; seconds for each. */
export type SpeakingRate = {
  readonly letter: number;
  /** A comma, a colon, a semicolon. */
  readonly comma: number;
  /** Between two sentences. */
  readonly stop: number;
  /** Added once: what a voice takes to begin and to end. */
  readonly once: number;
  /** A Chinese character. */
  readonly character: number;
};

/** 150 words a minute of English, 240 characters a minute of Chinese. Source: CRAFT of writing. */
export const plainRate: SpeakingRate = { letter: 0.077, comma: 0.25, stop: 0.4, once: 0.2, character: 0.25 };

/** Words a minute that `plainRate` comes to. */
const wordsPerSecond = 2.5;
const charactersPerSecond = 4;

const han = /\p{Script=Han}/gu;

/** Seconds that `text` takes at a rate; numbers are read out, so that a digit counts as a short word. */
export function estimateSeconds(text: string, rate: SpeakingRate = plainRate): number {
  const spoken = text.normalize('NFKC').trim();
  if (spoken === '') return 0;
  const characters = count(spoken, han);
  const letters = count(spoken.replace(han, ''), /[\p{L}]/gu) + 4 * count(spoken, /\p{N}/gu);
  const stops = count(spoken.replace(/[.!?。！？…\s]+$/u, ''), /[.!?…](?=\s)|[。！？]/gu);
  const commas = count(spoken.replace(/[,，、;；:：\s]+$/u, ''), /[,;:](?=\s)|[，、；：]|\s[—–-]\s/gu);
  return rate.once + letters * rate.letter + characters * rate.character + commas * rate.comma + stops * rate.stop;
}

/** A rate that is `factor` times as long. */
export function scaleRate(rate: SpeakingRate, factor: number): SpeakingRate {
  return {
    letter: rate.letter * factor,
    comma: rate.comma * factor,
    stop: rate.stop * factor,
    once: rate.once * factor,
    character: rate.character * factor,
  };
}

/** Words, or characters of Chinese, that fit into a time at the plain rate; 0 where there is no room for a sentence. */
export function wordsIn(seconds: number, language: 'en' | 'zh'): number {
  const words = Math.floor(seconds * (language === 'zh' ? charactersPerSecond : wordsPerSecond));
  return words < 3 ? 0 : words;
}

/** Words of a text, a Chinese character being one. */
export function countWords(text: string): number {
  return count(text, han) + count(text.replace(han, ' '), /[\p{L}\p{N}]+(?:['’.-][\p{L}\p{N}]+)*/gu);
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
