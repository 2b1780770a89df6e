/** The one written form of a track's items, so that equal content is equal JSON. */
import type { Asset, AssetId } from '#core/asset';
import { addTicks, type Ticks } from '#core/time';
import { makeGap } from './item-parts.ts';
import { itemDuration } from './query.ts';
import { headHandle, tailHandle } from './sources.ts';
import type { Item, Transition } from './timeline.ts';

export type CanonicalItems = {
  readonly items: readonly Item[];
  /** Transitions that lost a neighbour, its length or the unused material they blend in, with the moment their cut is at. */
  readonly dropped: readonly { readonly transition: Transition; readonly at: Ticks; readonly why: Lost }[];
};

type Lost = 'cut' | 'material';
type Assets = ReadonlyMap<AssetId, Asset>;

/**
 * Joins touching gaps (the first one's id stays), drops those at the end, and transitions that have nothing to blend. What is not
 * in `assets` is taken to have material enough.
 */
export function canonicalItems(items: readonly Item[], assets: Assets = new Map()): CanonicalItems {
  const joined = joinGaps(items);
  if (!joined.some((item) => item.kind === 'transition')) return { items: joined, dropped: [] };
  const dropped: { transition: Transition; at: Ticks; why: Lost }[] = [];
  const kept: Item[] = [];
  let position = 0 as Ticks;
  joined.forEach((item, index) => {
    const why = item.kind === 'transition' ? lost(item, joined, index, assets) : undefined;
    if (item.kind === 'transition' && why !== undefined) dropped.push({ transition: item, at: position, why });
    else kept.push(item);
    position = addTicks(position, itemDuration(item));
  });
  return { items: dropped.length > 0 ? joinGaps(kept) : kept, dropped };
}

function joinGaps(items: readonly Item[]): Item[] {
  const joined: Item[] = [];
  for (const item of items) {
    const last = joined.at(-1);
    if (item.kind !== 'transition' && itemDuration(item) === 0) continue;
    if (item.kind === 'gap' && last?.kind === 'gap') {
      joined[joined.length - 1] = makeGap(last.id, addTicks(last.duration, item.duration));
    } else joined.push(item);
  }
  while (joined.at(-1)?.kind === 'gap') joined.pop();
  return joined;
}

/** What a transition lacks: clips on both sides that are long enough for it and its neighbours, or unused material of theirs. */
function lost(transition: Transition, items: readonly Item[], index: number, assets: Assets): Lost | undefined {
  const [before, after] = [items[index - 1], items[index + 1]];
  if (before?.kind !== 'clip' || after?.kind !== 'clip') return 'cut';
  const [earlier, later] = [items[index - 2], items[index + 2]];
  const { inOffset, outOffset } = transition;
  if (inOffset + (earlier?.kind === 'transition' ? earlier.outOffset : 0) > itemDuration(before)) return 'cut';
  if (outOffset + (later?.kind === 'transition' ? later.inOffset : 0) > itemDuration(after)) return 'cut';
  const [tail, head] = [assets.get(before.assetId), assets.get(after.assetId)];
  const isShort =
    (head !== undefined && inOffset > headHandle(after, head)) || (tail !== undefined && outOffset > tailHandle(before, tail));
  return isShort ? 'material' : undefined;
}
