/** Words of a caption with their times: the stretches of its text that have one, and back. */
import { ticks, type Ticks } from '#core/time';
import { limits, type TextWord } from '#core/timeline';
import { cleanCueText, type Cue } from './cue.ts';

const spoken = /[\p{L}\p{N}\p{Emoji_Presentation}]/u;

/** A part of a caption's text and when it is spoken, from the cue's start; without times: nobody says when. */
export type Stretch = { readonly text: string; readonly start?: Ticks; readonly end?: Ticks };

/** The text as stretches: every word at its place, what lies between them without times. Undefined where the words are not in the text. */
export function toStretches({ text, words }: Cue): Stretch[] | undefined {
  if (words === undefined || words.length === 0) return undefined;
  const stretches: Stretch[] = [];
  let from = 0;
  for (const word of words) {
    const at = text.indexOf(word.text, from);
    if (at < 0) return undefined;
    if (at > from) stretches.push({ text: text.slice(from, at) });
    stretches.push(word);
    from = at + word.text.length;
  }
  if (from < text.length) stretches.push({ text: text.slice(from) });
  // Letters before the first word or after the last would be spoken at no time.
  return stretches.every(({ text: part, start }) => start !== undefined || !spoken.test(part)) ? stretches : undefined;
}

/** A part of a cue's text up to the next stamp; `at` is its stamp, from the cue's start. */
export type StampedPart = { readonly text: string; readonly at: Ticks };

/**
 * The words that stamped parts give: each part with letters from its stamp to the next one, kept inside the cue and in order.
 * Undefined where there are none.
 */
export function wordsOf(parts: readonly StampedPart[], duration: Ticks): TextWord[] | undefined {
  // More than a text can hold: nobody speaks so much in one caption.
  if (parts.length > limits.textLength) return undefined;
  const words: TextWord[] = [];
  let latest = 0;
  parts.forEach(({ text, at }, index) => {
    const start = Math.max(latest, Math.min(at, duration));
    const end = Math.max(start, Math.min(parts[index + 1]?.at ?? duration, duration));
    latest = start;
    const word = cleanCueText(text).replaceAll('\n', ' ');
    // A comma between two stamps is a pause, not a word.
    if (spoken.test(word)) words.push({ text: word, start: ticks(start), end: ticks(end) });
  });
  return words.length === 0 ? undefined : words;
}
