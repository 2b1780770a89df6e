/**
 * Holds pictures of a source still along a path, each moved, turned and enlarged as the path says, and cuts the part out of them that
 * a crop follows: both in one drawing, before anything else is done to them.
 */
import type { Size, VideoStream } from '#core/asset';
import { fromTimebase, subtractTicks, type Ticks, type Timebase } from '#core/time';
import {
  copyPicture,
  openDrawing,
  roomForPicture,
  type Drawing,
  type DrawStep,
  type NativeFrame,
  type PictureShape,
  type ShownFrame,
} from '#engine/media';
import { hasAlpha, windowAt, type PictureLook, type PicturePath } from '#engine/plan';
import { createWarper, type Affine } from './warp-plane.ts';

export type Stabilizer = Disposable & {
  /** The picture in its place; valid until the next call, the same object while the picture stays. */
  steady(shown: ShownFrame): ShownFrame;
};

/** `clock`: asset time of a stamp is `fromTimebase(pts, timebase) - offset`. */
export function openStabilizer(
  { stabilize: path, follow }: Pick<PictureLook, 'stabilize' | 'follow'>,
  stream: VideoStream,
  clock: { readonly timebase: Timebase; readonly offset: Ticks },
): Stabilizer {
  const warper = createWarper();
  const plain: Drawing = openDrawing(plainSteps);
  const aspect =
    stream.sampleAspect.num > 0 && stream.sampleAspect.den > 0 ? stream.sampleAspect.num / stream.sampleAspect.den : 1;
  let held: { readonly pts: number; readonly shown: ShownFrame } | undefined;

  function release(): void {
    held?.shown.frame.free();
    held = undefined;
  }

  return {
    steady(shown) {
      if (held?.pts === shown.pts) return held.shown;
      release();
      const at = subtractTicks(fromTimebase(shown.pts, clock.timebase), clock.offset);
      const source = plain.draw(shown.frame, 0);
      const frame = follow === undefined ? copyPicture(source) : roomForPicture(source, follow);
      const move = path === undefined ? still : moveAt(path, at);
      const corner = follow === undefined ? still : windowAt(follow, at, source);
      const [from, to] = [source.data ?? [], frame.data ?? []];
      for (let plane = 0; plane < planesOf(source); plane++) {
        const half = plane === 1 || plane === 2;
        const size = sizeOfPlane(source, half);
        const map = mapFor(move, path?.zoom ?? 1, { ...size, widthOfAll: half ? source.width / 2 : source.width, aspect });
        warper.warp(
          { data: from[plane]!, stride: source.linesize[plane]!, ...size },
          { data: to[plane]!, stride: frame.linesize[plane]!, ...sizeOfPlane(frame, half) },
          beginningAt(map, half ? corner.x / 2 : corner.x, half ? corner.y / 2 : corner.y),
        );
      }
      held = { pts: shown.pts, shown: { pts: shown.pts, frame } };
      return held.shown;
    },
    [Symbol.dispose]() {
      release();
      plain[Symbol.dispose]();
    },
  };
}

const still: Move = { x: 0, y: 0, turn: 0, growth: 0, leanX: 0, leanY: 0 };

function sizeOfPlane({ width, height }: NativeFrame, half: boolean): Size {
  return half ? { width: (width + 1) >> 1, height: (height + 1) >> 1 } : { width, height };
}

/** The same map for a result that begins at (x, y). */
function beginningAt(map: Affine, x: number, y: number): Affine {
  const { a, b, c, d, e, f } = map;
  return { ...map, c: a * x + b * y + c, f: d * x + e * y + f };
}

/** Eight bits, chroma half in both directions; fields would be torn apart by turning them. */
function plainSteps({ format, isInterlaced }: PictureShape): DrawStep[] {
  const isPlain = format === 'yuv420p' || format === 'yuvj420p' || format === 'yuva420p';
  return [
    ...(isInterlaced ? [{ filter: 'kerndeint', options: {} }] : []),
    ...(isPlain ? [] : [{ filter: 'format', options: { pix_fmts: hasAlpha(format) ? 'yuva420p' : 'yuv420p' } }]),
  ];
}

function planesOf({ data }: NativeFrame): number {
  return Math.min(4, data?.filter((plane) => plane !== null && plane.length > 0).length ?? 0);
}

type Move = {
  readonly x: number;
  readonly y: number;
  readonly turn: number;
  readonly growth: number;
  readonly leanX: number;
  readonly leanY: number;
};

const million = 1e6;

/** Between the path's pictures: on the straight line between them; containers round stamps. */
export function moveAt(path: PicturePath, at: number): Move {
  let [low, high] = [0, path.at.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (path.at[middle]! > at) high = middle;
    else low = middle + 1;
  }
  const before = Math.max(0, low - 1);
  const after = Math.min(path.at.length - 1, low);
  const gap = path.at[after]! - path.at[before]!;
  const share = gap > 0 ? Math.max(0, Math.min(1, (at - path.at[before]!) / gap)) : 0;
  // Stamps are off by rounding only: nearly at a picture is at it.
  const weight = share < 0.1 ? 0 : share > 0.9 ? 1 : share;
  const value = (list: readonly number[]) =>
    ((list[before] ?? 0) + weight * ((list[after] ?? 0) - (list[before] ?? 0))) / million;
  return {
    x: value(path.x),
    y: value(path.y),
    turn: value(path.turn),
    growth: value(path.growth),
    leanX: value(path.leanX ?? []),
    leanY: value(path.leanY ?? []),
  };
}

type Placing = { readonly width: number; readonly height: number; readonly widthOfAll: number; readonly aspect: number };

/** From the result back to the source. `aspect` is the shape of a pixel, width over height. */
function mapFor(
  { x, y, turn, growth, leanX, leanY }: Move,
  zoom: number,
  { width, height, widthOfAll, aspect }: Placing,
): Affine {
  const scale = zoom * (1 + growth);
  const [cos, sin] = [Math.cos(turn) / scale, Math.sin(turn) / scale];
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  // In square pixels: p = (u − cx) · aspect; source = R(−turn) · (p − zoom · shift) / scale.
  const [shiftX, shiftY] = [zoom * x * widthOfAll * aspect, zoom * y * widthOfAll * aspect];
  const [a, b, d, e] = [cos, sin / aspect, -sin * aspect, cos];
  const [fromX, fromY] = [cx + shiftX / aspect, cy + shiftY];
  const upright = { a, b, c: cx - a * fromX - b * fromY, d, e, f: cy - d * fromX - e * fromY };
  return leanX === 0 && leanY === 0 ? upright : leaned(upright, leanX / aspect, leanY, cy);
}

/** Where rows lie that were set upright: each further by its share of how far it is below the middle. */
function leaned({ a, b, c, d, e, f }: Affine, across: number, down: number, cy: number): Affine {
  return {
    a: a + across * d,
    b: b + across * e,
    c: c + across * (f - cy),
    d: (1 + down) * d,
    e: (1 + down) * e,
    f: cy + (1 + down) * (f - cy),
  };
}
