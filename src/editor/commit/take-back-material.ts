/** What came and went by a change: cut material goes back to its cut, added items go, removed texts and tracks come back. */
import { addTicks, contains, rangeEnd, subtractRanges, unite, type Ticks, type TimeRange } from '#core/time';
import {
  findItem,
  itemsWithRanges,
  primaryTrack,
  recordToSource,
  sourceToRecord,
  type Clip,
  type Item,
  type TextClip,
  type Timeline,
  type Track,
} from '#core/timeline';
import { isOdd, pieceOf } from './put-back.ts';
import { step, type TakeBackConflict, type Undoing } from './undoing.ts';

type Solid = Clip | TextClip;

export function takeBackMaterial(work: Undoing): void {
  const cuts = cutStretches(work.before, work.after);
  if (work.piece !== undefined) {
    restoreCuts(work, cuts.slice(work.piece, work.piece + 1));
    return;
  }
  removeAdded(work);
  restoreCuts(work, cuts);
  restoreTracks(work);
  restoreTexts(work);
  restoreTransitions(work);
}

/** Whether `part` is `whole` or was cut out of it. `known`: ids that cannot be parts, because they were there before. */
export function isPartOf(part: Item, whole: Item, known: ReadonlySet<string>): boolean {
  if (part.id === whole.id) return true;
  if (known.has(part.id)) return false;
  if (part.kind === 'text' && whole.kind === 'text') return part.text === whole.text;
  if (part.kind !== 'clip' || whole.kind !== 'clip') return false;
  return (
    part.assetId === whole.assetId &&
    part.streamIndex === whole.streamIndex &&
    contains(whole.sourceRange, part.sourceRange.start) &&
    rangeEnd(part.sourceRange) <= rangeEnd(whole.sourceRange)
  );
}

export function idsOf(timeline: Timeline): ReadonlySet<string> {
  return new Set(timeline.tracks.flatMap(({ items }) => items.map(({ id }) => id)));
}

export function nameOf(work: Undoing, item: Solid): string {
  return item.kind === 'text'
    ? `"${item.text.slice(0, 40)}"`
    : (work.assets.find(({ id }) => id === item.assetId)?.name ?? item.assetId);
}

function solid(item: Item): item is Solid {
  return item.kind === 'clip' || item.kind === 'text';
}

function trackIn(timeline: Timeline, id: string): Track | undefined {
  return timeline.tracks.find((track) => track.id === id);
}

function removeAdded(work: Undoing): void {
  const [old, made] = [idsOf(work.before), idsOf(work.after)];
  for (const track of work.after.tracks) {
    const origin = trackIn(work.before, track.id);
    const added = track.items.filter(
      (item) => solid(item) && !old.has(item.id) && !(origin?.items ?? []).some((whole) => isPartOf(item, whole, old)),
    );
    for (const item of added) {
      const parts = (trackIn(work.timeline, track.id)?.items ?? []).filter((candidate) => isPartOf(candidate, item, made));
      for (const { id } of parts) {
        if (findItem(work.timeline, id) === undefined) continue;
        const leads = primaryTrack(work.timeline)?.id === track.id;
        step(work, { kind: 'remove-item', itemId: id, close: leads && origin !== undefined ? 'close' : 'leave-gap' });
      }
    }
    const left = trackIn(work.timeline, track.id);
    if (origin === undefined && left !== undefined && !left.items.some(solid))
      step(work, { kind: 'remove-track', trackId: track.id });
    for (const item of track.items)
      if (item.kind === 'transition' && !old.has(item.id) && findItem(work.timeline, item.id) !== undefined)
        step(work, { kind: 'remove-transition', itemId: item.id });
  }
}

type Lost = { readonly clip: Clip; readonly source: TimeRange; readonly record: TimeRange };

/** Every stretch of the story that `after` has no more, in order; each in pieces, one for each clip it went through. */
export function cutStretches(before: Timeline, after: Timeline): readonly (readonly Lost[])[] {
  const track = primaryTrack(before);
  const left = track === undefined ? undefined : trackIn(after, track.id);
  if (track === undefined || left === undefined) return [];
  const old = idsOf(before);
  const stretches: Lost[][] = [];
  for (const { item, range } of itemsWithRanges(track)) {
    if (item.kind !== 'clip') continue;
    const parts = left.items.filter((part): part is Clip => part.kind === 'clip' && isPartOf(part, item, old));
    for (const source of subtractRanges(item.sourceRange, unite(parts.map(({ sourceRange }) => sourceRange)))) {
      const record = sourceToRecord(item, range.start, source);
      if (record === undefined) continue;
      const last = stretches.at(-1);
      const follows = last?.at(-1) !== undefined && rangeEnd(last.at(-1)!.record) === record.start;
      if (follows) last!.push({ clip: item, source, record });
      else stretches.push([{ clip: item, source, record }]);
    }
  }
  return stretches;
}

function restoreCuts(work: Undoing, stretches: readonly (readonly Lost[])[]): void {
  const track = primaryTrack(work.before);
  if (track !== undefined) for (const piece of stretches.flat()) restoreCut(work, track, piece);
}

function restoreCut(work: Undoing, track: Track, { clip, source, record }: Lost): void {
  const now = trackIn(work.timeline, track.id);
  const clips = track.items.filter((item): item is Clip => item.kind === 'clip');
  const order = clips.indexOf(clip);
  const isInside = { left: source.start > clip.sourceRange.start, right: rangeEnd(source) < rangeEnd(clip.sourceRange) };
  const left = isInside.left ? { clip, at: source.start } : edge(clips[order - 1], 'end');
  const right = isInside.right ? { clip, at: rangeEnd(source) } : edge(clips[order + 1], 'start');
  const place = now === undefined || isOdd(clip) ? 'cut-since' : joinAt(now, left, right);
  if (typeof place === 'string') {
    conflict(work, { what: nameOf(work, clip), why: place });
    return;
  }
  const template = place.neighbour?.assetId === clip.assetId ? place.neighbour : clip;
  const linked = work.before.tracks.flatMap((other) => {
    if (other.id === track.id || clip.linkId === undefined) return [];
    const mate = itemsWithRanges(other).find(
      ({ item, range }) => item.kind === 'clip' && item.linkId === clip.linkId && contains(range, record.start),
    );
    const target = trackIn(work.timeline, other.id);
    if (mate?.item.kind !== 'clip' || target === undefined) return [];
    const part = recordToSource(mate.item, mate.range.start, record);
    const near = mateOf(target, place.neighbour, mate.item);
    return part === undefined ? [] : [{ trackId: other.id, item: pieceOf(near, part) }];
  });
  step(work, {
    kind: 'insert',
    trackId: track.id,
    at: place.at,
    item: pieceOf(template, source),
    ...(linked.length === 0 ? {} : { linked }),
  });
}

type Edge = { readonly clip: Clip; readonly at: Ticks };

function edge(clip: Clip | undefined, side: 'start' | 'end'): Edge | undefined {
  return clip === undefined ? undefined : { clip, at: side === 'end' ? rangeEnd(clip.sourceRange) : clip.sourceRange.start };
}

type Place = { readonly at: Ticks; readonly neighbour: Clip | undefined };

/** Where the material before and the material after meet now; one of them is enough where the other was cut further. */
function joinAt(now: Track, left: Edge | undefined, right: Edge | undefined): Place | TakeBackConflict['why'] {
  const placed = itemsWithRanges(now).flatMap(({ item, range }) => (item.kind === 'clip' ? [{ clip: item, range }] : []));
  const uses = (clip: Clip, { clip: wanted }: Edge) => clip.assetId === wanted.assetId && clip.streamIndex === wanted.streamIndex;
  const lefts = left === undefined ? [] : placed.filter(({ clip }) => uses(clip, left) && rangeEnd(clip.sourceRange) === left.at);
  const rights = right === undefined ? [] : placed.filter(({ clip }) => uses(clip, right) && clip.sourceRange.start === right.at);
  const both = lefts.find(({ range }) => rights.some((other) => other.range.start === rangeEnd(range)));
  if (both !== undefined) return { at: rangeEnd(both.range), neighbour: both.clip };
  if (lefts.length > 0 && rights.length > 0) return 'apart';
  if (left === undefined && right === undefined) return placed.length === 0 ? { at: 0 as Ticks, neighbour: undefined } : 'apart';
  const [before, after] = [lefts[0], rights[0]];
  if (before !== undefined) return { at: rangeEnd(before.range), neighbour: before.clip };
  return after === undefined ? 'cut-since' : { at: after.range.start, neighbour: after.clip };
}

/** The clip linked to the neighbour on another track, which is treated as this material should be now. */
function mateOf(track: Track, neighbour: Clip | undefined, known: Clip): Clip {
  const linked = track.items.find(
    (item): item is Clip => item.kind === 'clip' && item.linkId !== undefined && item.linkId === neighbour?.linkId,
  );
  return linked?.assetId === known.assetId && linked.streamIndex === known.streamIndex ? linked : known;
}

function restoreTracks(work: Undoing): void {
  for (const [index, track] of work.before.tracks.entries()) {
    if (trackIn(work.after, track.id) !== undefined || trackIn(work.timeline, track.id) !== undefined) continue;
    // Its times are those of the video as it was: they hold where the story is the same, or where they are nothing to it.
    if (track.follows === 'fixed' || sameStory(work.after, work.timeline))
      step(work, { kind: 'put-track', index: Math.min(index, work.timeline.tracks.length), track });
    else conflict(work, { what: track.name, why: 'cut-since' });
  }
}

/** Texts and overlays that the change took away. */
function restoreTexts(work: Undoing): void {
  const made = idsOf(work.after);
  const story = primaryTrack(work.before)?.id;
  for (const track of work.before.tracks) {
    const after = trackIn(work.after, track.id);
    if (after === undefined || track.id === story || trackIn(work.timeline, track.id) === undefined) continue;
    for (const { item, range } of itemsWithRanges(track)) {
      if (item.kind !== 'text' || made.has(item.id)) continue;
      if (!sameStory(work.after, work.timeline)) conflict(work, { what: nameOf(work, item), why: 'cut-since' });
      else {
        const { duration, text, style, words } = item;
        step(work, {
          kind: 'overwrite',
          trackId: track.id,
          at: range.start,
          item: { kind: 'text', duration, text, style, ...(words === undefined ? {} : { words }) },
        });
      }
    }
  }
}

/** Transitions that went with what was cut, over the joins that are there again. */
function restoreTransitions(work: Undoing): void {
  const made = idsOf(work.after);
  for (const track of work.before.tracks) {
    if (trackIn(work.after, track.id) === undefined) continue;
    for (const [index, item] of track.items.entries()) {
      if (item.kind !== 'transition' || made.has(item.id)) continue;
      const now = trackIn(work.timeline, track.id);
      const [from, to] = [track.items[index - 1], track.items[index + 1]];
      const place =
        now === undefined || from?.kind !== 'clip' || to?.kind !== 'clip'
          ? 'cut-since'
          : joinAt(now, edge(from, 'end'), edge(to, 'start'));
      if (typeof place === 'string') conflict(work, { what: item.name, why: place });
      else
        step(work, {
          kind: 'add-transition',
          trackId: track.id,
          at: place.at,
          name: item.name,
          duration: addTicks(item.inOffset, item.outOffset),
        });
    }
  }
}

function sameStory(a: Timeline, b: Timeline): boolean {
  const of = (timeline: Timeline) =>
    JSON.stringify(
      (primaryTrack(timeline)?.items ?? []).map((item) =>
        item.kind === 'clip' ? [item.assetId, item.sourceRange, item.speed] : item.kind,
      ),
    );
  return of(a) === of(b);
}

function conflict(work: Undoing, found: TakeBackConflict): void {
  if (!work.conflicts.some(({ what, why }) => what === found.what && why === found.why)) work.conflicts.push(found);
}
