import { formatSeconds, scaleTicks, ticks, toSeconds, zero, type Ticks } from '#core/time';
import { fail } from '#core/errors';
import { openItems, settle } from '../cutting.ts';
import { invalid, refuseLocked, requireTicks, setItems, takeId, type EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';
import { fitFades, fitText, makeGap, type SolidItem } from '../item-parts.ts';
import { partEffects } from '../part-effects.ts';
import {
  getItem,
  isFrozen,
  isReversed,
  itemDuration,
  linkedItems,
  primaryTrack,
  sourceOffset,
  trackDuration,
  type FoundItem,
} from '../query.ts';
import { isEndless } from '../sources.ts';
import type { Clip, Item } from '../timeline.ts';
import { removeTime } from './ripple-delete.ts';

/**
 * Moves one edge of an item and of what is linked to it by `by` (positive: later).
 *
 *     trim a's end by −2, follow      [───a───][─b─]   →   [──a─][─b─]
 *     trim a's end by −2, stay        [───a───][─b─]   →   [──a─]..[─b─]
 *     trim b's start by +1, follow    [─a─][──b──]     →   [─a─][─b──]
 *     trim b's start by −1, stay      [─a─]..[─b──]    →   [─a─].[──b──]
 *
 * `follow`: where the item is on the primary track, the other following tracks lose or gain the same time; elsewhere only
 * the tracks of the item and its links move. `stay` needs a gap beside the edge that is wide enough.
 */
export function trim(state: EditState, edit: EditOf<'trim'>): void {
  requireTicks('trim', { by: edit.by });
  const found = getItem(state.timeline, edit.itemId);
  const group = linkedItems(state.timeline, found);
  for (const { track } of group) refuseLocked(track);
  if (edit.by === 0) return;
  const grows = edit.edge === 'start' ? 0 - edit.by : edit.by;
  if (edit.ripple === 'follow' && group.some(({ track }) => track === primaryTrack(state.timeline))) {
    follow(state, { edit, found, group, grows });
  }
  for (const member of group) trimOne(state, edit, member);
  const change = `${formatSeconds(ticks(Math.abs(grows)), 3)} ${grows < 0 ? 'shorter' : 'longer'}`;
  state.notes.push(`Trimmed the ${edit.edge} of ${edit.itemId}: ${change}`);
}

type Following = {
  readonly edit: EditOf<'trim'>;
  readonly found: FoundItem;
  readonly group: readonly FoundItem[];
  readonly grows: number;
};

/** The tracks that are not trimmed themselves keep in step. */
function follow(state: EditState, { edit, found, group, grows }: Following): void {
  const own = new Set(group.map(({ track }) => track.id));
  const others = state.timeline.tracks.filter((track) => track.follows === 'ripple' && !own.has(track.id));
  const end = found.range.start + found.range.duration;
  if (grows < 0) {
    const start = (edit.edge === 'start' ? found.range.start : end + grows) as Ticks;
    removeTime(state, { start, duration: ticks(-grows) }, others);
    return;
  }
  const at = (edit.edge === 'start' ? found.range.start : end) as Ticks;
  for (const track of others) {
    if (trackDuration(track) <= at) continue;
    refuseLocked(track);
    setItems(state, track.id, openItems(state, track, { at, duration: ticks(grows) }));
  }
}

function trimOne(state: EditState, edit: EditOf<'trim'>, { item, track, index }: FoundItem): void {
  if (item.kind === 'transition') throw invalid('trim', `${item.id} is a transition, which has no edges`);
  const resized = settle(state, resize(state, item, edit));
  const items: Item[] = track.items.with(index, resized);
  if (edit.ripple === 'stay') {
    const beside = edit.edge === 'start' ? index - 1 : index + 1;
    const grows = itemDuration(resized) - itemDuration(item);
    const neighbour = track.items[beside];
    if (grows < 0) {
      items.splice(edit.edge === 'start' ? index : index + 1, 0, makeGap(takeId(state, 'itm'), ticks(-grows)));
    } else if (neighbour?.kind === 'gap' && neighbour.duration >= grows) {
      items[beside] = makeGap(neighbour.id, ticks(neighbour.duration - grows));
    } else if (neighbour !== undefined || edit.edge === 'start') {
      throw invalid('trim', `there is no gap of ${formatSeconds(ticks(grows), 3)} beside ${item.id}`);
    }
  }
  setItems(state, track.id, items);
}

function resize(state: EditState, item: SolidItem, { edge, by }: EditOf<'trim'>): SolidItem {
  const duration = itemDuration(item) + (edge === 'start' ? 0 - by : by);
  if (!(duration > 0 && Number.isSafeInteger(duration))) {
    throw invalid('trim', `${item.id} is ${formatSeconds(itemDuration(item), 3)} long, nothing of it would stay`);
  }
  if (item.kind === 'gap') return makeGap(item.id, ticks(duration));
  if (item.kind === 'text') return fitText({ ...item, duration: ticks(duration) });
  const { start, duration: length } = item.sourceRange;
  const end = start + length;
  const distance = sourceDistance(item, by, edge);
  const reversed = isReversed(item);
  const isAtSourceStart = (edge === 'start') !== reversed;
  const cut = (isAtSourceStart ? start : end) + (reversed ? -distance : distance);
  const source = state.assets.get(item.assetId);
  const hasBounds = !isEndless(source) && !isFrozen(item);
  if (isAtSourceStart && cut < 0 && hasBounds) {
    throw invalid('trim', `${item.id} has only ${formatSeconds(start, 3)} of source before it`);
  }
  if (!isAtSourceStart && source !== undefined && hasBounds && cut > source.duration) {
    throw fail('CLIP_OUT_OF_SOURCE', { end: toSeconds(ticks(cut)), available: toSeconds(source.duration) });
  }
  const sourceRange = isAtSourceStart
    ? { start: ticks(Math.max(0, cut)), duration: ticks(end - cut) }
    : { start, duration: ticks(cut - start) };
  if (sourceRange.duration <= 0) throw invalid('trim', `nothing of ${item.id} would stay`);
  const whole = itemDuration(item);
  const from = edge === 'start' ? by : zero;
  const kept = { from, to: ticks(from + duration), whole, first: true, last: true };
  return fitFades({ ...item, sourceRange, recordDuration: ticks(duration), effects: partEffects(item.effects, kept) });
}

/** How far an edge moves in the source when it moves by `by` on the timeline; inside the clip exactly where a cut would be. */
function sourceDistance(clip: Clip, by: Ticks, edge: 'start' | 'end'): number {
  const inside = edge === 'start' ? by > 0 : by < 0;
  if (!inside) return Math.sign(by) * scaleTicks(ticks(Math.abs(by)), clip.speed.num, clip.speed.den);
  if (edge === 'start') return sourceOffset(clip, by);
  return sourceOffset(clip, ticks(itemDuration(clip) + by)) - clip.sourceRange.duration;
}
