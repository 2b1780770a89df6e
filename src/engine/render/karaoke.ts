/** Words as they are spoken: which of them a text has, and the codes that fill or swell them. Times are never invented. */
import { ticksPerSecond } from '#core/time';
import type { TextWord } from '#core/timeline';
import { change, ms, type TextTimes } from './text-animations.ts';
import type { Cluster } from './text-clusters.ts';
import type { LineWord, TextLine } from './text-scene.ts';

/** A word's place in the text, in code units, and its time in seconds from the clip's start. */
export type SpokenWord = { readonly at: number; readonly start: number; readonly end: number };

/**
 * Where each word is in the text, in order. A text that was corrected by hand still has its words by their count.
 *
 * Undefined where words and text do not belong together; the text is then shown plain.
 */
export function matchWords(text: string, words: readonly TextWord[] | undefined): SpokenWord[] | undefined {
  if (words === undefined || words.length === 0) return undefined;
  const places = placesBySpelling(text, words) ?? placesByCount(text, words);
  return places?.map((at, index) => ({
    at,
    start: words[index]!.start / ticksPerSecond,
    end: words[index]!.end / ticksPerSecond,
  }));
}

const bare = (text: string) =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{So}]/gu, '');

/** Only marks and spaces may stand between one word and the next. */
function placesBySpelling(text: string, words: readonly TextWord[]): number[] | undefined {
  const places: number[] = [];
  let from = 0;
  const lower = text.toLowerCase();
  if (lower.length !== text.length) return undefined;
  for (const { text: word } of words) {
    const sought = word.trim().toLowerCase();
    const at = sought === '' ? -1 : lower.indexOf(sought, from);
    if (at < 0 || bare(text.slice(from, at)) !== '') return undefined;
    places.push(at);
    from = at + sought.length;
  }
  return bare(text.slice(from)) === '' ? places : undefined;
}

function placesByCount(text: string, words: readonly TextWord[]): number[] | undefined {
  const places = [...text.matchAll(/\S+/gu)].map(({ index }) => index);
  return places.length === words.length ? places : undefined;
}

/** The words that begin in a line; what stands before the first belongs to it. */
export function wordsOfLine(clusters: readonly Cluster[], words: readonly SpokenWord[]): LineWord[] {
  const [first, last] = [clusters[0]?.start ?? 0, clusters.at(-1)?.start ?? -1];
  return words
    .filter(({ at }) => at >= first && at <= last)
    .map(({ at, start, end }, index) => ({
      first: index === 0 ? 0 : clusters.findLastIndex((cluster) => cluster.start <= at),
      start,
      end,
    }));
}

/** How much a spoken word swells, and how long it takes. */
const swell = 1.2;
const swellMs = 90;

/** Codes before clusters, by their index. `isTop` is the line itself, not a copy below it. */
export function wordCodes(line: TextLine, isTop: boolean, times: TextTimes): Map<number, string> {
  if (line.spoken === undefined) return new Map();
  if (line.spoken.how === 'fill') return isTop ? fillCodes(line, line.spoken, times) : new Map();
  return popCodes(line, line.spoken, isTop, times);
}

type Spoken = NonNullable<TextLine['spoken']>;

function fillCodes(line: TextLine, { accent, words }: Spoken, { from }: TextTimes): Map<number, string> {
  const codes = new Map<number, string>();
  let at = 0;
  for (const [index, { first, start, end }] of words.entries()) {
    const next = words[index + 1]?.start ?? end;
    const begin = Math.max(at, centi(start - from));
    const length = Math.max(1, centi(Math.min(end, next) - from) - begin);
    const wait = begin > at ? `\\k${begin - at}` : '';
    // The renderer fills from the left, so words that run the other way change at once.
    const fill = line.isRightToLeft ? '\\k' : '\\kf';
    const look = index === 0 ? `\\1c${toColor(accent)}\\2c${toColor(line.color)}\\2a${toAlpha(line.opacity)}` : '';
    codes.set(first, `${look}${wait}${fill}${length}`);
    at = begin + length;
  }
  return codes;
}

function popCodes(line: TextLine, { accent, words }: Spoken, isTop: boolean, { from, to }: TextTimes): Map<number, string> {
  const codes = new Map<number, string>();
  for (const [index, { first, start, end }] of words.entries()) {
    const next = words[index + 1]?.start ?? end;
    const [begin, finish] = [ms(start - from), ms(Math.min(end, next, to) - from)];
    const rise = Math.min(swellMs, Math.max(1, (finish - begin) / 2));
    const scale = Math.round(swellOf(line) * 100);
    const size = (percent: number) => `\\fscx${percent}\\fscy${percent}`;
    const color = (value: string) => (isTop ? `\\1c${toColor(value)}` : '');
    const on = change(begin, begin + rise, `${size(scale)}${color(accent)}`);
    const off = change(finish, finish + rise, `${size(100)}${color(line.color)}`);
    codes.set(first, `${size(100)}${color(line.color)}${on}${off}`);
  }
  return codes;
}

/** A long word swells less, so that it does not cover its neighbours. */
function swellOf({ em, width }: TextLine): number {
  return Math.min(swell, Math.max(1.05, 1 + (0.34 * em) / Math.max(1, width)));
}

function centi(seconds: number): number {
  return Math.round(seconds * 100);
}

/** `#rrggbb` to ASS's blue, green, red. */
export function toColor(color: string): string {
  const digits = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(color);
  return digits === null ? '&HFFFFFF&' : `&H${digits[3]}${digits[2]}${digits[1]}&`.toUpperCase();
}

/** Opacity 0 … 1 to ASS's transparency. */
export function toAlpha(opacity: number): string {
  const hidden = Math.round((1 - Math.min(1, Math.max(0, opacity))) * 255);
  return `&H${hidden.toString(16).padStart(2, '0').toUpperCase()}&`;
}
