/** Which links an edit can have made untrue: asked after each of thousands, so it looks at identities and a few sums. */
import { itemDuration } from './query.ts';
import type { Item, LinkId, Timeline, Track } from './timeline.ts';

/** The stretch of old record time in which a track changed, and by how much what is after it moved. */
type Move = { readonly from: number; readonly to: number; readonly by: number };

/**
 * The links of clips that came, went or changed; undefined (all of them) where untouched clips of one link may have moved
 * differently.
 *
 * Untouched clips lie before or after their track's changed stretch. Where all tracks with links moved by the same time and
 * their stretches overlap, two clips in one place are on the same side of both, so they stayed together.
 */
export function touchedLinks(before: Timeline, after: Timeline): Set<LinkId> | undefined {
  const touched = new Set<LinkId>();
  const old = new Map(before.tracks.map((track) => [track.id, track]));
  const moves: (Move | undefined)[] = [];
  for (const track of after.tracks) {
    const was = old.get(track.id);
    old.delete(track.id);
    if (was?.items === track.items) {
      if (hasLinks(track)) moves.push(undefined);
      continue;
    }
    const move = compare(was?.items ?? [], track.items, touched);
    if (hasLinks(track) || (was !== undefined && hasLinks(was))) moves.push(move);
  }
  for (const track of old.values()) addLinks(track.items, touched);
  return moveTogether(moves) ? touched : undefined;
}

function moveTogether(moves: readonly (Move | undefined)[]): boolean {
  if (moves.every((move) => (move?.by ?? 0) === 0)) return true;
  const [first] = moves;
  if (first === undefined || moves.some((move) => move?.by !== first.by)) return false;
  const starts = moves.map((move) => move?.from ?? 0);
  const ends = moves.map((move) => move?.to ?? 0);
  return Math.max(...starts) <= Math.min(...ends);
}

function compare(before: readonly Item[], after: readonly Item[], touched: Set<LinkId>): Move {
  const shorter = Math.min(before.length, after.length);
  let index = 0;
  let from = 0;
  while (index < shorter && before[index] === after[index]) from += itemDuration(before[index++]!);
  let tail = 0;
  while (tail < shorter - index && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const [removed, added] = [before.slice(index, before.length - tail), after.slice(index, after.length - tail)];
  addLinks(removed, touched);
  addLinks(added, touched);
  const length = lengthOf(removed);
  return { from, to: from + length, by: lengthOf(added) - length };
}

function lengthOf(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + itemDuration(item), 0);
}

function addLinks(items: readonly Item[], touched: Set<LinkId>): void {
  for (const item of items) if (item.kind === 'clip' && item.linkId !== undefined) touched.add(item.linkId);
}

function hasLinks(track: Track): boolean {
  return track.items.some((item) => item.kind === 'clip' && item.linkId !== undefined);
}
