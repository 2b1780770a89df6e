/** Questions about a timeline; positions are derived here and nowhere else. */
import { fail } from '#core/errors';
import {
  addTicks,
  contains,
  intersect,
  maxTicks,
  rangeBetween,
  rangeEnd,
  scaleTicks,
  subtractTicks,
  ticks,
  timeRange,
  zero,
  type Ticks,
  type TimeRange,
} from '#core/time';
import type { Clip, Item, ItemId, Timeline, Track, TrackId } from './timeline.ts';

/** An item and where it is on the timeline. A transition's range is the stretch it blends, around its cut. */
export type PlacedItem = { readonly item: Item; readonly range: TimeRange };
export type FoundItem = PlacedItem & { readonly track: Track; readonly index: number };

/** Length on the timeline; a transition has none of its own. */
export function itemDuration(item: Item): Ticks {
  if (item.kind === 'transition') return zero;
  if (item.kind !== 'clip') return item.duration;
  if (item.recordDuration !== undefined) return item.recordDuration;
  return item.speed.num === item.speed.den ? item.sourceRange.duration : roundedDuration(item);
}

/** Record length that source length and speed give, to the nearest tick. */
export function roundedDuration(clip: Pick<Clip, 'sourceRange' | 'speed'>): Ticks {
  return scaleTicks(clip.sourceRange.duration, clip.speed.den, clip.speed.num);
}

/** Whether the clip plays its source range from its end to its start. */
export function isReversed(clip: Pick<Clip, 'effects'>): boolean {
  return clip.effects.some(({ name }) => name === 'reverse');
}

/** Whether the clip shows one picture all along, whatever its source range. */
export function isFrozen(clip: Pick<Clip, 'effects'>): boolean {
  return clip.effects.some(({ name }) => name === 'freeze');
}

/** Where the track's last item ends. */
export function trackDuration(track: Track): Ticks {
  let end = 0;
  for (const item of track.items) end += itemDuration(item);
  return ticks(end);
}

/**
 * Length of the finished video: the end of the last item on the tracks that follow edits. A `fixed` track (a music bed) does
 * not make it longer, it ends with the rest; only where nothing else has items does it count.
 */
export function timelineDuration(timeline: Timeline): Ticks {
  const filled = timeline.tracks.filter((track) => track.items.length > 0);
  const leading = filled.filter((track) => track.follows === 'ripple');
  return (leading.length > 0 ? leading : filled).reduce((end, track) => maxTicks(end, trackDuration(track)), zero);
}

/** Every item of a track, in order, with its range in record time. */
export function itemsWithRanges(track: Track): PlacedItem[] {
  let position = 0;
  return track.items.map((item) => {
    const start = position as Ticks;
    if (item.kind === 'transition') {
      return { item, range: timeRange(subtractTicks(start, item.inOffset), addTicks(item.inOffset, item.outOffset)) };
    }
    const duration = itemDuration(item);
    position += duration;
    return { item, range: timeRange(start, duration) };
  });
}

/** The clip that is seen or heard on a track at a moment of record time. */
export function clipAt(timeline: Timeline, trackId: TrackId, time: Ticks): Clip | undefined {
  const track = timeline.tracks.find((candidate) => candidate.id === trackId);
  if (track === undefined) return undefined;
  const found = itemsWithRanges(track).find(({ item, range }) => item.kind === 'clip' && contains(range, time));
  return found?.item.kind === 'clip' ? found.item : undefined;
}

export function findItem(timeline: Timeline, itemId: ItemId): FoundItem | undefined {
  for (const track of timeline.tracks) {
    const index = track.items.findIndex((item) => item.id === itemId);
    if (index >= 0) return { ...itemsWithRanges(track)[index]!, track, index };
  }
  return undefined;
}

/** Errors: EDIT_TARGET_MISSING. */
export function getItem(timeline: Timeline, itemId: ItemId): FoundItem {
  const found = findItem(timeline, itemId);
  if (found === undefined) throw fail('EDIT_TARGET_MISSING', { what: 'Item', id: itemId });
  return found;
}

/** Errors: EDIT_TARGET_MISSING. */
export function getTrack(timeline: Timeline, trackId: TrackId): Track {
  const track = timeline.tracks.find((candidate) => candidate.id === trackId);
  if (track === undefined) throw fail('EDIT_TARGET_MISSING', { what: 'Track', id: trackId });
  return track;
}

/** The item itself and every clip linked to it, in track order. */
export function linkedItems(timeline: Timeline, found: FoundItem): FoundItem[] {
  const linkId = found.item.kind === 'clip' ? found.item.linkId : undefined;
  if (linkId === undefined) return [found];
  return timeline.tracks.flatMap((track) =>
    track.items.some((item) => item.kind === 'clip' && item.linkId === linkId)
      ? itemsWithRanges(track)
          .map((placed, index) => ({ ...placed, track, index }))
          .filter(({ item }) => item.kind === 'clip' && item.linkId === linkId)
      : [],
  );
}

/**
 * The track that carries the story: the lowest picture track with clips, else the first sound track with clips. Time that an
 * edit of it frees or needs moves the other following tracks too; edits of an overlay do not move the story under it.
 */
export function primaryTrack(timeline: Timeline): Track | undefined {
  const hasClips = (track: Track) => track.items.some((item) => item.kind === 'clip');
  return (
    timeline.tracks.find((track) => track.kind === 'video' && hasClips(track)) ??
    timeline.tracks.find((track) => track.kind === 'audio' && hasClips(track))
  );
}

/**
 * Where a range of the asset's time is on the timeline, for a clip that starts at `recordStart`; undefined where the clip does
 * not use any of it.
 */
export function sourceToRecord(clip: Clip, recordStart: Ticks, sourceRange: TimeRange): TimeRange | undefined {
  const used = intersect(clip.sourceRange, sourceRange);
  if (used === undefined) return undefined;
  const place = (into: Ticks) => addTicks(recordStart, recordOffset(clip, into));
  const [start, end] = intoPlay(
    clip,
    subtractTicks(used.start, clip.sourceRange.start),
    subtractTicks(rangeEnd(used), clip.sourceRange.start),
  );
  return rangeBetween(place(start), place(end));
}

/** What part of the asset is used in a range of record time, for a clip that starts at `recordStart`; undefined for none. */
export function recordToSource(clip: Clip, recordStart: Ticks, recordRange: TimeRange): TimeRange | undefined {
  const shown = intersect(timeRange(recordStart, itemDuration(clip)), recordRange);
  if (shown === undefined) return undefined;
  const place = (time: Ticks) => sourceOffset(clip, subtractTicks(time, recordStart));
  const [start, end] = intoPlay(clip, place(shown.start), place(rangeEnd(shown)));
  return rangeBetween(addTicks(clip.sourceRange.start, start), addTicks(clip.sourceRange.start, end));
}

/** Offsets from the start of the source range as offsets in playing order, or back: the same but for a reversed clip. */
function intoPlay(clip: Clip, from: Ticks, to: Ticks): readonly [Ticks, Ticks] {
  if (!isReversed(clip)) return [from, to];
  return [subtractTicks(clip.sourceRange.duration, to), subtractTicks(clip.sourceRange.duration, from)];
}

/**
 * How far into the clip's source its record offset is. Inside the clip never its first or last tick's border, so that both sides
 * of any cut keep some source.
 */
export function sourceOffset(clip: Clip, offset: Ticks): Ticks {
  const whole = clip.sourceRange.duration;
  if (offset <= 0) return zero;
  if (offset >= itemDuration(clip)) return whole;
  const exact = scaleTicks(offset, clip.speed.num, clip.speed.den);
  return ticks(Math.max(1, Math.min(whole - 1, exact)));
}

function recordOffset(clip: Clip, offset: Ticks): Ticks {
  const whole = itemDuration(clip);
  if (offset >= clip.sourceRange.duration) return whole;
  return ticks(Math.min(whole, scaleTicks(offset, clip.speed.den, clip.speed.num)));
}
