/** Cuts moved onto beats: which beat each may go to, and the edits that take it there. */
import type { Asset } from '#core/asset';
import {
  addTicks,
  milliseconds,
  rangeEnd,
  snapToFrame,
  subtractTicks,
  ticks,
  timeRange,
  type FrameRate,
  type Ticks,
  type TimeRange,
} from '#core/time';
import {
  isEndless,
  isReversed,
  itemDuration,
  itemsWithRanges,
  type Clip,
  type Edit,
  type Item,
  type Timeline,
  type Track,
} from '#core/timeline';

export type Beats = { readonly beats: readonly Ticks[]; readonly downbeats: readonly Ticks[] };

/** How far a cut may move. */
const reach = milliseconds(200);
/** A downbeat may lie so much farther than a beat and still be taken. */
const downbeatBonus = milliseconds(80);
const leastClip = milliseconds(250);

/** Beats within reach of a cut, the best first: near ones, downbeats before others. */
export function beatsNear(at: Ticks, { beats, downbeats }: Beats): Ticks[] {
  const bars = new Set<number>(downbeats);
  const cost = (beat: Ticks) => Math.abs(beat - at) - (bars.has(beat) ? downbeatBonus : 0);
  return beats.filter((beat) => Math.abs(beat - at) <= reach).sort((a, b) => cost(a) - cost(b));
}

export type CutMove = { readonly from: Ticks; readonly to: Ticks; readonly edits: readonly Edit[] };

type Surroundings = {
  readonly timeline: Timeline;
  readonly story: Track;
  readonly assets: ReadonlyMap<string, Asset>;
  readonly speech: ReadonlyMap<string, readonly TimeRange[]>;
  readonly frameRate: FrameRate;
};

/** Places where two clips of the story meet, with the transition between them where there is one. */
export function cutsOf(track: Track): readonly { readonly index: number; readonly at: Ticks }[] {
  const placed = itemsWithRanges(track);
  return placed.flatMap(({ item, range }, index) => {
    const before = placed[index - 1]?.item.kind === 'transition' ? placed[index - 2] : placed[index - 1];
    return item.kind === 'clip' && before?.item.kind === 'clip' ? [{ index, at: range.start }] : [];
  });
}

/**
 * Moves one cut to a beat without changing the length: what one side loses the other gains, picture and linked sound alike.
 * Undefined where a word would be cut or lost, or a clip has no more material.
 */
export function rollTo(at: Ticks, beat: Ticks, around: Surroundings): CutMove | undefined {
  const to = snapToFrame(beat, around.frameRate);
  const by = subtractTicks(to, at);
  if (by === 0) return { from: at, to, edits: [] };
  const edits: Edit[] = [];
  for (const track of around.timeline.tracks) {
    if (track.follows !== 'ripple' || track.kind === 'text') continue;
    const rolled = rollTrack(track, { at, by }, around);
    if (rolled === 'blocked') return undefined;
    if (rolled !== undefined) edits.push(rolled);
  }
  return edits.length === 0 ? undefined : { from: at, to, edits };
}

function rollTrack(
  track: Track,
  move: { readonly at: Ticks; readonly by: Ticks },
  around: Surroundings,
): Edit | 'blocked' | undefined {
  const placed = itemsWithRanges(track);
  const index = placed.findIndex(({ item, range }) => item.kind === 'clip' && range.start === move.at);
  const middle = placed[index - 1]?.item.kind === 'transition' ? 1 : 0;
  const before = placed[index - 1 - middle]?.item;
  const after = placed[index]?.item;
  if (index < 0 || before?.kind !== 'clip' || after?.kind !== 'clip') return index < 0 ? undefined : 'blocked';
  const grown = resize(before, 'end', move.by, around);
  const shrunk = resize(after, 'start', move.by, around);
  if (grown === undefined || shrunk === undefined) return 'blocked';
  const items: Item[] = middle === 1 ? [grown, placed[index - 1]!.item, shrunk] : [grown, shrunk];
  return { kind: 'splice', trackId: track.id, index: index - 1 - middle, remove: items.length, items };
}

/** A clip at its own speed whose edge moves by `by`; nothing where its material or a word forbids it. */
function resize(clip: Clip, edge: 'start' | 'end', by: Ticks, { assets, speech }: Surroundings): Clip | undefined {
  const asset = assets.get(clip.assetId);
  if (asset === undefined || clip.speed.num !== clip.speed.den || isReversed(clip)) return undefined;
  const endless = isEndless(asset);
  const { start, duration } = clip.sourceRange;
  const sourceRange =
    edge === 'end'
      ? timeRange(start, addTicks(duration, by))
      : timeRange(endless ? start : addTicks(start, by), subtractTicks(duration, by));
  if (sourceRange.duration < leastClip || sourceRange.start < 0) return undefined;
  if (!endless && rangeEnd(sourceRange) > asset.duration) return undefined;
  const moved = edge === 'end' ? rangeEnd(sourceRange) : sourceRange.start;
  const was = edge === 'end' ? rangeEnd(clip.sourceRange) : start;
  const [from, to] = moved < was ? [moved, was] : [was, moved];
  // Neither may a word be cut, nor a part of one come in or go.
  if ((speech.get(clip.assetId) ?? []).some((word) => word.start < to && rangeEnd(word) > from)) return undefined;
  return { ...clip, sourceRange };
}

/** For pictures without speech: each clip ends on a beat, a downbeat where one is near; what follows moves along. */
export function montageMove(
  clip: Clip,
  place: TimeRange,
  { beats, downbeats }: Beats,
  around: Surroundings,
): CutMove | undefined {
  const asset = around.assets.get(clip.assetId);
  if (asset === undefined || clip.speed.num !== clip.speed.den) return undefined;
  const end = rangeEnd(place);
  const room = isEndless(asset) ? Infinity : asset.duration - rangeEnd(clip.sourceRange);
  const bars = new Set<number>(downbeats);
  const usual = beats.length > 1 ? (beats.at(-1)! - beats[0]!) / (beats.length - 1) : milliseconds(500);
  const fits = beats.filter((beat) => beat - place.start >= Math.max(leastClip, usual * 0.9) && beat - end <= room);
  const best = fits.sort((a, b) => costOf(a) - costOf(b))[0];
  function costOf(beat: Ticks): number {
    return Math.abs(beat - end) - (bars.has(beat) ? usual : 0);
  }
  if (best === undefined || Math.abs(best - end) > 2.5 * usual) return undefined;
  const to = snapToFrame(best, around.frameRate);
  const by = ticks(to - end);
  if (by === 0 || itemDuration(clip) + by < leastClip) return { from: end, to, edits: [] };
  return { from: end, to, edits: [{ kind: 'trim', itemId: clip.id, edge: 'end', by, ripple: 'follow' }] };
}
