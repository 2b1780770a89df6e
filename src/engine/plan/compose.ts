/**
 * What is on screen when: the timeline cut into stretches over which the same things are seen.
 *
 *     video 2             [ logo      ]
 *     video 1   [ A          ><   B            ]        >< a transition
 *     stretches └─A─┘└A logo─┘└┘└B logo┘└──B───┘        (the third: A to B, logo)
 */
import type { AssetId } from '#core/asset';
import { rangeBetween, rangeEnd, scaleTicks, subtractTicks, ticks, type Ticks, type TimeRange } from '#core/time';
import {
  isReversed,
  itemsWithRanges,
  type Clip,
  type ClipEffect,
  type TextClip,
  type Timeline,
  type Track,
  type Transition,
} from '#core/timeline';

export type PlacedClip = { readonly clip: Clip; readonly record: TimeRange };
export type PlacedText = { readonly text: TextClip; readonly record: TimeRange };

/** A clip as its track shows it; next to a transition it has no fade, since the transition stands for it. */
export type ShownClip = PlacedClip & { readonly kind: 'clip'; readonly fades: Fades };
/** Both clips are seen over `record`, each beyond its own range where the other one's is. */
export type ShownTransition = {
  readonly kind: 'transition';
  readonly name: string;
  readonly record: TimeRange;
  readonly from: ShownClip;
  readonly to: ShownClip;
};
export type ShownText = PlacedText & { readonly kind: 'text' };
export type Shown = ShownClip | ShownTransition | ShownText;

/** Ticks from the clip's start and to its end. */
export type Fades = { readonly in: number; readonly out: number };

/** One stretch of record time, with what is seen, bottom first. */
export type Stretch = { readonly record: TimeRange; readonly shown: readonly Shown[] };

/** Every picture clip that can be seen, on the tracks that are not hidden. */
export function pictureClips(timeline: Timeline): PlacedClip[] {
  return timeline.tracks
    .filter((track) => track.kind === 'video' && !track.hidden)
    .flatMap((track) => itemsWithRanges(track))
    .flatMap(({ item, range }) => (item.kind === 'clip' ? [{ clip: item, record: range }] : []));
}

/** The assets of the picture clips, in order of appearance, each once, with the clips' total length. */
export function pictureUses(timeline: Timeline): { assetId: AssetId; streamIndex: number; duration: number }[] {
  const uses = new Map<string, { assetId: AssetId; streamIndex: number; duration: number }>();
  for (const { clip, record } of pictureClips(timeline).toSorted((a, b) => a.record.start - b.record.start)) {
    const key = `${clip.assetId} ${clip.streamIndex}`;
    const use = uses.get(key) ?? { assetId: clip.assetId, streamIndex: clip.streamIndex, duration: 0 };
    use.duration += record.duration;
    uses.set(key, use);
  }
  return [...uses.values()];
}

/**
 * Cuts `[0, duration)` where something that can be seen, or a fade of it, begins or ends. `covers` says whether a clip, opaque as
 * far as time goes, hides all that lies below it: then that is left out.
 */
export function composePicture(timeline: Timeline, duration: Ticks, covers: (clip: Clip) => boolean): Stretch[] {
  const tracks = timeline.tracks.filter((track) => track.kind !== 'audio' && !track.hidden).map(shownOn);
  const edges = new Set<number>([0, duration]);
  for (const time of tracks.flat().flatMap(edgesOf)) if (time > 0 && time < duration) edges.add(time);
  const sorted = [...edges].sort((a, b) => a - b) as Ticks[];
  const lines = tracks.map((shown) => createLine(shown));
  const stretches = sorted.slice(1).map((end, index): Stretch => {
    const record = rangeBetween(sorted[index]!, end);
    const shown = lines.map((line) => line(record)).filter((found) => found !== undefined);
    const top = shown.findLastIndex((one) => hides(one, record, covers));
    return { record, shown: shown.slice(Math.max(0, top)) };
  });
  return joinStretches(stretches);
}

/** What a track shows, in order and without overlaps. */
function shownOn(track: Track): Shown[] {
  const placed = itemsWithRanges(track);
  const clips = new Map<number, ShownClip>();
  for (const [index, { item, range }] of placed.entries()) {
    if (item.kind !== 'clip') continue;
    const fades = fadesOf(item, range.duration);
    const blends = (at: number) => placed[at]?.item.kind === 'transition';
    clips.set(index, {
      kind: 'clip',
      clip: item,
      record: range,
      fades: { in: blends(index - 1) ? 0 : fades.in, out: blends(index + 1) ? 0 : fades.out },
    });
  }
  return placed.flatMap(({ item, range }, index): Shown[] => {
    if (item.kind === 'text') return [{ kind: 'text', text: item, record: range }];
    if (item.kind === 'clip') return [clips.get(index)!];
    if (item.kind === 'transition') return transitionAt(item, range, clips.get(index - 1), clips.get(index + 1));
    return [];
  });
}

function transitionAt(item: Transition, record: TimeRange, from: ShownClip | undefined, to: ShownClip | undefined): Shown[] {
  if (from === undefined || to === undefined || record.duration <= 0) return [];
  return [{ kind: 'transition', name: item.name, record, from, to }];
}

/** Finds what a track shows over ranges that are asked in rising order: a transition goes before the clips it blends. */
function createLine(shown: readonly Shown[]): (record: TimeRange) => Shown | undefined {
  const transitions = shown.filter((one) => one.kind === 'transition');
  const others = shown.filter((one) => one.kind !== 'transition');
  const walk = (list: readonly Shown[]) => {
    let at = 0;
    return (record: TimeRange) => {
      while (at < list.length && rangeEnd(list[at]!.record) <= record.start) at++;
      const found = list[at];
      return found !== undefined && found.record.start <= record.start ? found : undefined;
    };
  };
  const [transition, other] = [walk(transitions), walk(others)];
  return (record) => {
    const [blend, plain] = [transition(record), other(record)];
    return blend ?? plain;
  };
}

function edgesOf(shown: Shown): number[] {
  const { record } = shown;
  if (isMorph(shown)) return [record.start, shown.to.record.start, rangeEnd(record)];
  if (shown.kind !== 'clip') return [record.start, rangeEnd(record)];
  return [record.start, record.start + shown.fades.in, rangeEnd(record) - shown.fades.out, rangeEnd(record)];
}

/** One side of it stands still: which one, changes at the cut. */
export function isMorph(shown: Shown): shown is ShownTransition {
  return shown.kind === 'transition' && shown.name === 'morph';
}

function hides(shown: Shown, record: TimeRange, covers: (clip: Clip) => boolean): boolean {
  if (shown.kind === 'text') return false;
  if (shown.kind === 'transition') return covers(shown.from.clip) && covers(shown.to.clip);
  return opacityOver(shown, record) === undefined && covers(shown.clip);
}

/** Neighbours that show the same thing without a change are one stretch: an edge of something under an opaque clip changes nothing. */
function joinStretches(stretches: readonly Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const stretch of stretches) {
    const last = joined.at(-1);
    const same =
      last !== undefined &&
      last.shown.length === stretch.shown.length &&
      last.shown.every((one, index) => one === stretch.shown[index] && !isMorph(one)) &&
      !last.shown.some((one) => one.kind === 'clip' && opacityOver(one, last.record) !== undefined) &&
      !stretch.shown.some((one) => one.kind === 'clip' && opacityOver(one, stretch.record) !== undefined);
    if (same) joined[joined.length - 1] = { ...last, record: rangeBetween(last.record.start, rangeEnd(stretch.record)) };
    else joined.push(stretch);
  }
  return joined;
}

/** The clip of a stretch that shows no other one, with or without text over it. */
export function soleClip({ shown }: Stretch): ShownClip | undefined {
  const pictures = shown.filter((one) => one.kind !== 'text');
  const [first] = pictures;
  return pictures.length === 1 && first?.kind === 'clip' ? first : undefined;
}

/** Lengths of a clip's fades, cut to the clip: where both do not fit, the fade in goes first. */
export function fadesOf(clip: { readonly effects: readonly ClipEffect[] }, duration: Ticks): Fades {
  const fade = clip.effects.find((effect) => effect.name === 'fade');
  const fadeIn = Math.min(fade?.in ?? 0, duration);
  return { in: fadeIn, out: Math.min(fade?.out ?? 0, duration - fadeIn) };
}

/** A clip's opacity over a part of it in which no fade begins or ends; undefined where it is opaque all along. */
export function opacityOver({ fades, record }: ShownClip, part: TimeRange): { from: number; to: number } | undefined {
  const at = (time: number): number => {
    const [into, left] = [time - record.start, rangeEnd(record) - time];
    if (fades.in > 0 && into < fades.in) return Math.max(0, into / fades.in);
    if (fades.out > 0 && left < fades.out) return Math.max(0, left / fades.out);
    return 1;
  };
  const [from, to] = [at(part.start), at(rangeEnd(part))];
  return from === 1 && to === 1 ? undefined : { from, to };
}

/** Asset time that a clip shows at a moment of record time; before and after the clip, that of its handles. */
export function sourceTime({ clip, record }: PlacedClip, time: Ticks): Ticks {
  const into = scaleTicks(subtractTicks(time, record.start), clip.speed.num, clip.speed.den);
  if (isReversed(clip)) return ticks(rangeEnd(clip.sourceRange) - into);
  return ticks(clip.sourceRange.start + into);
}

/** The asset's range that a part of record time shows. */
export function sourceOf(placed: PlacedClip, part: TimeRange): TimeRange {
  const [start, end] = [sourceTime(placed, part.start), sourceTime(placed, rangeEnd(part))];
  return start <= end ? rangeBetween(start, end) : rangeBetween(end, start);
}
