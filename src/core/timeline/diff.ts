/**
 * What differs between two timelines, as facts about material, time and settings rather than about JSON.
 *
 * Forty-one removed pauses are one change with a count. What merely moved because something before it went is no change.
 */
import type { AssetId, Size } from '#core/asset';
import {
  rangeEnd,
  sameRatio,
  subtractRanges,
  totalDuration,
  unite,
  type FrameRate,
  type Ratio,
  type Ticks,
  type TimeRange,
} from '#core/time';
import type { ClipEffect } from './effects.ts';
import { diffClips } from './diff-clips.ts';
import { itemsWithRanges, timelineDuration } from './query.ts';
import type { TextClip, Timeline, Track, TrackKind } from './timeline.ts';

export type Change =
  | { readonly kind: 'length'; readonly before: Ticks; readonly after: Ticks }
  /** Source time that is no longer used (or newly used), in so many stretches. `both`: the same in picture and sound. */
  | {
      readonly kind: 'material-removed' | 'material-added';
      readonly assetId: AssetId;
      readonly of: 'picture' | 'sound' | 'both';
      readonly count: number;
      readonly duration: Ticks;
    }
  /** Clips whose order changed. */
  | { readonly kind: 'moved'; readonly count: number }
  /** More clips of the same material: cuts that removed nothing. */
  | { readonly kind: 'split'; readonly count: number }
  | { readonly kind: 'speed'; readonly before: Ratio; readonly after: Ratio; readonly count: number }
  | { readonly kind: 'effect'; readonly before?: ClipEffect; readonly after?: ClipEffect; readonly count: number }
  | { readonly kind: 'clip-level'; readonly before: number; readonly after: number; readonly count: number }
  | { readonly kind: 'track-added' | 'track-removed'; readonly name: string; readonly track: TrackKind }
  | { readonly kind: 'track-level'; readonly name: string; readonly before: number; readonly after: number }
  | { readonly kind: 'track-name'; readonly before: string; readonly after: string }
  | {
      readonly kind: 'track-flag';
      readonly name: string;
      readonly flag: 'muted' | 'hidden' | 'locked' | 'fixed';
      readonly value: boolean;
    }
  | { readonly kind: 'text-added' | 'text-removed'; readonly text: string; readonly range: TimeRange }
  | { readonly kind: 'text-changed'; readonly before: string; readonly after: string }
  | { readonly kind: 'transitions'; readonly before: number; readonly after: number }
  | { readonly kind: 'loudness'; readonly before?: number; readonly after?: number }
  | { readonly kind: 'canvas'; readonly before: Canvas; readonly after: Canvas };

export type Canvas = { readonly size: Size; readonly frameRate: FrameRate };

/** The changes that lead from `before` to `after`; empty where both say the same. */
export function diffTimelines(before: Timeline, after: Timeline): Change[] {
  const [from, to] = [timelineDuration(before), timelineDuration(after)];
  const material = diffMaterial(before, after);
  return [
    ...material,
    ...diffClips(before, after, material.length === 0),
    ...diffTexts(before, after),
    ...diffTracks(before, after),
    ...diffSettings(before, after),
    ...(from === to ? [] : [{ kind: 'length' as const, before: from, after: to }]),
  ];
}

type Used = Map<AssetId, { picture: TimeRange[]; sound: TimeRange[] }>;

function diffMaterial(before: Timeline, after: Timeline): Change[] {
  const [old, now] = [usedMaterial(before), usedMaterial(after)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((assetId) => [
    ...compareUse('material-removed', assetId, old, now),
    ...compareUse('material-added', assetId, now, old),
  ]);
}

function usedMaterial(timeline: Timeline): Used {
  const used: Used = new Map();
  for (const track of timeline.tracks) {
    for (const item of track.items) {
      if (item.kind !== 'clip') continue;
      const ranges = used.get(item.assetId) ?? { picture: [], sound: [] };
      ranges[track.kind === 'video' ? 'picture' : 'sound'].push(item.sourceRange);
      used.set(item.assetId, ranges);
    }
  }
  return used;
}

/** What `whole` uses of an asset and `other` does not. */
function compareUse(kind: 'material-removed' | 'material-added', assetId: AssetId, whole: Used, other: Used): Change[] {
  const left = (of: 'picture' | 'sound') => without(unite(whole.get(assetId)?.[of] ?? []), unite(other.get(assetId)?.[of] ?? []));
  const [picture, sound] = [left('picture'), left('sound')];
  const change = (of: 'picture' | 'sound' | 'both', ranges: readonly TimeRange[]): Change[] =>
    ranges.length === 0 ? [] : [{ kind, assetId, of, count: ranges.length, duration: totalDuration(ranges) }];
  if (picture.length > 0 && JSON.stringify(picture) === JSON.stringify(sound)) return change('both', picture);
  return [...change('picture', picture), ...change('sound', sound)];
}

/** What is left of `ranges` without `holes`; both sorted and disjoint. */
function without(ranges: readonly TimeRange[], holes: readonly TimeRange[]): TimeRange[] {
  let next = 0;
  return ranges.flatMap((range) => {
    while (next < holes.length && rangeEnd(holes[next]!) <= range.start) next++;
    const inside: TimeRange[] = [];
    for (let index = next; index < holes.length && holes[index]!.start < rangeEnd(range); index++) inside.push(holes[index]!);
    return subtractRanges(range, inside);
  });
}

function diffTexts(before: Timeline, after: Timeline): Change[] {
  const [old, now] = [textsOf(before), textsOf(after)];
  const changes: Change[] = [];
  for (const [id, { item, range }] of old) {
    const next = now.get(id);
    if (next === undefined) changes.push({ kind: 'text-removed', text: item.text, range });
    else if (next.item.text !== item.text || JSON.stringify(next.item.style) !== JSON.stringify(item.style)) {
      changes.push({ kind: 'text-changed', before: item.text, after: next.item.text });
    }
  }
  for (const [id, { item, range }] of now) if (!old.has(id)) changes.push({ kind: 'text-added', text: item.text, range });
  return changes;
}

function textsOf(timeline: Timeline): Map<string, { readonly item: TextClip; readonly range: TimeRange }> {
  const placed = timeline.tracks.filter(({ kind }) => kind === 'text').flatMap(itemsWithRanges);
  return new Map(placed.flatMap(({ item, range }) => (item.kind === 'text' ? [[item.id, { item, range }] as const] : [])));
}

function diffTracks(before: Timeline, after: Timeline): Change[] {
  const now = new Map(after.tracks.map((track) => [track.id, track]));
  const old = new Set(before.tracks.map(({ id }) => id));
  return [
    ...before.tracks.flatMap((track): Change[] => {
      const next = now.get(track.id);
      return next === undefined ? [{ kind: 'track-removed', name: track.name, track: track.kind }] : diffTrack(track, next);
    }),
    ...after.tracks
      .filter(({ id }) => !old.has(id))
      .map((track): Change => ({ kind: 'track-added', name: track.name, track: track.kind })),
  ];
}

function diffTrack(before: Track, after: Track): Change[] {
  const changes: Change[] = [];
  if (before.name !== after.name) changes.push({ kind: 'track-name', before: before.name, after: after.name });
  if (before.gainDb !== after.gainDb) {
    changes.push({ kind: 'track-level', name: after.name, before: before.gainDb, after: after.gainDb });
  }
  for (const flag of ['muted', 'hidden', 'locked'] as const) {
    if (before[flag] !== after[flag]) changes.push({ kind: 'track-flag', name: after.name, flag, value: after[flag] });
  }
  if (before.follows !== after.follows) {
    changes.push({ kind: 'track-flag', name: after.name, flag: 'fixed', value: after.follows === 'fixed' });
  }
  return changes;
}

function diffSettings(before: Timeline, after: Timeline): Change[] {
  const changes: Change[] = [];
  const [old, now] = [before.master.loudness?.targetLufs, after.master.loudness?.targetLufs];
  if (old !== now) {
    changes.push({
      kind: 'loudness',
      ...(old === undefined ? {} : { before: old }),
      ...(now === undefined ? {} : { after: now }),
    });
  }
  const sameSize = before.size.width === after.size.width && before.size.height === after.size.height;
  if (!sameSize || !sameRatio(before.frameRate, after.frameRate)) {
    const canvas = ({ size, frameRate }: Timeline): Canvas => ({ size, frameRate });
    changes.push({ kind: 'canvas', before: canvas(before), after: canvas(after) });
  }
  return changes;
}
