/** Taking time out of a track's items and putting items in: what the operations share. */
import { addTicks, rangeEnd, subtractTicks, zero, type Ticks, type TimeRange } from '#core/time';
import { noteDropped, takeId, type EditState } from './edit-state.ts';
import { fitText, makeGap, partOf, type SolidItem } from './item-parts.ts';
import { itemDuration } from './query.ts';
import { isStill } from './sources.ts';
import type { Item, Track } from './timeline.ts';

export type CutItems = { readonly left: readonly Item[]; readonly right: readonly Item[] };

/**
 * What is left of a track before and after a range of record time; items over its borders are cut.
 *
 *     items   [──a──][T][───b───][──c──]
 *     range       └────────┘
 *     left    [a─]                          right  [─b][──c──]
 *
 * The fade at an item's start goes to its first part that stays, the one at its end to the last. Transitions whose cut is
 * inside or on a border of the range are dropped and noted. An empty range only cuts.
 */
export function cutItems(state: EditState, track: Track, range: TimeRange): CutItems {
  const [start, end] = [range.start, rangeEnd(range)];
  const left: Item[] = [];
  const right: Item[] = [];
  let position: Ticks = zero;
  for (const item of track.items) {
    if (item.kind === 'transition') {
      if (position < start) left.push(item);
      else if (position > end) right.push(item);
      else noteDropped(state, track, position);
      continue;
    }
    const length = itemDuration(item);
    const before = Math.min(length, start - position) as Ticks;
    const after = Math.min(length, position + length - end) as Ticks;
    position = addTicks(position, length);
    if (before === length) left.push(item);
    else if (after === length) right.push(item);
    else cutItem(state, item, { before, after, left, right });
  }
  return { left, right };
}

/** The same cut, with both sides joined again: the range is gone. A text under the range loses its time but stays one. */
export function closeItems(state: EditState, track: Track, range: TimeRange): Item[] {
  const { left, right } = cutItems(state, track, range);
  const [last, first] = [left.at(-1), right[0]];
  // A part with an id of its own is the second one of the item before it.
  if (last?.kind === 'text' && first?.kind === 'text' && !track.items.some((item) => item.id === first.id)) {
    const whole = track.items.find((item) => item.id === last.id);
    if (whole?.kind === 'text') {
      const duration = addTicks(last.duration, first.duration);
      return [...left.slice(0, -1), fitText({ ...whole, duration }), ...right.slice(1)];
    }
  }
  return [...left, ...right];
}

/**
 * Opens `duration` of time at `at`. A text over that moment is not cut in two: it stays, and the opening comes after it.
 * Undefined where the track ends before it and has nothing to move.
 */
export function openItems(state: EditState, track: Track, opening: { readonly at: Ticks; readonly duration: Ticks }): Item[] {
  let at = opening.at;
  let position: Ticks = zero;
  for (const item of track.items) {
    const end = addTicks(position, itemDuration(item));
    if (item.kind === 'text' && position < at && at < end) at = end;
    position = end;
  }
  const { left, right } = cutItems(state, track, { start: at, duration: zero });
  return right.length === 0 ? [...left] : [...left, makeGap(takeId(state, 'itm'), opening.duration), ...right];
}

/** Items that end at `at`: a gap fills the way where they are shorter. */
export function reach(state: EditState, items: readonly Item[], at: Ticks): Item[] {
  const end = items.reduce((sum, item) => sum + itemDuration(item), 0);
  return end < at ? [...items, makeGap(takeId(state, 'itm'), subtractTicks(at, end as Ticks))] : [...items];
}

type Halves = { readonly before: Ticks; readonly after: Ticks; readonly left: Item[]; readonly right: Item[] };

function cutItem(state: EditState, item: SolidItem, { before, after, left, right }: Halves): void {
  const length = itemDuration(item);
  const both = before > 0 && after > 0;
  if (before > 0) left.push(settle(state, partOf(item, { from: zero, to: before, id: item.id, first: true, last: !both })));
  if (after > 0) {
    const id = both ? takeId(state, 'itm') : item.id;
    const from = subtractTicks(length, after);
    right.push(settle(state, partOf(item, { from, to: length, id, first: !both, last: true })));
  }
}

/** A still has no time of its own: every part of it starts at 0. */
export function settle<Kind extends SolidItem>(state: EditState, item: Kind): Kind {
  if (item.kind !== 'clip' || item.sourceRange.start === 0 || !isStill(state.assets.get(item.assetId))) return item;
  return { ...item, sourceRange: { start: zero, duration: item.sourceRange.duration } };
}
