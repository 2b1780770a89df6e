/** What differs between the clips of two timelines beside their material: order, cuts, speed, levels, effects. */
import { contains, isUnity, sameRatio, type Ratio } from '#core/time';
import type { Change } from './diff.ts';
import { effectNames } from './describe-effect.ts';
import type { ClipEffect } from './effects.ts';
import type { Clip, Timeline, Track } from './timeline.ts';

type Pair = { readonly before: Clip | undefined; readonly after: Clip };

/** Clips of `after` are compared with the clip of `before` that they are or came from. `isSameMaterial`: nothing went or came. */
export function diffClips(before: Timeline, after: Timeline, isSameMaterial: boolean): Change[] {
  const pairs = pairClips(before, after);
  const transitions = [countTransitions(before), countTransitions(after)] as const;
  const cuts = countCuts(before, after);
  const moved = countMoved(before, after);
  return [
    ...(moved > 0 ? [{ kind: 'moved' as const, count: moved }] : []),
    ...(isSameMaterial && cuts > 0 ? [{ kind: 'split' as const, count: cuts }] : []),
    ...group(pairs, speedChange),
    ...group(pairs, levelChange),
    ...(Object.keys(effectNames) as ClipEffect['name'][]).flatMap((name) => group(pairs, (pair) => effectChange(pair, name))),
    ...(transitions[0] === transitions[1]
      ? []
      : [{ kind: 'transitions' as const, before: transitions[0], after: transitions[1] }]),
  ];
}

function pairClips(before: Timeline, after: Timeline): Pair[] {
  const byId = new Map<string, Clip>();
  const byUse = new Map<string, Clip[]>();
  for (const track of before.tracks) {
    for (const clip of clipsOf(track)) {
      byId.set(clip.id, clip);
      const key = useOf(track, clip);
      byUse.set(key, [...(byUse.get(key) ?? []), clip]);
    }
  }
  return after.tracks.flatMap((track) =>
    clipsOf(track).map((clip) => ({
      before:
        byId.get(clip.id) ??
        byUse.get(useOf(track, clip))?.find((origin) => contains(origin.sourceRange, clip.sourceRange.start)),
      after: clip,
    })),
  );
}

function useOf(track: Track, clip: Clip): string {
  return `${track.kind} ${clip.assetId}`;
}

function clipsOf(track: Track): Clip[] {
  return track.items.filter((item): item is Clip => item.kind === 'clip');
}

type Counted = Extract<Change, { kind: 'speed' | 'effect' | 'clip-level' }>;
/** `Omit` that keeps a union a union. */
type Uncounted<Kind> = Kind extends Counted ? Omit<Kind, 'count'> : never;

/** Equal changes of many clips are one; clips that are linked count once. */
function group(pairs: readonly Pair[], changeOf: (pair: Pair) => Uncounted<Counted> | undefined): Change[] {
  const groups = new Map<string, { readonly change: Uncounted<Counted>; readonly clips: Set<string> }>();
  for (const pair of pairs) {
    const change = changeOf(pair);
    if (change === undefined) continue;
    const key = JSON.stringify(change);
    const known = groups.get(key) ?? { change, clips: new Set<string>() };
    known.clips.add(pair.after.linkId ?? pair.after.id);
    groups.set(key, known);
  }
  return [...groups.values()].map(({ change, clips }) => ({ ...change, count: clips.size }) as Change);
}

const normal: Ratio = { num: 1, den: 1 };

function speedChange({ before, after }: Pair): Uncounted<Counted> | undefined {
  const old = before?.speed ?? normal;
  if (sameRatio(old, after.speed) || (before === undefined && isUnity(after.speed))) return undefined;
  return { kind: 'speed', before: old, after: after.speed };
}

function levelChange({ before, after }: Pair): Uncounted<Counted> | undefined {
  const old = before?.gainDb ?? 0;
  return old === after.gainDb ? undefined : { kind: 'clip-level', before: old, after: after.gainDb };
}

/** A fade whose other half went to another part of the same clip is no change. */
function effectChange({ before, after }: Pair, name: ClipEffect['name']): Uncounted<Counted> | undefined {
  const old = before?.effects.find((effect) => effect.name === name);
  const now = after.effects.find((effect) => effect.name === name);
  if (JSON.stringify(old) === JSON.stringify(now) || isPartOfFade(old, now)) return undefined;
  return { kind: 'effect', ...(old === undefined ? {} : { before: old }), ...(now === undefined ? {} : { after: now }) };
}

function isPartOfFade(old: ClipEffect | undefined, now: ClipEffect | undefined): boolean {
  if (old?.name !== 'fade') return false;
  if (now === undefined) return true;
  return now.name === 'fade' && [0, old.in].includes(now.in) && [0, old.out].includes(now.out);
}

/** Clips that the track with the most new ones has more: one cut through all tracks is one. */
function countCuts(before: Timeline, after: Timeline): number {
  const old = new Map(before.tracks.map((track) => [track.id, clipsOf(track).length]));
  return Math.max(0, ...after.tracks.map((track) => clipsOf(track).length - (old.get(track.id) ?? 0)));
}

function countTransitions(timeline: Timeline): number {
  return timeline.tracks.reduce((sum, { items }) => sum + items.filter(({ kind }) => kind === 'transition').length, 0);
}

/** How many clips are out of the order they were in: all but the longest run that kept it, on the track with the most. */
function countMoved(before: Timeline, after: Timeline): number {
  const places = new Map(before.tracks.flatMap((track) => clipsOf(track).map((clip, index) => [clip.id, index] as const)));
  const counts = after.tracks.map((track) => {
    const known = clipsOf(track).flatMap(({ id }) => (places.has(id) ? [places.get(id)!] : []));
    return known.length - longestRise(known);
  });
  return Math.max(0, ...counts);
}

/** Length of the longest increasing subsequence, in n log n. */
function longestRise(values: readonly number[]): number {
  const ends: number[] = [];
  for (const value of values) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ends[middle]! < value) low = middle + 1;
      else high = middle;
    }
    ends[low] = value;
  }
  return ends.length;
}
