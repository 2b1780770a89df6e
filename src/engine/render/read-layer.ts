/** Which picture of its source a layer shows at each frame of a span. */
import { fail } from '#core/errors';
import { rangeEnd, ticksPerSecond } from '#core/time';
import { openBackwardCursor, type PictureCursor, type ShownFrame } from '#engine/media';
import type { EncodeSpan, PictureOf, VideoPlan } from '#engine/plan';

/** Containers with coarse clocks have exact stamps for their rates; finer ones round by half a unit. */
const mostRoundingSeconds = 0.001;

/** A frame's output stamp and the middle of its time, in seconds from the span's start. */
export type FramePlace = { readonly stamp: number; readonly middle: number; readonly isFirst: boolean };

export type LayerReader = Disposable & {
  /** Asked in the order of time; the same object as before while the picture stays. Valid until the next call. */
  at(place: FramePlace): ShownFrame;
};

export function* gridPlaces(span: EncodeSpan, video: VideoPlan): Generator<FramePlace> {
  const { frameRate, timescale } = video;
  for (let index = 0; index < span.frames; index++) {
    const stamp = span.stamp + Math.round((index * timescale * frameRate.den) / frameRate.num);
    yield { stamp, middle: ((index + 0.5) * frameRate.den) / frameRate.num, isFirst: index === 0 };
  }
}

/**
 * Frames of an even grid: the stream's own one by one from `firstPts`, or whatever is on screen in the asset at each frame's
 * middle, forwards, backwards, round and round, or one for all.
 */
export function openLayerReader(layer: PictureOf, cursor: PictureCursor): LayerReader {
  const { firstPts, freeze } = layer;
  const unitsPerSecond = cursor.timebase.den / cursor.timebase.num;
  if (freeze !== undefined) {
    const pts = ((freeze + cursor.offset) / ticksPerSecond) * unitsPerSecond;
    return { at: () => cursor.at(pts), [Symbol.dispose]: () => {} };
  }
  if (firstPts !== undefined) {
    return {
      at: ({ middle, isFirst }) => cursor.at(firstPts + (isFirst ? 0 : middle * unitsPerSecond), isFirst ? 'exact' : 'between'),
      [Symbol.dispose]: () => {},
    };
  }
  // A middle on the very border of two pictures belongs to the one that begins there (backwards: that was before), whatever the last
  // bit of the sum says and however the container rounded its stamp.
  const tie = Math.min(0.51, mostRoundingSeconds * unitsPerSecond) * (layer.reverse === true ? -1 : 1);
  const ptsAt = (seconds: number) => (assetSeconds(layer, seconds) + cursor.offset / ticksPerSecond) * unitsPerSecond + tie;
  if (layer.reverse !== true) return { at: ({ middle }) => cursor.at(ptsAt(middle)), [Symbol.dispose]: () => {} };
  const backwards = openBackwardCursor(cursor);
  return { at: ({ middle }) => backwards.at(ptsAt(middle)), [Symbol.dispose]: () => backwards[Symbol.dispose]() };
}

/** Asset time that is shown so many seconds into the span. */
function assetSeconds({ source, speed, reverse, loop }: PictureOf, seconds: number): number {
  const [start, end] = [source.start / ticksPerSecond, rangeEnd(source) / ticksPerSecond];
  const into = seconds * (speed.num / speed.den);
  const time = reverse === true ? Math.max(end - into, start) : Math.min(start + into, end);
  if (loop === undefined) return time;
  const round = loop / ticksPerSecond;
  return time - Math.floor(time / round) * round;
}

export type OwnFrame = FramePlace & { readonly shown: ShownFrame };

/** The stream's pictures from `firstPts` up to `endPts`, each at its own time. */
export function* ownFrames(span: EncodeSpan, layer: PictureOf, cursor: PictureCursor, video: VideoPlan): Generator<OwnFrame> {
  const { firstPts, endPts, shift } = layer;
  if (firstPts === undefined || endPts === undefined || shift === undefined)
    throw fail('INTERNAL', { reason: 'a span lacks its stamps' });
  const { num, den } = cursor.timebase;
  const spanEnd = span.stamp + Math.round((span.record.duration / ticksPerSecond) * video.timescale);
  const stampOf = (pts: number) => Math.round((pts * num * video.timescale) / den) + shift;
  const middleOf = (stamp: number) => (stamp - span.stamp) / video.timescale;
  let shown = cursor.at(firstPts, 'exact');
  let stamp = span.stamp;
  yield { shown, stamp, middle: 0, isFirst: true };
  for (let index = 1; index < span.frames; index++) {
    const next = cursor.next();
    const isOwn = next !== undefined && next.pts < endPts && stampOf(next.pts) > stamp;
    if (next !== undefined) shown = next;
    // A damaged picture never comes out of the decoder: the one before it stands in, so that the count stays as planned.
    stamp = isOwn ? stampOf(shown.pts) : stamp + Math.max(1, Math.floor((spanEnd - stamp) / (span.frames - index + 1)));
    yield { shown, stamp, middle: middleOf(stamp), isFirst: false };
  }
}
