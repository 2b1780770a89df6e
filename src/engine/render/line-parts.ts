/** Lines cut into the parts that are drawn by themselves: words that swell, words and faces of lines with two directions. */
import { levelsOf, visualOrder } from './bidi.ts';
import { widthOf, type Cluster } from './text-clusters.ts';
import type { LineWord, TextLine } from './text-scene.ts';

/** A line that can be drawn as one is its own only part. */
export function partsOf(line: TextLine): TextLine[] {
  if (line.isRightToLeft || line.clusters.some(({ isRightToLeft }) => isRightToLeft)) return directedParts(line);
  return line.spoken?.how === 'pop' ? poppingParts(line, line.spoken.words) : [line];
}

/** Word by word, so that the others stay where they are while one swells. */
function poppingParts(line: TextLine, words: readonly LineWord[]): TextLine[] {
  return words.map((word, index) => {
    const end = words[index + 1]?.first ?? line.clusters.length;
    const before = widthOf(line.clusters.slice(0, word.first), spacingOf(line)) * line.em;
    return partOf(line, { first: word.first, end, left: leftOf(line) + before });
  });
}

/**
 * Runs of one word, one direction and one face, each at its place: the renderer orders such a run rightly, but not runs
 * with codes between them.
 */
function directedParts(line: TextLine): TextLine[] {
  const levels = levelsOf(line.clusters, line.isRightToLeft);
  const parts: TextLine[] = [];
  let left = leftOf(line);
  const order = visualOrder(levels);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && belongTogether(line.clusters, levels, [order[end - 1]!, order[end]!])) end++;
    const indexes = order.slice(start, end);
    const run = { first: Math.min(...indexes), end: Math.max(...indexes) + 1, left };
    const isRightToLeft = levels[run.first]! % 2 === 1;
    const width = widthOf(line.clusters.slice(run.first, run.end), spacingOf(line)) * line.em;
    const part = { ...partOf(line, run), isRightToLeft };
    if (!line.clusters[run.first]!.isSpace) parts.push(isRightToLeft ? padded(part) : part);
    left += width;
    start = end;
  }
  return parts;
}

/**
 * The renderer takes a letter's dots for the end of a line where the letter stands at one, and so puts a word beside its
 * place. Between two spaces, which are wider than any dot is off, it stands in the middle.
 */
function padded(part: TextLine): TextLine {
  const { pad, spoken } = part;
  if (pad === undefined) return part;
  const words = spoken?.words.map((word) => ({ ...word, first: word.first + 1 })) ?? [];
  return {
    ...part,
    clusters: [pad, ...part.clusters, pad],
    ...(spoken === undefined ? {} : { spoken: { ...spoken, words } }),
  };
}

function belongTogether(clusters: readonly Cluster[], levels: readonly number[], pair: readonly [number, number]): boolean {
  const [one, other] = [clusters[pair[0]]!, clusters[pair[1]]!];
  if (Math.abs(pair[0] - pair[1]) !== 1 || levels[pair[0]] !== levels[pair[1]] || one.isSpace !== other.isSpace) return false;
  return one.family === other.family || one.family === undefined || other.family === undefined;
}

/** Clusters from `first` to before `end`, beginning `left` pixels from the left. */
function partOf(line: TextLine, run: { readonly first: number; readonly end: number; readonly left: number }): TextLine {
  const clusters = line.clusters.slice(run.first, run.end);
  const seen = clusters.slice(0, clusters.findLastIndex(({ isSpace }) => !isSpace) + 1);
  const spacing = seen.at(-1)?.isPicture === true ? 0 : line.spacing;
  const width = widthOf(seen, spacingOf(line)) * line.em - spacing;
  const { typing, spoken } = line;
  return {
    ...line,
    clusters: seen,
    anchor: 'center',
    x: run.left + width / 2,
    width,
    ...(typing === undefined ? {} : { typing: { ...typing, first: typing.first + run.first } }),
    ...(spoken === undefined ? {} : { spoken: { ...spoken, words: wordsIn(spoken.words, run) } }),
  };
}

/** Words that are spoken in a part of the line, the one that goes on from before it included. */
function wordsIn(words: readonly LineWord[], run: { readonly first: number; readonly end: number }): LineWord[] {
  const begun = words.findLastIndex(({ first }) => first <= run.first);
  return words
    .filter(({ first }, index) => index === begun || (first > run.first && first < run.end))
    .map((word) => ({ ...word, first: Math.max(0, word.first - run.first) }));
}

function leftOf(line: TextLine): number {
  return { left: line.x, center: line.x - line.width / 2, right: line.x - line.width }[line.anchor];
}

function spacingOf({ spacing, em }: TextLine): number {
  return spacing / em;
}
