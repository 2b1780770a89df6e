import { fail } from '#core/errors';
import { formatClock, ticks, toSeconds, type Ticks } from '#core/time';
import { checkName } from '../edit-limits.ts';
import { invalid, refuseLocked, requireTicks, setItems, takeId, type EditState } from '../edit-state.ts';
import type { EditOf } from '../edit.ts';
import { getTrack, itemDuration, itemsWithRanges } from '../query.ts';
import { headHandle, tailHandle } from '../sources.ts';
import type { Clip, Item, Track, Transition } from '../timeline.ts';

/**
 * Blends two neighbours over their cut, half before and half after where the handles allow; nothing moves. A transition that
 * the cut has already is replaced.
 *
 *     before  [────a────│────b────]
 *     after   [────a──▒▒│▒▒──b────]     ▒ both are seen; a goes on into its tail handle, b begins in its head handle
 */
export function addTransition(state: EditState, edit: EditOf<'add-transition'>): void {
  requireTicks('add-transition', { at: edit.at }, 0);
  requireTicks('add-transition', { duration: edit.duration }, 1);
  checkName('add-transition', edit.name);
  const track = getTrack(state.timeline, edit.trackId);
  refuseLocked(track);
  const { index, before, after, replaced } = findCut(track, edit.at);
  const rooms = roomsAt(state, track, { before, after, index, replaced });
  const inOffset = Math.min(rooms.before, Math.max(Math.floor(edit.duration / 2), edit.duration - rooms.after));
  const outOffset = edit.duration - inOffset;
  if (outOffset > rooms.after) {
    throw fail('TRANSITION_NO_HANDLE', {
      needed: toSeconds(edit.duration),
      available: toSeconds(ticks(rooms.before + rooms.after)),
    });
  }
  const transition: Transition = {
    kind: 'transition',
    id: takeId(state, 'itm'),
    name: edit.name,
    inOffset: ticks(inOffset),
    outOffset: ticks(outOffset),
  };
  setItems(state, track.id, track.items.toSpliced(index, replaced ? 1 : 0, transition));
  state.notes.push(`Added ${edit.name} at ${formatClock(edit.at)} on ${track.name}`);
}

type Cut = { readonly index: number; readonly before: Clip; readonly after: Clip; readonly replaced: boolean };

/** `index` is where the transition stands or goes. */
function findCut(track: Track, at: Ticks): Cut {
  const placed = itemsWithRanges(track);
  const next = placed.findIndex(({ item, range }) => item.kind === 'clip' && range.start === at);
  const replaced = track.items[next - 1]?.kind === 'transition';
  const [before, after] = [track.items[replaced ? next - 2 : next - 1], track.items[next]];
  if (before?.kind !== 'clip' || after?.kind !== 'clip') {
    throw invalid('add-transition', `there is no cut between two clips at ${formatClock(at)} on ${track.name}`);
  }
  return { index: replaced ? next - 1 : next, before, after, replaced };
}

/** How much of the blend can lie before and after the cut: handles, and what the clips have left beside other transitions. */
function roomsAt(state: EditState, track: Track, { before, after, index, replaced }: Cut): { before: number; after: number } {
  const earlier: Item | undefined = track.items[index - 2];
  const later: Item | undefined = track.items[replaced ? index + 2 : index + 1];
  const lengthBefore = itemDuration(before) - (earlier?.kind === 'transition' ? earlier.outOffset : 0);
  const lengthAfter = itemDuration(after) - (later?.kind === 'transition' ? later.inOffset : 0);
  return {
    before: Math.min(lengthBefore, headHandle(after, state.assets.get(after.assetId))),
    after: Math.min(lengthAfter, tailHandle(before, state.assets.get(before.assetId))),
  };
}
