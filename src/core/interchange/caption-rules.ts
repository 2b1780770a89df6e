/** The rules of readable captions, and cues brought closer to them. */
import {
  addTicks,
  formatClock,
  formatSeconds,
  frameDuration,
  scaleTicks,
  seconds,
  subtractTicks,
  ticks,
  toSeconds,
  type FrameRate,
  type Ticks,
} from '#core/time';
import type { TextWord } from '#core/timeline';
import { cleanCueText, sortCues, type Cue } from './cue.ts';
import { tally } from './exported.ts';
import { toStretches } from './word-stamps.ts';

/** docs/reference/interchange.md gives the reasons. */
export const captionRules = {
  lineCharacters: 42,
  lines: 2,
  charactersPerSecond: 17,
  shortest: seconds(1),
  framesApart: 2,
} as const;

export type CaptionFault = {
  readonly rule: 'line' | 'lines' | 'speed' | 'short' | 'close';
  /** Place in the sorted list, from 0. */
  readonly index: number;
  /** `At 0:12 a line has 57 characters, 42 are readable`. */
  readonly sentence: string;
};

/** Width of a text as readers take it in: a CJK character counts as two. */
export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text))
    width += /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60]/u.test(segment) ? 2 : 1;
  return width;
}

/** Everything that a reader would stumble over, in order. */
export function checkCaptions(cues: readonly Cue[], frameRate: FrameRate): CaptionFault[] {
  const sorted = sortCues(cues);
  const apart = ticks(frameDuration(frameRate) * captionRules.framesApart);
  return sorted.flatMap((cue, index): CaptionFault[] => {
    const at = `At ${formatClock(cue.start)}`;
    const lines = cue.text.split('\n');
    const widest = Math.max(...lines.map(textWidth));
    const duration = subtractTicks(cue.end, cue.start);
    const speed = textWidth(lines.join(' ')) / Math.max(0.001, toSeconds(duration));
    const next = sorted[index + 1];
    const gap = next === undefined ? apart : subtractTicks(next.start, cue.end);
    const fault = (rule: CaptionFault['rule'], sentence: string): CaptionFault => ({
      rule,
      index,
      sentence: `${at} ${sentence}`,
    });
    return [
      ...(widest > captionRules.lineCharacters
        ? [fault('line', `a line has ${widest} characters, ${captionRules.lineCharacters} are readable`)]
        : []),
      ...(lines.length > captionRules.lines
        ? [fault('lines', `there are ${lines.length} lines, ${captionRules.lines} are readable`)]
        : []),
      ...(speed > captionRules.charactersPerSecond + 0.5
        ? [
            fault(
              'speed',
              `${Math.round(speed)} characters a second are to be read, ${captionRules.charactersPerSecond} are comfortable`,
            ),
          ]
        : []),
      ...(duration < captionRules.shortest
        ? [fault('short', `a caption is shown for ${formatSeconds(duration, 2)}, 1 s is the least`)]
        : []),
      // Captions that follow each other without a gap at all are one flow of words; a gap of one frame flickers.
      ...(gap > 0 && gap < apart
        ? [
            fault(
              'close',
              `the next caption comes ${formatSeconds(gap, 3)} later, ${captionRules.framesApart} frames are the least`,
            ),
          ]
        : []),
    ];
  });
}

export type FittedCaptions = {
  readonly cues: readonly Cue[];
  /** What was done, one sentence for each kind. */
  readonly changes: readonly string[];
  /** What is left. */
  readonly faults: readonly CaptionFault[];
};

/**
 * Breaks lines and splits cues that are too long, at words whose times are known; elsewhere in proportion to their characters inside
 * the cue, which is said. No cue begins earlier or ends later than it did; no word's time is changed.
 */
export function fitCaptions(cues: readonly Cue[], frameRate: FrameRate): FittedCaptions {
  const counts = { known: 0, guessed: 0, broken: 0 };
  const fitted = sortCues(cues).flatMap((cue): Cue[] => {
    const parts = splitCue(cue);
    if (parts.length > 1) counts[cue.words === undefined ? 'guessed' : 'known']++;
    return parts.map((part) => {
      const text = breakLines(part.text);
      if (text !== part.text && parts.length === 1) counts.broken++;
      return text === part.text ? part : { ...part, text };
    });
  });
  return {
    cues: fitted,
    changes: [
      ...tally(counts.known, '1 long caption was split between its words', '{n} long captions were split between their words'),
      ...tally(
        counts.guessed,
        '1 long caption was split without word times: the moment is in proportion to its characters',
        '{n} long captions were split without word times: the moments are in proportion to their characters',
      ),
      ...tally(counts.broken, 'The lines of 1 caption were broken anew', 'The lines of {n} captions were broken anew'),
    ],
    faults: checkCaptions(fitted, frameRate),
  };
}

const roomOfCue = captionRules.lineCharacters * captionRules.lines;

/** Parts that fit two lines each, split after sentences where that is near, else between words. */
function splitCue(cue: Cue): Cue[] {
  if (fits(cue.text)) return [cue];
  const pieces = spokenPieces(cue) ?? wordPieces(cue.text);
  const groups: string[][] = [];
  for (const piece of pieces) {
    const last = groups.at(-1);
    const wouldBe = last === undefined ? '' : [...last, piece].join('');
    const endsSentence =
      last !== undefined && /[.!?。！？…]["'”’)]?\s*$/u.test(last.join('')) && textWidth(last.join('')) > roomOfCue / 3;
    if (last === undefined || endsSentence || !fits(cleanCueText(wouldBe))) groups.push([piece]);
    else last.push(piece);
  }
  const texts = groups.map((group) => cleanCueText(group.join(''))).filter((text) => text !== '');
  if (texts.length < 2) return [cue];
  return cue.words === undefined ? splitByLength(cue, texts) : (splitByWords(cue, texts) ?? splitByLength(cue, texts));
}

function fits(text: string): boolean {
  return breakLines(text).split('\n').length <= captionRules.lines && textWidth(text.replaceAll('\n', ' ')) <= roomOfCue;
}

/** Words with the space after them; CJK text character by character. */
function wordPieces(text: string): string[] {
  return (
    text
      .replaceAll('\n', ' ')
      .match(
        /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}][，。！？、…]?|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]+\s*|\s+/gu,
      ) ?? [text]
  );
}

/** Words whose times are known, each with what stands after it: none of them is ever torn. */
function spokenPieces(cue: Cue): string[] | undefined {
  const stretches = toStretches({ ...cue, text: cue.text.replaceAll('\n', ' ') });
  const pieces: string[] = [];
  for (const { text, start } of stretches ?? []) {
    if (start !== undefined || pieces.length === 0) pieces.push(text);
    else pieces[pieces.length - 1] += text;
  }
  return stretches === undefined ? undefined : pieces;
}

function splitByLength(cue: Cue, texts: readonly string[]): Cue[] {
  const duration = subtractTicks(cue.end, cue.start);
  const widths = texts.map(textWidth);
  const whole = widths.reduce((sum, width) => sum + width, 0);
  let before = 0;
  return texts.map((text, index) => {
    const start = addTicks(cue.start, scaleTicks(duration, before, whole));
    before += widths[index] ?? 0;
    const end = addTicks(cue.start, scaleTicks(duration, before, whole));
    return { start, end, text, ...(cue.style === undefined ? {} : { style: cue.style }) };
  });
}

/** Each part from its first word's start; it lasts until the next part begins, the last one until the cue ends. */
function splitByWords(cue: Cue, texts: readonly string[]): Cue[] | undefined {
  const stretches = toStretches({ ...cue, text: cue.text.replaceAll('\n', ' ') });
  if (stretches === undefined || cue.words === undefined) return undefined;
  const parts: { text: string; words: TextWord[] }[] = texts.map((text) => ({ text, words: [] }));
  let [index, from] = [0, 0];
  for (const word of cue.words) {
    let at = parts[index]?.text.indexOf(word.text, from) ?? -1;
    while (at < 0 && index + 1 < parts.length) {
      from = 0;
      at = parts[++index]!.text.indexOf(word.text);
    }
    if (at < 0) return undefined;
    from = at + word.text.length;
    parts[index]!.words.push(word);
  }
  if (parts.some(({ words }) => words.length === 0)) return undefined;
  const starts = parts.map(({ words }, place) => (place === 0 ? cue.start : addTicks(cue.start, words[0]!.start)));
  return parts.map(({ text, words }, place): Cue => {
    const start = starts[place]!;
    const end = starts[place + 1] ?? cue.end;
    const shift = subtractTicks(start, cue.start);
    const inside = (time: Ticks) => ticks(Math.max(0, Math.min(time - shift, end - start)));
    return {
      start,
      end,
      text,
      words: words.map((word) => ({ ...word, start: inside(word.start), end: inside(word.end) })),
      ...(cue.style === undefined ? {} : { style: cue.style }),
    };
  });
}

/** At most two lines of like length where the text is too wide for one; lines that fit already stay as they are. */
export function breakLines(text: string): string {
  const lines = text.split('\n');
  if (lines.length <= captionRules.lines && lines.every((line) => textWidth(line) <= captionRules.lineCharacters)) return text;
  const pieces = wordPieces(text);
  const whole = textWidth(pieces.join('').trim());
  if (whole <= captionRules.lineCharacters) return pieces.join('').trim();
  let best: { readonly text: string; readonly score: number } | undefined;
  for (let index = 1; index < pieces.length; index++) {
    const [top, bottom] = [pieces.slice(0, index).join('').trim(), pieces.slice(index).join('').trim()];
    const score = Math.max(textWidth(top), textWidth(bottom));
    if (best === undefined || score < best.score) best = { text: `${top}\n${bottom}`, score };
  }
  return best !== undefined && best.score <= captionRules.lineCharacters ? best.text : text;
}
