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
 * The fewest lines within the limits, as even as they can be; of two ways about as even, the one that ends lines after
 * punctuation and leaves Chinese words whole. Spaces at line ends are left out; a word wider than a line is torn
 * between characters.
 */
export function breakLines(clusters: readonly Cluster[], limits: LineLimits): BrokenText {
  const { pieces, isWhole } = piecesOf(clusters, limits);
  // Best way to set the first pieces: lines used, unevenness, and where its last line begins.
  const best: Way[] = [{ lines: 0, cost: 0, from: 0 }];
  const average = pieces.reduce((sum, { width }) => sum + width, 0) / Math.max(1, fewestLines(pieces, limits));
  for (let end = 1; end <= pieces.length; end++) {
    const last = pieces[end - 1]!;
    const penalty = end === pieces.length ? 0 : last.penalty * average ** 2;
    let way: Way | undefined;
    let [width, columns] = [last.seenWidth, last.seenColumns];
    for (let from = end - 1; from >= 0 && fits(width, columns, limits); from--) {
      const before = best[from]!;
      const tried = { lines: before.lines + 1, cost: before.cost + width ** 2 + penalty, from };
      if (way === undefined || tried.lines < way.lines || (tried.lines === way.lines && tried.cost < way.cost)) way = tried;
      width += pieces[from - 1]?.width ?? 0;
      columns += pieces[from - 1]?.columns ?? 0;
    }
    best.push(way ?? { lines: best[end - 1]!.lines + 1, cost: Infinity, from: end - 1 });
  }
  const lines: (readonly Cluster[])[] = [];
  for (let end = pieces.length; end > 0; end = best[end]!.from) {
    lines.unshift(trimEnd(pieces.slice(best[end]!.from, end).flatMap((piece) => piece.clusters)));
  }
  return { lines: lines.filter((line) => line.length > 0), isWhole };
}

type Way = { readonly lines: number; readonly cost: number; readonly from: number };

/** Characters that belong on one line, with the spaces after them; measures of all of it, and without those spaces. */
type Piece = {
  readonly clusters: readonly Cluster[];
  readonly width: number;
  readonly columns: number;
  readonly seenWidth: number;
  readonly seenColumns: number;
  /** How bad a line end after it is. */
  readonly penalty: number;
};

const words = new Intl.Segmenter('zh', { granularity: 'word' });

function piecesOf(clusters: readonly Cluster[], limits: LineLimits): { pieces: readonly Piece[]; isWhole: boolean } {
  const text = clusters.map((cluster) => cluster.text).join('');
  const starts = new Set([...words.segment(text)].map(({ index }) => index));
  const runs: { clusters: Cluster[]; penalty: number }[] = [];
  let at = 0;
  for (const [index, cluster] of clusters.entries()) {
    const before = clusters[index - 1];
    if (before === undefined || mayBreak(before, cluster)) {
      const last = runs.at(-1);
      if (last !== undefined) last.penalty = penaltyOf(trimEnd(last.clusters), starts.has(at));
      runs.push({ clusters: [cluster], penalty: 0 });
    } else runs.at(-1)!.clusters.push(cluster);
    at += cluster.text.length;
  }
  const whole = runs.map((run) => measure(run.clusters, run.penalty, limits.spacing));
  const pieces = whole.flatMap((piece) =>
    fits(piece.seenWidth, piece.seenColumns, limits)
      ? [piece]
      : piece.clusters.map((cluster) => measure([cluster], 0, limits.spacing)),
  );
  return { pieces, isWhole: pieces.length === whole.length };
}

/** Part of the square of a line's width: at punctuation it costs nothing, inside a word most. */
function penaltyOf(run: readonly Cluster[], isWordEnd: boolean): number {
  if (!isWordEnd) return 0.16;
  if (/\p{P}$/u.test(run.at(-1)?.text ?? '')) return 0;
  return run.length < 3 && !run.some(({ isWide }) => isWide) ? 0.08 : 0.04;
}

function measure(clusters: readonly Cluster[], penalty: number, spacing: number): Piece {
  const seen = trimEnd(clusters);
  return {
    clusters,
    width: widthOf(clusters, spacing),
    columns: columnsOf(clusters),
    seenWidth: widthOf(seen, spacing),
    seenColumns: columnsOf(seen),
    penalty,
  };
}

function fewestLines(pieces: readonly Piece[], limits: LineLimits): number {
  let [lines, width, columns] = [1, 0, 0];
  for (const piece of pieces) {
    if (!fits(width + piece.seenWidth, columns + piece.seenColumns, limits)) [lines, width, columns] = [lines + 1, 0, 0];
    width += piece.width;
    columns += piece.columns;
  }
  return lines;
}

function fits(width: number, columns: number, limits: LineLimits): boolean {
  return width <= limits.width + 1e-6 && columns <= (limits.columns ?? Infinity);
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

/** Characters as caption rules count them. */
function columnsOf(clusters: readonly Cluster[]): number {
  return clusters.reduce((sum, { isWide }) => sum + (isWide ? wideColumns : 1), 0);
}

function trimEnd(clusters: readonly Cluster[]): Cluster[] {
  const last = clusters.findLastIndex(({ isSpace }) => !isSpace);
  return clusters.slice(0, last + 1);
}
