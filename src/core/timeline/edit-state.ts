/**
 * What an edit works on while it is applied: the timeline so far and the way back.
 *
 * Every change goes through `perform`, which takes primitive edits only and notes the exact inverse of each. Operations
 * say what a track's items become; `setItems` finds the smallest splice that makes it so.
 */
import type { Asset, AssetId } from '#core/asset';
import { fail } from '#core/errors';
import { formatClock, type Ticks } from '#core/time';
import { canonicalItems } from './canonical.ts';
import type { Edit, EditKind, FieldsOf } from './edit.ts';
import { getTrack } from './query.ts';
import type { Item, LinkId, Timeline, Track, TrackId } from './timeline.ts';

export type PrimitiveEdit = Extract<Edit, { kind: 'splice' | 'put-track' | 'drop-track' | 'put-track-fields' | 'put-fields' }>;

export type EditState = {
  timeline: Timeline;
  readonly assets: ReadonlyMap<AssetId, Asset>;
  /** Inverses, the last one to be applied first. */
  readonly inverse: Edit[];
  readonly notes: string[];
  /** Links that new items of one call share, by the name the caller gave them. */
  readonly links: Map<string, LinkId>;
};

/** Applies a primitive edit as it is and remembers its inverse. Errors: EDIT_TARGET_MISSING, EDIT_INVALID. */
export function perform(state: EditState, edit: PrimitiveEdit): void {
  const { timeline } = state;
  switch (edit.kind) {
    case 'splice': {
      const track = getTrack(timeline, edit.trackId);
      const end = edit.index + edit.remove;
      if (!(edit.index >= 0 && edit.remove >= 0 && end <= track.items.length)) {
        throw invalid('splice', `items ${edit.index} to ${end} are not all there`);
      }
      const items = track.items.toSpliced(edit.index, edit.remove, ...edit.items);
      state.timeline = withTrack(timeline, { ...track, items });
      const removed = track.items.slice(edit.index, end);
      state.inverse.push({ ...edit, remove: edit.items.length, items: removed });
      return;
    }
    case 'put-track': {
      if (!(edit.index >= 0 && edit.index <= timeline.tracks.length))
        throw invalid('put-track', `there is no place ${edit.index}`);
      state.timeline = { ...timeline, tracks: timeline.tracks.toSpliced(edit.index, 0, edit.track) };
      state.inverse.push({ kind: 'drop-track', trackId: edit.track.id });
      return;
    }
    case 'drop-track': {
      const track = getTrack(timeline, edit.trackId);
      state.inverse.push({ kind: 'put-track', index: timeline.tracks.indexOf(track), track });
      state.timeline = { ...timeline, tracks: timeline.tracks.filter((other) => other !== track) };
      return;
    }
    case 'put-track-fields': {
      const track = getTrack(timeline, edit.trackId);
      state.timeline = withTrack(timeline, withFields(track, edit.fields));
      state.inverse.push({ ...edit, fields: sameKeys(track, edit.fields) });
      return;
    }
    case 'put-fields': {
      state.timeline = withFields(timeline, edit.fields);
      state.inverse.push({ ...edit, fields: sameKeys(timeline, edit.fields) });
      return;
    }
  }
}

/** Makes `items` the content of a track, in canonical form; transitions that lose their cut are dropped and noted. */
export function setItems(state: EditState, trackId: TrackId, items: readonly Item[]): void {
  const track = getTrack(state.timeline, trackId);
  const next = canonicalItems(items, state.assets);
  for (const { at, why } of next.dropped) noteDropped(state, track, at, why);
  const [before, after] = [track.items, next.items];
  const shorter = Math.min(before.length, after.length);
  let index = 0;
  while (index < shorter && before[index] === after[index]) index++;
  let tail = 0;
  while (tail < shorter - index && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++;
  const remove = before.length - index - tail;
  const added = after.slice(index, after.length - tail);
  if (remove > 0 || added.length > 0) perform(state, { kind: 'splice', trackId, index, remove, items: added });
}

export function noteDropped(state: EditState, track: Track, at: Ticks, why: 'cut' | 'material' = 'cut'): void {
  const reason = why === 'cut' ? 'its cut is gone' : 'beyond its cut there is not enough material left';
  state.notes.push(`Dropped the transition at ${formatClock(at)} on ${track.name}: ${reason}`);
}

/** A new id: `itm_12`. Its number is used up even where the item does not stay. */
export function takeId(state: EditState, prefix: 'trk' | 'itm' | 'lnk'): string {
  const number = state.timeline.nextId;
  state.timeline = { ...state.timeline, nextId: number + 1 };
  return `${prefix}_${number}`;
}

export function invalid(edit: EditKind, reason: string): Error {
  return fail('EDIT_INVALID', { edit, reason });
}

/** Errors: TRACK_LOCKED. */
export function refuseLocked(track: Track): void {
  if (track.locked) throw fail('TRACK_LOCKED', { id: track.id, name: track.name });
}

/** Errors: EDIT_INVALID unless every value is a whole number of ticks. */
export function requireTicks(edit: EditKind, values: Readonly<Record<string, number>>, minimum = Number.MIN_SAFE_INTEGER): void {
  for (const [name, value] of Object.entries(values)) {
    if (!Number.isSafeInteger(value) || value < minimum)
      throw invalid(edit, `${name} is ${value}, not a whole number of ticks from ${minimum}`);
  }
}

function withTrack(timeline: Timeline, track: Track): Timeline {
  return { ...timeline, tracks: timeline.tracks.map((other) => (other.id === track.id ? track : other)) };
}

/** Keys in the order of the types, so that an inverse gives back the very same JSON. */
const keyOrder = [
  'schema',
  'id',
  'revision',
  'kind',
  'name',
  'follows',
  'muted',
  'hidden',
  'locked',
  'gainDb',
  'ducking',
  'items',
  'frameRate',
  'size',
  'sampleRateHz',
  'background',
  'fit',
  'tracks',
  'master',
  'nextId',
];

function withFields<Whole extends object>(whole: Whole, fields: object): Whole {
  const entries = Object.entries({ ...whole, ...fields }).filter(([, value]) => value !== null);
  return Object.fromEntries(entries.sort(([a], [b]) => keyOrder.indexOf(a) - keyOrder.indexOf(b))) as Whole;
}

/** What `fields` replaces; a field that was not there is taken away again. */
function sameKeys<Whole extends object, Fields extends FieldsOf<Partial<Whole>>>(whole: Whole, fields: Fields): Fields {
  return Object.fromEntries(Object.keys(fields).map((key) => [key, whole[key as keyof Whole] ?? null])) as Fields;
}
