/**
 * What goes of a recording when words go: cuts in the gaps between words, never inside a neighbour. Pure; in whatever time the words are.
 *
 *     words   ███ ██████  um  █████          ██ ███.   removed sentence.   ████
 *     cut         └──────┘                          └─────────────────┘
 *     left    ███ ██████─────█████                  a breath of air stays on both sides
 */
import type { Word } from '#core/facts';
import { milliseconds, rangeBetween, rangeEnd, snapToFrame, type FrameRate, type Ticks, type TimeRange } from '#core/time';

export type CutAir = {
  /** Most air that stays after the word before the cut. */
  readonly after: Ticks;
  /** Most air that stays before the word after the cut. */
  readonly before: Ticks;
};

/** Source: rules for cutting speech in docs/decisions/2026-11-21-words.md. */
export const sentenceAir: CutAir = { after: milliseconds(200), before: milliseconds(150) };
export const fillerAir: CutAir = { after: milliseconds(60), before: milliseconds(60) };

/** Room tone before the first and after the last word that goes with them, at most. */
const edge = milliseconds(2000);

/** A removal, and how far each of its ends may move without touching a word that stays or leaving one that goes. */
export type WordCut = TimeRange & {
  readonly startWithin: readonly [Ticks, Ticks];
  readonly endWithin: readonly [Ticks, Ticks];
};

/** What to remove for the words of these indices; all there is ends at `end`. Sorted, disjoint. */
export function cutsForWords(words: readonly Word[], indices: readonly number[], air: CutAir, end: Ticks): WordCut[] {
  const sorted = [...new Set(indices)].filter((index) => words[index] !== undefined).toSorted((a, b) => a - b);
  const cuts: WordCut[] = [];
  for (let at = 0; at < sorted.length;) {
    let last = at;
    while (sorted[last + 1] === sorted[last]! + 1) last++;
    cuts.push(cutRun(words, { first: sorted[at]!, last: sorted[last]! }, air, end));
    at = last + 1;
  }
  return cuts.filter((cut) => cut.duration > 0);
}

function cutRun(
  words: readonly Word[],
  run: { readonly first: number; readonly last: number },
  air: CutAir,
  end: Ticks,
): WordCut {
  const [first, last] = [words[run.first]!, words[run.last]!];
  const [before, next] = [words[run.first - 1], words[run.last + 1]];
  const earliest = Math.min(first.start, Math.max(before?.end ?? 0, 0));
  const latest = Math.max(last.end, next?.start ?? Math.max(end, last.end));
  // Pictures without words between two words are not the words' to take.
  const from = Math.max(first.start - edge, before === undefined ? 0 : Math.min(first.start, earliest + air.after));
  const to = Math.min(last.end + edge, next === undefined ? latest : Math.max(last.end, latest - air.before));
  const [start, stop] = [from as Ticks, Math.max(from, to) as Ticks];
  return {
    ...rangeBetween(start, stop),
    startWithin: [earliest as Ticks, first.start],
    endWithin: [last.end, latest as Ticks],
  };
}

/** The same with both ends on borders of frames: in their room where a border lies there, else inwards, so that words that stay are whole. */
export function snapCut(cut: WordCut, frameRate: FrameRate): TimeRange | undefined {
  const inside = (time: number, [from, to]: readonly [Ticks, Ticks]) => time >= from && time <= to;
  const near = snapToFrame(cut.start, frameRate, 'round');
  const start = cut.start === 0 || inside(near, cut.startWithin) ? near : snapToFrame(cut.start, frameRate, 'ceil');
  const nearEnd = snapToFrame(rangeEnd(cut), frameRate, 'round');
  const end = inside(nearEnd, cut.endWithin) ? nearEnd : snapToFrame(rangeEnd(cut), frameRate, 'floor');
  return end > start ? rangeBetween(start, end) : undefined;
}
