/** Material that a cut took out, put back where it was cut. */
import { rangeEnd, sameRatio, type Ticks, type TimeRange } from '#core/time';
import {
  isFrozen,
  isReversed,
  itemsWithRanges,
  linkedItems,
  primaryTrack,
  type Clip,
  type Edit,
  type NewItem,
  type Timeline,
} from '#core/timeline';

/** A place on the story where material is missing between two clips of one recording. */
export type Cut = {
  /** Record time of the join. */
  readonly at: Ticks;
  /** What is missing there, in the time of the media. */
  readonly missing: TimeRange;
  readonly before: Clip;
};

/** Every join of the story where something of the same recording is missing, in order. */
export function cutsIn(timeline: Timeline): Cut[] {
  const track = primaryTrack(timeline);
  const placed = track === undefined ? [] : itemsWithRanges(track).filter(({ item }) => item.kind === 'clip');
  return placed.slice(0, -1).flatMap(({ item, range }, index) => {
    const next = placed[index + 1]!;
    const [a, b] = [item as Clip, next.item as Clip];
    const from = rangeEnd(a.sourceRange);
    const isOne = a.assetId === b.assetId && a.streamIndex === b.streamIndex && sameRatio(a.speed, b.speed);
    if (!isOne || rangeEnd(range) !== next.range.start || b.sourceRange.start <= from || isOdd(a) || isOdd(b)) return [];
    return [{ at: rangeEnd(range), missing: { start: from, duration: (b.sourceRange.start - from) as Ticks }, before: a }];
  });
}

/** The edit that puts a cut's material back, in picture and linked sound, treated as the clip before it is. */
export function putBackEdit(timeline: Timeline, { at, missing, before }: Cut): Edit {
  const track = primaryTrack(timeline)!;
  const found = itemsWithRanges(track)
    .map((placed, index) => ({ ...placed, track, index }))
    .find(({ item }) => item.id === before.id)!;
  const linked = linkedItems(timeline, found).flatMap((other) => {
    if (other.item.id === before.id || other.item.kind !== 'clip' || other.track.kind === 'text') return [];
    const start = rangeEnd(other.item.sourceRange);
    return [{ trackId: other.track.id, item: pieceOf(other.item, { start, duration: missing.duration }) }];
  });
  return {
    kind: 'insert',
    trackId: track.id,
    at,
    item: pieceOf(before, missing),
    ...(linked.length === 0 ? {} : { linked }),
  };
}

const partEffects: ReadonlySet<string> = new Set(['fade', 'envelope', 'zoom', 'reverse', 'freeze']);

/** More of a clip's recording, treated as it is but for what has its place in it. */
export function pieceOf(clip: Clip, sourceRange: TimeRange): NewItem {
  return {
    kind: 'clip',
    assetId: clip.assetId,
    streamIndex: clip.streamIndex,
    sourceRange,
    speed: clip.speed,
    gainDb: clip.gainDb,
    effects: clip.effects.filter(({ name }) => !partEffects.has(name)),
  };
}

/** Whether a clip's time does not run with its media's. */
export function isOdd(clip: Clip): boolean {
  return isReversed(clip) || isFrozen(clip);
}
