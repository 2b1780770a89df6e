/** A caption: what subtitle files hold and text tracks show. */
import type { Ticks } from '#core/time';
import type { TextStyle, TextWord } from '#core/timeline';

export type Cue = {
  /** In the time its owner names: of the timeline, or of one asset. `end` is later than `start`. */
  readonly start: Ticks;
  readonly end: Ticks;
  /** Literal, lines parted by `\n`, never empty and without blank lines. */
  readonly text: string;
  /** When each word, or stretch of words, is spoken, from the cue's start, in order. Only where the source says so. */
  readonly words?: readonly TextWord[];
  /** How it looks, where that is known. */
  readonly style?: TextStyle;
};

/** Cues by start, then end; equal ones keep their order. */
export function sortCues<Some extends Cue>(cues: readonly Some[]): Some[] {
  return cues.toSorted((a, b) => a.start - b.start || a.end - b.end);
}

/** A caption's words without what no caption holds: control characters, blank lines, space at the ends of lines. Empty where nothing is left. */
export function cleanCueText(text: string): string {
  return text
    .split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)
    .map((line) => line.replaceAll(/\p{Cc}/gu, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
}
