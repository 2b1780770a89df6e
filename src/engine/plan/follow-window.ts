/** The part of a picture that a crop of another shape shows, moving after what matters. Numbers only. */
import type { Size, VideoStream } from '#core/asset';
import { rangeEnd, type Ticks, type TimeRange } from '#core/time';
import type { Clip, Fit } from '#core/timeline';
import type { PictureWindow } from './render-plan.ts';

const million = 1e6;
/** Points nearer than this are a jump. */
const jumpTicks = 7_056_000;

/** Where a clip's picture fills a box of another shape and something is followed; undefined where all of it is seen or nothing moves. */
export function windowOf(
  { effects }: Clip,
  { codedSize, displaySize, rotation }: VideoStream,
  { canvas, fit }: { readonly canvas: Size; readonly fit: Fit },
): PictureWindow | undefined {
  const follow = effects.find((effect) => effect.name === 'follow');
  const place = effects.find((effect) => effect.name === 'place');
  if (follow === undefined || (place?.fit ?? fit) !== 'cover') return undefined;
  const scale = Math.max(canvas.width / displaySize.width, canvas.height / displaySize.height);
  const shown = { width: canvas.width / scale / displaySize.width, height: canvas.height / scale / displaySize.height };
  const turned = rotation === 90 || rotation === 270;
  const width = even((turned ? shown.height : shown.width) * codedSize.width, codedSize.width);
  const height = even((turned ? shown.width : shown.height) * codedSize.height, codedSize.height);
  if (width === codedSize.width && height === codedSize.height) return undefined;
  const points = follow.points.map(({ x, y }) => inCoded(x, y, rotation));
  return {
    width,
    height,
    at: follow.points.map(({ at }) => at),
    x: points.map(([x]) => Math.round(x * million)),
    y: points.map(([, y]) => Math.round(y * million)),
  };
}

/** The stream of pictures that are windows of this one's. */
export function streamThrough(stream: VideoStream, window: PictureWindow | undefined): VideoStream {
  if (window === undefined) return stream;
  const { codedSize, displaySize, rotation } = stream;
  const turned = rotation === 90 || rotation === 270;
  const [across, down] = [window.width / codedSize.width, window.height / codedSize.height];
  return {
    ...stream,
    codedSize: { width: window.width, height: window.height },
    displaySize: {
      width: Math.max(2, Math.round(displaySize.width * (turned ? down : across))),
      height: Math.max(2, Math.round(displaySize.height * (turned ? across : down))),
    },
  };
}

/** The points that pictures shown over `source` need. */
export function partOfWindow(window: PictureWindow, source: TimeRange): PictureWindow {
  const first = Math.max(0, window.at.findLastIndex((at) => at <= source.start) - 1);
  const after = window.at.findIndex((at) => at > rangeEnd(source));
  const end = after < 0 ? window.at.length : after + 2;
  const part = <Value>(list: readonly Value[]) => list.slice(first, end);
  return { ...window, at: part(window.at), x: part(window.x), y: part(window.y) };
}

/** Top left corner of the window at a time, in pixels of the coded picture; between pixels as it comes. */
export function windowAt(window: PictureWindow, at: number, { width, height }: Size): { readonly x: number; readonly y: number } {
  const corner = (values: readonly number[], length: number, own: number) =>
    Math.min(length - own, Math.max(0, (valueAt(window.at, values, at) / million) * length - own / 2));
  return { x: corner(window.x, width, window.width), y: corner(window.y, height, window.height) };
}

/** A cubic through the points, held before the first and after the last, that never swings beyond two neighbours. */
function valueAt(times: readonly Ticks[], values: readonly number[], at: number): number {
  const after = times.findIndex((time) => time > at);
  if (after === 0) return values[0]!;
  if (after < 0) return values.at(-1)!;
  const before = after - 1;
  const gap = times[after]! - times[before]!;
  const [from, to] = [values[before]!, values[after]!];
  if (gap <= jumpTicks) return from;
  const share = (at - times[before]!) / gap;
  const [begin, end] = [slopeAt(times, values, before) * gap, slopeAt(times, values, after) * gap];
  const [square, cube] = [share * share, share * share * share];
  return (
    (2 * cube - 3 * square + 1) * from +
    (cube - 2 * square + share) * begin +
    (3 * square - 2 * cube) * to +
    (cube - square) * end
  );
}

/** By Fritsch and Carlson's rule: flat at turning points, beside jumps and at the ends, the harmonic mean of both sides elsewhere. */
function slopeAt(times: readonly Ticks[], values: readonly number[], index: number): number {
  if (index === 0 || index === times.length - 1) return 0;
  const [left, right] = [times[index]! - times[index - 1]!, times[index + 1]! - times[index]!];
  if (left <= jumpTicks || right <= jumpTicks) return 0;
  const [a, b] = [(values[index]! - values[index - 1]!) / left, (values[index + 1]! - values[index]!) / right];
  return a * b <= 0 ? 0 : (2 * a * b) / (a + b);
}

/** From the upright picture back to the one that is coded; `rotation` turns that clockwise. */
function inCoded(x: number, y: number, rotation: VideoStream['rotation']): readonly [number, number] {
  if (rotation === 90) return [y, 1 - x];
  if (rotation === 180) return [1 - x, 1 - y];
  if (rotation === 270) return [1 - y, x];
  return [x, y];
}

/** From the picture as it is coded to the upright one. */
export function inUpright(x: number, y: number, rotation: VideoStream['rotation']): readonly [number, number] {
  if (rotation === 90) return [1 - y, x];
  if (rotation === 180) return [1 - x, 1 - y];
  if (rotation === 270) return [y, 1 - x];
  return [x, y];
}

function even(pixels: number, most: number): number {
  return Math.min(most, Math.max(2, 2 * Math.round(pixels / 2)));
}
