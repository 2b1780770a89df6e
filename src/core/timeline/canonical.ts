/** The one written form of a track's items, so that equal content is equal JSON. */
import { addTicks, type Ticks } from '#core/time';
import { makeGap } from './item-parts.ts';
import { itemDuration } from './query.ts';
import type { Item, Transition } from './timeline.ts';

export type CanonicalItems = {
  readonly items: readonly Item[];
  /** Transitions that lost a neighbour or its length, with the moment their cut was at. */
  readonly dropped: readonly { readonly transition: Transition; readonly at: Ticks }[];
};

/** Joins touching gaps (the first one's id stays), drops those at the end, and transitions that have no clips to blend. */
export function canonicalItems(items: readonly Item[]): CanonicalItems {
  const joined = joinGaps(items);
  if (!joined.some((item) => item.kind === 'transition')) return { items: joined, dropped: [] };
  const dropped: { transition: Transition; at: Ticks }[] = [];
  const kept: Item[] = [];
  let position = 0 as Ticks;
  joined.forEach((item, index) => {
    if (item.kind === 'transition' && !fits(item, joined, index)) dropped.push({ transition: item, at: position });
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

/** Whether a transition has a clip on each side that is long enough for it and for the transition at its other end. */
function fits(transition: Transition, items: readonly Item[], index: number): boolean {
  const [before, after] = [items[index - 1], items[index + 1]];
  if (before?.kind !== 'clip' || after?.kind !== 'clip') return false;
  const [earlier, later] = [items[index - 2], items[index + 2]];
  const takenBefore = earlier?.kind === 'transition' ? earlier.outOffset : 0;
  const takenAfter = later?.kind === 'transition' ? later.inOffset : 0;
  return transition.inOffset + takenBefore <= itemDuration(before) && transition.outOffset + takenAfter <= itemDuration(after);
}
