/** Where lines of text end: between words or Chinese characters, never before punctuation, and evenly long. */
import { widthOf, type Cluster } from './text-clusters.ts';

export type LineLimits = {
  /** Em. */
  readonly width: number;
  /** Extra em after each character. */
  readonly spacing: number;
  /** Characters in a line; wide ones count as two and a bit, so that 42 is 20 of them. Absent: any number. */
  readonly columns?: number;
};

export type BrokenText = {
  readonly lines: readonly (readonly Cluster[])[];
  /** No word had to be torn to fit the width. */
  readonly isWhole: boolean;
};

const wideColumns = 2.1;

/**
 * The fewest lines within the limits, as even as they can be. Spaces at line ends are left out; a word wider than a
 * line is torn between characters.
 */
export function breakLines(clusters: readonly Cluster[], limits: LineLimits): BrokenText {
  const pieces = piecesOf(clusters);
  const greedy = fill(pieces, limits);
  const widest = Math.max(0, ...pieces.map((piece) => widthOf(trimEnd(piece), limits.spacing)));
  if (greedy.lines.length < 2) return greedy;
  let [low, high] = [Math.min(widest, limits.width), limits.width];
  let best = greedy;
  for (let round = 0; round < 12; round++) {
    const width = (low + high) / 2;
    const tried = fill(pieces, { ...limits, width });
    const isAsGood = tried.lines.length <= greedy.lines.length && tried.isWhole === greedy.isWhole;
    if (isAsGood) [high, best] = [width, tried];
    else low = width;
  }
  return best;
}

/** Runs that belong on one line, each with the spaces after it. */
function piecesOf(clusters: readonly Cluster[]): Cluster[][] {
  const pieces: Cluster[][] = [];
  for (const [index, cluster] of clusters.entries()) {
    const before = clusters[index - 1];
    if (before === undefined || mayBreak(before, cluster)) pieces.push([cluster]);
    else pieces.at(-1)!.push(cluster);
  }
  return pieces;
}

/** Closing marks, small kana and prolonged sounds never begin a line; opening marks never end one. */
const neverFirst =
  /^[!),.:;?\]}%¢°·’”»›‐–…‼⁇-⁉、。〃々〉》」』】〕〗〙〛〞〟ーぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶ・！），．：；？］｝～％]/u;
const neverLast = /[([{£¥‘“«‹〈《「『【〔〖〘〚〝（［｛＄￥]$/u;

function mayBreak(before: Cluster, after: Cluster): boolean {
  if (after.isSpace) return false;
  if (before.isSpace) return true;
  if (neverFirst.test(after.text) || neverLast.test(before.text)) return false;
  if (before.text === '\u200b') return true;
  if (/^[\u2060\u00a0\u202f]$/u.test(before.text) || /^[\u2060\u00a0\u202f\p{M}]/u.test(after.text)) return false;
  if (before.isWide || after.isWide) return true;
  return /^[-‐–—/]$/u.test(before.text) && /^\p{L}/u.test(after.text);
}

function fill(pieces: readonly (readonly Cluster[])[], limits: LineLimits): BrokenText {
  const lines: Cluster[][] = [];
  let line: Cluster[] = [];
  let isWhole = true;
  const close = () => {
    if (line.length > 0) lines.push(line);
    line = [];
  };
  for (const piece of pieces) {
    if (!fits([...line, ...piece], limits)) close();
    if (fits(piece, limits)) {
      line.push(...piece);
      continue;
    }
    isWhole = false;
    for (const cluster of piece) {
      if (!fits([...line, cluster], limits)) close();
      line.push(cluster);
    }
  }
  close();
  return { lines: lines.map(trimEnd).filter((trimmed) => trimmed.length > 0), isWhole };
}

function fits(clusters: readonly Cluster[], { width, spacing, columns }: LineLimits): boolean {
  const seen = trimEnd(clusters);
  return widthOf(seen, spacing) <= width + 1e-6 && (columns === undefined || columnsOf(seen) <= columns);
}

/** Characters as caption rules count them. */
export function columnsOf(clusters: readonly Cluster[]): number {
  return clusters.reduce((sum, { isWide }) => sum + (isWide ? wideColumns : 1), 0);
}

function trimEnd(clusters: readonly Cluster[]): Cluster[] {
  const last = clusters.findLastIndex(({ isSpace }) => !isSpace);
  return clusters.slice(0, last + 1);
}
