/** Sentences whose times are only near: their ends are moved into the pauses that are heard. */
import { rangeEnd, type Ticks, type TimeRange } from '#core/time';

export type RoughWord = { readonly start: Ticks; readonly end: Ticks; readonly fit: number };

/** A pause further from where a sentence should end than this is another one's. */
const near = 1.2 * 705_600_000;
/** Shorter holes in speech part no sentences. */
const least = 0.15 * 705_600_000;

/**
 * `stops[n]`: whether a sentence or a part of one ends with word n. Words between two moved ends keep their shares of the time between them.
 * Ends without a pause near them stay.
 */
export function snapToPauses(words: readonly RoughWord[], stops: readonly boolean[], speech: readonly TimeRange[]): RoughWord[] {
  const pauses = speech.slice(1).map((range, index) => ({ start: rangeEnd(speech[index]!), end: range.start }));
  const usable = pauses.filter(({ start, end }) => end - start >= least);
  const moved: RoughWord[] = [];
  let first = 0;
  let from = Math.min(words[0]?.start ?? 0, speech[0]?.start ?? Infinity);
  let taken = -1;
  for (const [index, stop] of stops.entries()) {
    const isLast = index === words.length - 1;
    if (!stop && !isLast) continue;
    const border = isLast ? undefined : (words[index]!.end + words[index + 1]!.start) / 2;
    const found = border === undefined ? -1 : nearest(usable, border, taken);
    const to = found >= 0 ? usable[found]!.start : words[index]!.end;
    // Never backwards: what cannot be moved stays in its order.
    const end = Math.max(to, from + (index - first + 1));
    moved.push(...share(words.slice(first, index + 1), from, end));
    if (found >= 0) taken = found;
    first = index + 1;
    from = Math.max(end, found >= 0 ? usable[found]!.end : (words[first]?.start ?? end));
  }
  return moved;
}

function nearest(pauses: readonly { readonly start: number; readonly end: number }[], border: number, after: number): number {
  let best = -1;
  let least = near;
  for (let index = after + 1; index < pauses.length; index++) {
    const { start, end } = pauses[index]!;
    const distance = border < start ? start - border : border > end ? border - end : 0;
    if (distance < least) [best, least] = [index, distance];
  }
  return best;
}

function share(words: readonly RoughWord[], from: number, to: number): RoughWord[] {
  const [start, end] = [words[0]!.start, words.at(-1)!.end];
  const place = (time: number) => Math.round(from + ((time - start) * (to - from)) / Math.max(1, end - start)) as Ticks;
  let last = from;
  return words.map((word) => {
    const own = Math.max(last, place(word.start)) as Ticks;
    last = Math.max(own + 1, place(word.end));
    return { ...word, start: own, end: last as Ticks };
  });
}
