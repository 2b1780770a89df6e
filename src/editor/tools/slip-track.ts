/**
 * Sound moved against its picture on a timeline that has cuts. Every piece slips inside its source; where that would let a
 * word in or out at a cut, the cut of the sound moves along instead (a J or L cut), so that words stay as they were.
 *
 *     picture  [──── a ────][──── b ────]
 *     sound    [──── a ────][──── b ────]     nobody speaks at the cut: it stays, the sources slip
 *     sound    [── a ──][──── b ──── ]        someone does: the cut comes earlier with the sound
 */
import type { Asset } from '#core/asset';
import { addTicks, milliseconds, rangeEnd, scaleTicks, ticks, timeRange, zero, type Ticks, type TimeRange } from '#core/time';
import { isReversed, itemsWithRanges, trackDuration, type Clip, type Edit, type Track } from '#core/timeline';
import { slipSound } from './slip-sound.ts';

export type Slipped = {
  readonly edits: readonly Edit[];
  /** Cuts between pieces of other moments, and how many of them moved with their sound. */
  readonly cuts: number;
  readonly moved: number;
};

type Piece = {
  readonly clip: Clip;
  readonly range: TimeRange;
  readonly asset: Asset;
  readonly by: number;
  /** Absent: not known. */
  readonly speech: readonly TimeRange[] | undefined;
};

/** Shorter than this no piece gets by a cut that stays. */
const leastPiece = milliseconds(120);

export type Slip = {
  /** How much later each clip is to be heard; earlier where negative, 0 where it stays. */
  readonly by: (clip: Clip) => Ticks;
  readonly assets: ReadonlyMap<string, Asset>;
  /** By asset, in source time; an asset without an entry keeps the words at its cuts for sure. */
  readonly speech: ReadonlyMap<string, readonly TimeRange[]>;
  /** The length of the video, which the sound never outgrows. */
  readonly end: Ticks;
};

/** The edits that move the sound of one track; the track's place from 0 to `end` is kept. */
export function slipTrack(track: Track, around: Slip): Slipped {
  const pieces = itemsWithRanges(track).flatMap(({ item, range }): Piece[] => {
    const asset = item.kind === 'clip' ? around.assets.get(item.assetId) : undefined;
    return item.kind !== 'clip' || asset === undefined
      ? []
      : [{ clip: item, range, asset, by: around.by(item), speech: around.speech.get(asset.id) }];
  });
  const plain = pieces.length > 1 && pieces.every(({ clip }) => !isReversed(clip) && clip.speed.num === clip.speed.den);
  if (!plain)
    return {
      edits: pieces.flatMap(({ clip, range, asset, by }) =>
        by === 0 ? [] : slipSound({ track, clip, range }, asset, ticks(by)),
      ),
      cuts: 0,
      moved: 0,
    };
  const seams = seamsOf(pieces, around.end);
  return { edits: layAgain(track, pieces, seams.edges), cuts: seams.cuts, moved: seams.moved };
}

/** What of the source an edge lets in or out when it lies at `at` after the sound moved. */
function changed({ clip, range, by }: Piece, edge: 'start' | 'end', at: number): { from: number; to: number } {
  const was = edge === 'start' ? clip.sourceRange.start : rangeEnd(clip.sourceRange);
  const old = edge === 'start' ? range.start : rangeEnd(range);
  const is = was + (at - old) - by;
  return { from: Math.min(was, is), to: Math.max(was, is) };
}

function isHarmless(piece: Piece, edge: 'start' | 'end', at: number): boolean {
  const { from, to } = changed(piece, edge, at);
  if (from === to) return true;
  if (piece.speech === undefined || from < 0 || to > piece.asset.duration) return false;
  return piece.speech.every((word) => word.start >= to || rangeEnd(word) <= from);
}

type Edges = readonly { readonly start: number; readonly end: number }[];

function seamsOf(pieces: readonly Piece[], whole: number): { edges: Edges; cuts: number; moved: number } {
  const edges = pieces.map(({ range }) => ({ start: range.start as number, end: rangeEnd(range) as number }));
  let [cuts, moved] = [0, 0];
  const lead = (index: number) => {
    const piece = pieces[index]!;
    if (!isHarmless(piece, 'start', piece.range.start)) edges[index]!.start = Math.max(0, piece.range.start + piece.by);
  };
  const tail = (index: number) => {
    const piece = pieces[index]!;
    const end = rangeEnd(piece.range);
    if (!isHarmless(piece, 'end', end)) edges[index]!.end = Math.min(Math.max(whole, end), end + piece.by);
  };
  for (const [index, right] of pieces.entries()) {
    const left = pieces[index - 1];
    const at = right.range.start;
    if (left === undefined || rangeEnd(left.range) < at) {
      if (left !== undefined) tail(index - 1);
      lead(index);
      continue;
    }
    if (left.by !== right.by) continue;
    // Where a recording runs on over the cut nothing is let in or out.
    if (left.asset.id === right.asset.id && rangeEnd(left.clip.sourceRange) === right.clip.sourceRange.start) continue;
    cuts++;
    const short = Math.min(left.range.duration, right.range.duration) < Math.abs(left.by) + leastPiece;
    if (!short && isHarmless(left, 'end', at) && isHarmless(right, 'start', at)) continue;
    moved++;
    edges[index - 1]!.end = edges[index]!.start = Math.max(0, at + left.by);
  }
  tail(pieces.length - 1);
  return { edges, cuts, moved };
}

/** The track laid again: each piece between its edges as far as its recording reaches. */
function layAgain(track: Track, pieces: readonly Piece[], edges: Edges): Edit[] {
  const edits: Edit[] = [{ kind: 'lift', range: timeRange(zero, trackDuration(track)), trackId: track.id }];
  let last = -1;
  for (const [index, { clip, range, asset, by }] of pieces.entries()) {
    const source = (record: number) => clip.sourceRange.start + record - range.start - by;
    const edge = edges[index]!;
    const start = Math.max(edge.start - Math.min(0, source(edge.start)), last);
    const end = edge.end - Math.max(0, source(edge.end) - asset.duration);
    if (end <= start) continue;
    const { assetId, streamIndex, gainDb, effects, linkId } = clip;
    const sourceRange = timeRange(ticks(source(start)), ticks(end - start));
    const link = linkId === undefined ? {} : { linkId };
    edits.push({
      kind: 'overwrite',
      trackId: track.id,
      at: ticks(start),
      item: { kind: 'clip', assetId, streamIndex, sourceRange, gainDb, effects, ...link },
    });
    last = end;
  }
  return edits;
}

/** Whether words go when sound that lies at the very start comes earlier. */
export function losesWords(
  clip: Clip,
  range: TimeRange,
  { by, speech }: { readonly by: Ticks; readonly speech: readonly TimeRange[] },
): boolean {
  if (range.start > 0 || by >= 0) return false;
  const from = clip.sourceRange.start;
  const to = addTicks(from, scaleTicks(ticks(0 - by), clip.speed.num, clip.speed.den));
  return speech.some((word) => word.start < to && rangeEnd(word) > from);
}
