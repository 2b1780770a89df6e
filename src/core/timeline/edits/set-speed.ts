import {
  addTicks,
  formatClock,
  ratio,
  ratioToNumber,
  scaleTicks,
  subtractTicks,
  ticks,
  zero,
  type Ticks,
  type TimeRange,
} from '#core/time';
import { limits } from '../edit-limits.ts';
import { invalid, refuseLocked, setItems, takeId, type EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';
import { fitFades, fitText, makeGap } from '../item-parts.ts';
import { stretchEffects } from '../part-effects.ts';
import { getItem, itemsWithRanges, linkedItems, primaryTrack, roundedDuration, trackDuration } from '../query.ts';
import type { Gap, Item, Track } from '../timeline.ts';

/**
 * Changes the speed of a clip and of what is linked to it; everything after moves.
 *
 *     speed 2  V [─────a─────][─b─]      T ......[─t─]......[─u─]
 *     after    V [──a──][─b─]            T ...[t]...[─u─]
 *
 * Where the clip is on the primary track, the other following tracks go along: what begins or ends beside the clip does so at the
 * moment it did, texts shrink and stretch with it, clips keep their length and are pushed later where they would collide.
 */
export function setSpeed(state: EditState, edit: EditOf<'set-speed'>): void {
  const speed = ratio(edit.speed.num, edit.speed.den);
  const factor = ratioToNumber(speed);
  if (factor < limits.slowest || factor > limits.fastest)
    throw invalid('set-speed', `speed ${factor} is not between ${limits.slowest} and ${limits.fastest}`);
  const found = getItem(state.timeline, edit.itemId);
  const { item: lead, range } = found;
  if (lead.kind !== 'clip') throw invalid('set-speed', `${lead.id} is a ${lead.kind}, only clips have a speed`);
  const duration = roundedDuration({ sourceRange: lead.sourceRange, speed });
  if (duration < 1) throw invalid('set-speed', `nothing of ${lead.id} would stay`);
  const group = linkedItems(state.timeline, found);
  const own = group.map(({ track }) => track.id);
  for (const { track } of group) refuseLocked(track);
  const others = state.timeline.tracks.filter((track) => track.follows === 'ripple' && !own.includes(track.id));
  if (group.some(({ track }) => track === primaryTrack(state.timeline))) {
    for (const track of others) {
      if (trackDuration(track) <= range.start) continue;
      refuseLocked(track);
      setItems(state, track.id, scaleTrack(state, track, { range, duration }));
    }
  }
  for (const { item, track, index } of group) {
    if (item.kind !== 'clip') continue;
    const { recordDuration: _recordDuration, ...clip } = item;
    setItems(
      state,
      track.id,
      track.items.with(
        index,
        fitFades({ ...clip, speed, recordDuration: duration, effects: stretchEffects(clip.effects, range.duration, duration) }),
      ),
    );
  }
  state.notes.push(
    `Speed of ${lead.id} is ${Number(factor.toFixed(3))}×: ${formatClock(range.duration)} → ${formatClock(duration)}`,
  );
}

type Scaling = { readonly range: TimeRange; readonly duration: Ticks };

function scaleTrack(state: EditState, track: Track, scaling: Scaling): Item[] {
  const items: Item[] = [];
  let position: Ticks = zero;
  let pending: Gap | undefined;
  for (const { item, range } of itemsWithRanges(track)) {
    if (item.kind === 'gap') {
      pending = item;
      continue;
    }
    if (item.kind === 'transition') {
      items.push(item);
      continue;
    }
    const start = scaled(range.start, scaling);
    const gap = subtractTicks(start, position);
    if (gap > 0) {
      items.push(pending?.duration === gap ? pending : makeGap(pending?.id ?? takeId(state, 'itm'), gap));
      position = start;
    }
    pending = undefined;
    const end = scaled(addTicks(range.start, range.duration), scaling);
    const length = item.kind === 'text' ? ticks(Math.max(1, end - position)) : range.duration;
    items.push(item.kind === 'text' && length !== item.duration ? fitText({ ...item, duration: length }) : item);
    position = addTicks(position, length);
  }
  return items;
}

/** Where a moment of record time goes. */
function scaled(time: Ticks, { range, duration }: Scaling): Ticks {
  if (time <= range.start) return time;
  const inside = subtractTicks(time, range.start);
  if (inside >= range.duration) return addTicks(time, subtractTicks(duration, range.duration));
  return addTicks(range.start, scaleTicks(inside, duration, range.duration));
}
