/** Words as captions: lines that can be read, shown while they are spoken. */
import type { Transcript, Word } from '#core/facts';
import { breakLines, captionRules, textWidth, wordsFrom, type Cue } from '#core/interchange';
import {
  addTicks,
  frameDuration,
  maxTicks,
  minTicks,
  seconds,
  subtractTicks,
  ticks,
  type FrameRate,
  type Ticks,
} from '#core/time';
import { sentencesOf } from './sentences.ts';
import { joinWords } from './word-text.ts';

const room = captionRules.lineCharacters * captionRules.lines;
/** A breath within a sentence ends a caption where it has lasted a while. */
const breath = seconds(0.7);
const longest = seconds(6.5);
/** A caption stays this much longer than its last word, where there is room. */
const linger = seconds(0.35);

export type CaptionShape = {
  readonly frameRate: FrameRate;
  /** Characters at once; absent: two lines of 42. Small numbers give captions word by word. */
  readonly characters?: number;
};

/** Captions of words in their own time: after sentences, else where one breathes or the lines are full. Times of words are kept. */
export function captionCues(transcript: Pick<Transcript, 'words'>, shape: CaptionShape): Cue[] {
  const groups = sentencesOf(transcript).flatMap(({ first, last }) =>
    split(transcript.words.slice(first, last + 1), shape.characters ?? room),
  );
  const apart = ticks(frameDuration(shape.frameRate) * captionRules.framesApart);
  return groups.map((words, index): Cue => {
    const start = words[0]!.start;
    const spoken = words.at(-1)!.end;
    const read = seconds(Math.max(1, textWidth(joinWords(words)) / captionRules.charactersPerSecond));
    const wanted = maxTicks(addTicks(spoken, linger), addTicks(start, read));
    const next = groups[index + 1]?.[0]?.start;
    // Captions that nearly touch do: a gap of some frames flickers.
    const end = next === undefined ? wanted : wanted > next - 2 * apart && wanted < next ? next : minTicks(wanted, next);
    const text = breakLines(joinWords(words));
    return { start, end: maxTicks(end, (start + 1) as Ticks), text, words: wordsFrom(start, inside(words, end)) };
  });
}

function inside(words: readonly Word[], end: Ticks): { readonly text: string; readonly start: Ticks; readonly end: Ticks }[] {
  return words.map(({ text, start, end: to }) => ({ text, start: minTicks(start, end), end: minTicks(to, end) }));
}

/** Even parts rather than a full one and a rest. */
function split(words: readonly Word[], characters: number): (readonly Word[])[] {
  const width = textWidth(joinWords(words));
  const duration = subtractTicks(words.at(-1)!.end, words[0]!.start);
  const parts = Math.max(Math.ceil(width / characters), Math.ceil(duration / longest));
  if (parts <= 1 || words.length < 2) return [words];
  const at = bestBreak(words, parts, characters);
  return [words.slice(0, at), ...split(words.slice(at), characters)];
}

/** Before which word the first of so many parts ends: near its share, rather after punctuation or a breath, rather not after a small word. */
function bestBreak(words: readonly Word[], parts: number, characters: number): number {
  const whole = textWidth(joinWords(words));
  let best = 1;
  let least = Infinity;
  for (let at = 1; at < words.length; at++) {
    const width = textWidth(joinWords(words.slice(0, at)));
    if (width > characters && at > 1) break;
    const [before, next] = [words[at - 1]!, words[at]!];
    const gap = next.start - before.end;
    const cost =
      Math.abs(width - whole / parts) / characters -
      (/[,;:—–，、；：]$/u.test(before.text) ? 0.25 : 0) -
      Math.min(0.4, (0.4 * gap) / breath) +
      (/^(?:a|an|the|of|to|in|on|at|for|and|or|but|with|my|your|is|are)$/i.test(before.text) ? 0.15 : 0);
    if (cost < least) [least, best] = [cost, at];
  }
  return best;
}
