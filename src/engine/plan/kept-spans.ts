/** One stretch of the timeline with the sources' own stamps (variable frame rate), as spans. */
import { fromTimebase, isUnity, rangeBetween, rangeEnd, subtractTicks, toTimebase, type Ticks } from '#core/time';
import { isFrozen, isReversed } from '#core/timeline';
import { opacityOver, soleClip, type PlacedClip, type ShownClip, type Stretch } from './compose.ts';
import type { PictureSource } from './copy-choice.ts';
import { isUntouched, layersOver } from './layers.ts';
import { looksMove } from './picture-look.ts';
import type { SpanContext } from './span-context.ts';
import type { VideoSpan } from './render-plan.ts';
import { timeOfRank } from './shown-pictures.ts';

/** A picture that would be shown for less than this before the next one is left out. */
const shortestSeconds = 0.002;
/** So much later than the sound may the picture begin; beyond it the first picture is shown from the start. */
const latestStartSeconds = 0.1;

/** Spans of a stretch; none where it is shorter than a unit of the output's clock. */
export function layKeptStretch(stretch: Stretch, context: SpanContext): VideoSpan[] {
  const first = unitsAt(stretch.record.start, context);
  const end = unitsAt(rangeEnd(stretch.record), context);
  if (end <= first) return [];
  const sole = soleClip(stretch);
  const source = sole && context.sourceOf(sole.clip);
  if (sole === undefined || source === undefined || !keepsOwn(stretch, sole, source, context))
    return layGrid(stretch, { first, end }, context, rangeEnd(stretch.record));
  return layOwn({ stretch, placed: sole, source, first, end }, context);
}

/** Whether the source's pictures can keep their own times: nothing else moves by itself, and they come one after the other. */
function keepsOwn({ shown, record }: Stretch, sole: ShownClip, { seen }: PictureSource, { lookOf }: SpanContext): boolean {
  const { clip } = sole;
  if (seen === undefined || seen.shown.disordered || shown.length > 1 || opacityOver(sole, record) !== undefined) return false;
  return isUnity(clip.speed) && !isReversed(clip) && !isFrozen(clip) && !looksMove(lookOf(clip));
}

type Units = { readonly first: number; readonly end: number };

function unitsAt(time: Ticks, { timescale }: SpanContext): number {
  return toTimebase(time, { num: 1, den: timescale }, 'round');
}

/** What changes from frame to frame by itself (fades, text that appears, speed) needs frames of its own: an even grid from the stretch's start. */
function layGrid(stretch: Stretch, units: Units, context: SpanContext, recordEnd: Ticks): VideoSpan[] {
  const { timescale, frameRate, rangeSeconds } = context;
  const unitsPerFrame = (timescale * frameRate.den) / frameRate.num;
  const frames = Math.max(1, Math.ceil((units.end - units.first) / unitsPerFrame - 0.1));
  const perChunk = Math.max(1, Math.round((rangeSeconds * frameRate.num) / frameRate.den));
  const spans: VideoSpan[] = [];
  for (let frame = 0; frame < frames; frame += perChunk) {
    const next = Math.min(frames, frame + perChunk);
    const stamp = units.first + Math.round(frame * unitsPerFrame);
    const last = next === frames;
    const record = rangeBetween(
      timeOf(stamp, context),
      last ? recordEnd : timeOf(units.first + Math.round(next * unitsPerFrame), context),
    );
    spans.push({
      kind: 'encode',
      record,
      frames: next - frame,
      layers: layersOver(stretch, record, context),
      stamp,
      stamps: 'grid',
    });
  }
  return spans;
}

function timeOf(stamp: number, { timescale }: SpanContext) {
  return fromTimebase(stamp, { num: 1, den: timescale });
}

type Own = Units & { readonly stretch: Stretch; readonly placed: PlacedClip; readonly source: PictureSource };

/** The source's pictures with their own stamps, moved as one by a whole number of units. */
function layOwn(own: Own, context: SpanContext): VideoSpan[] {
  const { source, placed } = own;
  const { index, shown } = source.seen!;
  const { timescale } = context;
  const shift = unitsAt(subtractTicks(subtractTicks(placed.record.start, placed.clip.sourceRange.start), index.offset), context);
  const stampOf = (rank: number) =>
    Math.round((shown.stamps[rank]! * index.timebase.num * timescale) / index.timebase.den) + shift;
  const count = shown.stamps.length;
  const shortest = Math.max(1, Math.round(shortestSeconds * timescale));
  // The picture that is on screen when the stretch begins, unless the next one takes over at once.
  let first = lastBefore(count, (rank) => stampOf(rank) <= own.first);
  if (first + 1 < count && stampOf(first + 1) < Math.min(own.first + shortest, own.end)) first++;
  const end = Math.max(first + 1, lastBefore(count, (rank) => stampOf(rank) < own.end) + 1);
  const late = stampOf(first) - own.first;
  // A little lateness only lets what was before stay a little longer.
  const isHeld = late > (own.first > 0 ? shortest : latestStartSeconds * timescale);
  const spans = isHeld
    ? layGrid(own.stretch, { first: own.first, end: stampOf(first) }, context, timeOf(stampOf(first), context))
    : [];
  const exact = late >= 0 ? first : first + 1;
  const stampAt = (rank: number) => Math.max(own.first, stampOf(rank));
  const startOf = (rank: number) => (rank === first && !isHeld ? own.stretch.record.start : timeOf(stampOf(rank), context));
  const recordOf = (from: number, to: number) =>
    rangeBetween(startOf(from), to === end ? rangeEnd(own.stretch.record) : timeOf(stampOf(to), context));
  const endPts = (to: number) => shown.stamps[to] ?? shown.stamps[count - 1]! + index.lastDuration;

  function encode(from: number, to: number): void {
    for (const [start, stop] of chunkRanks(from, to, stampOf, context.rangeSeconds * timescale)) {
      const record = recordOf(start, stop);
      const pick = { firstPts: shown.stamps[start]!, endPts: endPts(stop), shift };
      const layers = layersOver(own.stretch, record, context, () => pick);
      spans.push({ kind: 'encode', record, frames: stop - start, layers, stamp: stampAt(start), stamps: 'source' });
    }
  }

  const mayCopy = context.mayCopy(source) && isUntouched(own.stretch, context);
  let at = first;
  while (at < end) {
    const found = mayCopy ? shown.copyable(Math.max(at, exact), end) : undefined;
    encode(at, found?.first ?? end);
    if (found === undefined) break;
    spans.push({
      kind: 'copy',
      record: recordOf(found.first, found.end),
      assetId: source.assetId,
      streamIndex: source.stream.index,
      source: rangeBetween(timeOfRank(shown, index, found.first), timeOfRank(shown, index, found.end)),
      firstPts: shown.stamps[found.first]!,
      endPts: endPts(found.end),
      frames: found.end - found.first,
      stamp: stampOf(found.first),
      shift,
    });
    at = found.end;
  }
  return spans;
}

/** The last of `count` ranks that still fulfils a condition that holds up to somewhere; 0 where none does. */
function lastBefore(count: number, holds: (rank: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

function* chunkRanks(
  from: number,
  to: number,
  stampOf: (rank: number) => number,
  mostUnits: number,
): Generator<[number, number]> {
  let start = from;
  for (let rank = from + 1; rank < to; rank++) {
    if (stampOf(rank) - stampOf(start) < mostUnits) continue;
    yield [start, rank];
    start = rank;
  }
  if (start < to) yield [start, to];
}
