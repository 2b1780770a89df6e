/** Words in proportion to their letters over the stretches in which somebody speaks: for texts that nobody can pronounce here. */
import { rangeEnd, totalDuration, type Ticks, type TimeRange } from '#core/time';

export type SpreadWord = { readonly start: Ticks; readonly end: Ticks; readonly fit: number };

/** In order; words do not reach over pauses further than the proportion makes them. */
export function spreadOverSpeech(words: readonly { readonly text: string }[], speech: readonly TimeRange[]): SpreadWord[] {
  const weights = words.map(({ text }) => Math.max(1, Array.from(text).length));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const spoken = totalDuration(speech);
  let before = 0;
  let last = 0;
  return weights.map((weight) => {
    const start = Math.max(last, placeOf((spoken * before) / whole, speech, 'after'));
    before += weight;
    const end = Math.max(start + 1, placeOf((spoken * before) / whole, speech, 'before'));
    last = end;
    return { start: start as Ticks, end: end as Ticks, fit: -4 };
  });
}

/** Where so much has been spoken; on a border the end of the stretch before, or the start of the one after. */
function placeOf(amount: number, speech: readonly TimeRange[], side: 'before' | 'after'): number {
  let left = amount;
  for (const range of speech) {
    if (side === 'before' ? left <= range.duration : left < range.duration) return Math.round(range.start + left);
    left -= range.duration;
  }
  const last = speech.at(-1);
  return last === undefined ? 0 : rangeEnd(last);
}
