/** What is on screen when: the timeline cut into stretches over which nothing begins or ends. */
import type { AssetId } from '#core/asset';
import { intersect, rangeBetween, rangeEnd, scaleTicks, ticks, timeRange, type Ticks, type TimeRange } from '#core/time';
import { itemsWithRanges, type Clip, type ClipEffect, type TextClip, type Timeline } from '#core/timeline';

export type PlacedClip = { readonly clip: Clip; readonly record: TimeRange };
export type PlacedText = { readonly text: TextClip; readonly record: TimeRange };

/** One stretch of record time. Without a clip the canvas is black. */
export type Stretch = {
  readonly record: TimeRange;
  readonly placed?: PlacedClip;
  /** Linear over the stretch; absent where the picture is opaque all along. */
  readonly opacity?: { readonly from: number; readonly to: number };
  readonly texts: readonly PlacedText[];
};

/** Every picture clip that can be seen, on the tracks that are not hidden. */
export function pictureClips(timeline: Timeline): PlacedClip[] {
  return visibleTracks(timeline).flat();
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
 * Cuts `[0, duration)` where a visible clip, a fade or a text begins or ends. Of several clips at one time the topmost
 * fills the canvas, its bars included.
 */
export function composePicture(timeline: Timeline, duration: Ticks): Stretch[] {
  const tracks = visibleTracks(timeline);
  const texts = placedTexts(timeline);
  const whole = rangeBetween(ticks(0), duration);
  const edges = new Set<number>([0, duration]);
  const addEdges = (times: readonly number[]) => {
    for (const time of times) if (time > 0 && time < duration) edges.add(time);
  };
  for (const placed of tracks.flat()) addEdges(fadeEdges(placed));
  for (const { record } of texts) addEdges([record.start, rangeEnd(record)]);
  const sorted = [...edges].sort((a, b) => a - b) as Ticks[];
  const stretches = sorted.slice(1).map((end, index) => {
    const record = rangeBetween(sorted[index]!, end);
    const placed = tracks
      .map((clips) => clips.find((other) => covers(other.record, record)))
      .findLast((found) => found !== undefined);
    const opacity = placed && opacityOver(placed, record);
    return {
      record,
      ...(placed === undefined ? {} : { placed }),
      ...(opacity === undefined ? {} : { opacity }),
      texts: texts.filter((text) => covers(text.record, record)),
    };
  });
  return joinStretches(stretches.filter(({ record }) => intersect(record, whole) !== undefined));
}

/** Neighbours that show the same thing without a change are one stretch: an edge of something under an opaque clip changes nothing. */
function joinStretches(stretches: readonly Stretch[]): Stretch[] {
  const joined: Stretch[] = [];
  for (const stretch of stretches) {
    const last = joined.at(-1);
    const same =
      last !== undefined &&
      last.placed?.clip === stretch.placed?.clip &&
      last.opacity === undefined &&
      stretch.opacity === undefined &&
      last.texts.length === stretch.texts.length &&
      last.texts.every((text, index) => text === stretch.texts[index]);
    if (same) joined[joined.length - 1] = { ...last, record: rangeBetween(last.record.start, rangeEnd(stretch.record)) };
    else joined.push(stretch);
  }
  return joined;
}

function visibleTracks(timeline: Timeline): PlacedClip[][] {
  return timeline.tracks
    .filter((track) => track.kind === 'video' && !track.hidden)
    .map((track) =>
      itemsWithRanges(track).flatMap(({ item, range }) => (item.kind === 'clip' ? [{ clip: item, record: range }] : [])),
    );
}

function placedTexts(timeline: Timeline): PlacedText[] {
  return timeline.tracks
    .filter((track) => track.kind === 'text' && !track.hidden)
    .flatMap((track) => itemsWithRanges(track))
    .flatMap(({ item, range }) => (item.kind === 'text' ? [{ text: item, record: range }] : []));
}

function covers(outer: TimeRange, inner: TimeRange): boolean {
  return outer.start <= inner.start && rangeEnd(outer) >= rangeEnd(inner);
}

/** Lengths of a clip's fades, cut to the clip: where both do not fit, the fade in goes first. */
export function fadesOf(
  clip: { readonly effects: readonly ClipEffect[] },
  duration: Ticks,
): { readonly in: number; readonly out: number } {
  const fade = clip.effects.find((effect) => effect.name === 'fade');
  const fadeIn = Math.min(fade?.in ?? 0, duration);
  return { in: fadeIn, out: Math.min(fade?.out ?? 0, duration - fadeIn) };
}

function fadeEdges({ clip, record }: PlacedClip): number[] {
  const fades = fadesOf(clip, record.duration);
  return [record.start, record.start + fades.in, rangeEnd(record) - fades.out, rangeEnd(record)];
}

function opacityOver({ clip, record }: PlacedClip, part: TimeRange): { from: number; to: number } | undefined {
  const fades = fadesOf(clip, record.duration);
  const at = (time: number): number => {
    if (time < record.start + fades.in) return (time - record.start) / fades.in;
    if (time > rangeEnd(record) - fades.out) return (rangeEnd(record) - time) / fades.out;
    return 1;
  };
  const [from, to] = [at(part.start), at(rangeEnd(part))];
  return from === 1 && to === 1 ? undefined : { from, to };
}

/** Asset time that a clip shows at a moment of record time; may lie outside the clip by rounding. */
export function sourceTime({ clip, record }: PlacedClip, time: Ticks): Ticks {
  return ticks(clip.sourceRange.start + scaleTicks(ticks(time - record.start), clip.speed.num, clip.speed.den));
}

/** The asset's range that a part of a clip shows. */
export function sourceOf(placed: PlacedClip, part: TimeRange): TimeRange {
  return timeRange(sourceTime(placed, part.start), scaleTicks(part.duration, placed.clip.speed.num, placed.clip.speed.den));
}
