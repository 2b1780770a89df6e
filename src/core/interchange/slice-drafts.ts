/** Parts of a list of items, and one list laid over another: how nested stacks become one track. */
import { addTicks, maxTicks, minTicks, scaleTicks, subtractTicks, zero, type Ticks } from '#core/time';
import type { DraftItem } from './assemble.ts';

export function draftLength(items: readonly DraftItem[]): Ticks {
  return items.reduce((sum, item) => addTicks(sum, lengthOf(item)), zero);
}

function lengthOf(item: DraftItem): Ticks {
  return item.kind === 'transition' ? zero : item.duration;
}

/** What lies between two moments of the list; filled with a gap where the list is shorter. Transitions at the borders go. */
export function sliceDrafts(items: readonly DraftItem[], from: Ticks, to: Ticks): DraftItem[] {
  const kept: DraftItem[] = [];
  let at = zero;
  if (from < 0) kept.push({ kind: 'gap', duration: subtractTicks(minTicks(zero, to), from) });
  for (const item of items) {
    const end = addTicks(at, lengthOf(item));
    if (item.kind === 'transition') {
      if (at > from && at < to) kept.push(item);
    } else {
      const part = cutDraft(item, subtractTicks(maxTicks(from, at), at), subtractTicks(minTicks(to, end), at));
      if (part !== undefined) kept.push(part);
    }
    at = end;
  }
  const tail = subtractTicks(to, maxTicks(at, maxTicks(from, zero)));
  if (tail > 0) kept.push({ kind: 'gap', duration: tail });
  return kept;
}

function cutDraft(item: Exclude<DraftItem, { kind: 'transition' }>, from: Ticks, to: Ticks): DraftItem | undefined {
  const duration = subtractTicks(to, from);
  if (duration <= 0) return undefined;
  if (item.kind !== 'clip') return { ...item, duration };
  // A reversed clip begins at the end of its source.
  const skipped = item.effects.some(({ name }) => name === 'reverse') ? subtractTicks(item.duration, to) : from;
  return { ...item, duration, sourceStart: addTicks(item.sourceStart, scaleTicks(skipped, item.speed.num, item.speed.den)) };
}

/** Layers, the lowest first, as one; halves first, so that many layers take hardly longer than few. */
export function flattenDrafts(layers: readonly (readonly DraftItem[])[]): readonly DraftItem[] {
  if (layers.length < 2) return layers[0] ?? [];
  const middle = layers.length >> 1;
  return overlayDrafts(flattenDrafts(layers.slice(0, middle)), flattenDrafts(layers.slice(middle)));
}

/** `top` where it has something, `bottom` where it has gaps. One pass over both. */
function overlayDrafts(bottom: readonly DraftItem[], top: readonly DraftItem[]): DraftItem[] {
  const length = maxTicks(draftLength(bottom), draftLength(top));
  const full = [...top];
  const missing = subtractTicks(length, draftLength(top));
  if (missing > 0) full.push({ kind: 'gap', duration: missing });
  const merged: DraftItem[] = [];
  let [at, below, belowAt] = [zero, 0, zero];
  for (const item of full) {
    if (item.kind !== 'gap') {
      merged.push(item);
      at = addTicks(at, lengthOf(item));
      continue;
    }
    const end = addTicks(at, item.duration);
    while (below < bottom.length && addTicks(belowAt, lengthOf(bottom[below]!)) <= at)
      belowAt = addTicks(belowAt, lengthOf(bottom[below++]!));
    // A look ahead that keeps the place: the next gap may begin within the same item.
    const window: DraftItem[] = [];
    let windowEnd = belowAt;
    for (let index = below; index < bottom.length && windowEnd < end; index++) {
      window.push(bottom[index]!);
      windowEnd = addTicks(windowEnd, lengthOf(bottom[index]!));
    }
    merged.push(...sliceDrafts(window, subtractTicks(at, belowAt), subtractTicks(end, belowAt)));
    at = end;
  }
  return merged;
}
