/**
 * A picture as analyses see it: grey cells of its means, a histogram of its colours, nothing else. 160 cells along the longer
 * side keep what a person would call a change, and half a minute of them is no more than a few megabytes.
 */
import type { Size, VideoStream } from '#core/asset';
import type { Ticks } from '#core/time';
import { openDrawing, type Drawing, type NativeFrame } from '#engine/media';

export type Look = {
  /** When the picture appears, asset time. */
  readonly at: Ticks;
  /** Coded without any other. */
  readonly isKey: boolean;
  /** Cells across and down; as the picture is coded, not turned. */
  readonly width: number;
  readonly height: number;
  /** Mean luma of each cell, 0 … 255. */
  readonly luma: Uint8Array;
  /** 16 bins of luma, 8 of each colour difference, 4 × 4 of both; each of the three parts sums to 1. */
  readonly colors: Float32Array;
  /** Mean gradient between full-size neighbours along rows and columns, in luma steps: sharpness, and what interlacing does to rows. */
  readonly fine: { readonly across: number; readonly down: number; readonly comb: number };
};

export type LookReader = Disposable & {
  /** The luma buffer is the caller's. */
  read(frame: NativeFrame, at: Ticks): Look;
};

const longSide = 160;
/** Points that are read of each cell, across and down: at most; what is seen of a texture must not depend on where it lies. */
const pointsPerSide = 4;
/** AV_FRAME_FLAG_KEY. */
const keyFlag = 2;
const lumaBins = 16;
const chromaBins = 8;
export const colorBins = lumaBins + 2 * chromaBins + 16;

/** Cells for a picture of `size` with pixels of the given shape. */
export function lookSize({ width, height }: Size, pixelAspect = 1): Size {
  const shown = width * pixelAspect;
  const scale = longSide / Math.max(shown, height);
  const side = (value: number) => Math.max(16, Math.min(longSide, 2 * Math.round((value * scale) / 2)));
  return { width: side(shown), height: side(height) };
}

/** Reads pictures of one stream. Errors: INTERNAL for formats that cannot be brought to 4:2:0. */
export function openLookReader(stream: VideoStream): LookReader {
  const { num, den } = stream.sampleAspect;
  let plan: Plan | undefined;
  let converter: Drawing | undefined;

  return {
    read(frame, at) {
      const depth = depthOf(stream.pixelFormat, stream.bitDepth);
      const shown = depth === undefined ? toPlain(frame) : frame;
      if (plan === undefined || plan.size.width !== shown.width || plan.size.height !== shown.height)
        plan = createPlan(shown, depth ?? plain, num > 0 && den > 0 ? num / den : 1);
      return readPlanes(shown, plan, at);
    },
    [Symbol.dispose]: () => converter?.[Symbol.dispose](),
  };

  function toPlain(frame: NativeFrame): NativeFrame {
    converter ??= openDrawing(() => [{ filter: 'format', options: { pix_fmts: 'yuv420p' } }]);
    return converter.draw(frame, 0);
  }
}

type Depth = { readonly bytes: 1 | 2; readonly shift: number; readonly isPacked: boolean };
const plain: Depth = { bytes: 1, shift: 0, isPacked: false };

/** Formats with half-size chroma whose planes are read as they are. */
function depthOf(pixelFormat: string, bitDepth: number): Depth | undefined {
  if (pixelFormat === 'yuv420p' || pixelFormat === 'yuvj420p') return plain;
  if (pixelFormat === 'nv12') return { ...plain, isPacked: true };
  if (/^yuv420p1[02]le$/.test(pixelFormat)) return { bytes: 2, shift: bitDepth - 8, isPacked: false };
  return undefined;
}

type Plan = {
  readonly size: Size;
  readonly cells: Size;
  readonly depth: Depth;
  /** Sample points along each side, `perCellX` (`perCellY`) for each cell, rising. */
  readonly x: Uint16Array;
  readonly y: Uint16Array;
  readonly perCellX: number;
  readonly perCellY: number;
};

function createPlan({ width, height }: Size, depth: Depth, aspect: number): Plan {
  const cells = lookSize({ width, height }, aspect);
  const [x, perCellX] = pointsAlong(width, cells.width);
  const [y, perCellY] = pointsAlong(height, cells.height);
  return { size: { width, height }, cells, depth, x, y, perCellX, perCellY };
}

function pointsAlong(length: number, cells: number): [Uint16Array, number] {
  const perCell = Math.max(1, Math.min(pointsPerSide, Math.round(length / cells)));
  const count = cells * perCell;
  return [
    Uint16Array.from({ length: count }, (_, index) => Math.min(length - 1, Math.floor(((index + 0.5) / count) * length))),
    perCell,
  ];
}

function readPlanes(frame: NativeFrame, plan: Plan, at: Ticks): Look {
  return { ...readSamples(frame.data ?? [], frame.linesize, plan, at), isKey: (frame.flags & keyFlag) !== 0 };
}

function readSamples(planes: readonly Uint8Array[], strides: readonly number[], plan: Plan, at: Ticks): Look {
  const { cells } = plan;
  const luma = plan.depth.bytes === 1 ? cellMeans(planes[0]!, strides[0]!, plan) : deepCellMeans(planes[0]!, strides[0]!, plan);
  const colors = new Float32Array(colorBins);
  for (let index = 0; index < luma.length; index++) colors[luma[index]! >> 4]! += 1 / luma.length;
  addChroma(colors, planes, strides, plan);
  return {
    at,
    isKey: false,
    width: cells.width,
    height: cells.height,
    luma,
    colors,
    fine: fineGradients(planes[0]!, strides[0]!, plan),
  };
}

function cellMeans(plane: Uint8Array, stride: number, { cells, x, y, perCellX, perCellY }: Plan): Uint8Array {
  const sums = new Uint32Array(cells.width);
  const means = new Uint8Array(cells.width * cells.height);
  const scale = 1 / (perCellX * perCellY);
  for (let row = 0; row < cells.height; row++) {
    sums.fill(0);
    for (let line = row * perCellY; line < (row + 1) * perCellY; line++) {
      const start = y[line]! * stride;
      for (let cell = 0, point = 0; cell < cells.width; cell++) {
        let sum = 0;
        for (const end = point + perCellX; point < end; point++) sum += plane[start + x[point]!]!;
        sums[cell]! += sum;
      }
    }
    for (let cell = 0; cell < cells.width; cell++) means[row * cells.width + cell] = Math.round(sums[cell]! * scale);
  }
  return means;
}

/** Samples of two bytes, little end first. */
function deepCellMeans(plane: Uint8Array, stride: number, { cells, x, y, perCellX, perCellY, depth }: Plan): Uint8Array {
  const means = new Uint8Array(cells.width * cells.height);
  const scale = 1 / (perCellX * perCellY * 2 ** depth.shift);
  for (let row = 0; row < cells.height; row++) {
    for (let cell = 0; cell < cells.width; cell++) {
      let sum = 0;
      for (let line = row * perCellY; line < (row + 1) * perCellY; line++) {
        const start = y[line]! * stride;
        for (let point = cell * perCellX; point < (cell + 1) * perCellX; point++) {
          const place = start + x[point]! * 2;
          sum += plane[place]! | (plane[place + 1]! << 8);
        }
      }
      means[row * cells.width + cell] = Math.min(255, Math.round(sum * scale));
    }
  }
  return means;
}

function addChroma(colors: Float32Array, planes: readonly Uint8Array[], strides: readonly number[], plan: Plan): void {
  const { size, depth } = plan;
  const [columns, rows] = [40, 24];
  const share = 1 / (columns * rows);
  const last = depth.isPacked ? planes[1]! : planes[2]!;
  for (let row = 0; row < rows; row++) {
    const line = Math.floor(((row + 0.5) / rows) * (size.height >> 1));
    for (let column = 0; column < columns; column++) {
      const place = Math.floor(((column + 0.5) / columns) * (size.width >> 1));
      const step = depth.bytes * (depth.isPacked ? 2 : 1);
      const blueAt = line * strides[1]! + place * step;
      const redAt = depth.isPacked ? blueAt + 1 : line * strides[2]! + place * step;
      const value = (plane: Uint8Array, at: number) =>
        depth.bytes === 1 ? plane[at]! : (plane[at]! | (plane[at + 1]! << 8)) >> depth.shift;
      // Colours gather around grey: bins are narrower there.
      const [blue, red] = [chromaBin(value(planes[1]!, blueAt)), chromaBin(value(last, redAt))];
      colors[lumaBins + blue]! += share;
      colors[lumaBins + chromaBins + red]! += share;
      colors[lumaBins + 2 * chromaBins + (blue >> 1) * 4 + (red >> 1)]! += share;
    }
  }
}

function chromaBin(value: number): number {
  const from = value - 128;
  const far = Math.abs(from);
  const step = far < 5 ? 0 : far < 12 ? 1 : far < 26 ? 2 : 3;
  return from < 0 ? 3 - step : 4 + step;
}

/** On some 4000 points of the middle, where no borders are. */
function fineGradients(plane: Uint8Array, stride: number, { size, depth }: Plan): Look['fine'] {
  const [columns, rows] = [80, 50];
  let [across, down, comb, count] = [0, 0, 0, 0];
  const { bytes, shift } = depth;
  const read = (x: number, y: number) => {
    const at = y * stride + x * bytes;
    return bytes === 1 ? plane[at]! : (plane[at]! | (plane[at + 1]! << 8)) >> shift;
  };
  for (let row = 0; row < rows; row++) {
    const y = 2 + Math.floor(((0.1 + (0.8 * (row + 0.5)) / rows) * size.height) / 2) * 2;
    if (y + 3 >= size.height) continue;
    for (let column = 0; column < columns; column++) {
      const x = 1 + Math.floor((0.1 + (0.8 * (column + 0.5)) / columns) * (size.width - 3));
      const here = read(x, y);
      const below = read(x, y + 1);
      const second = read(x, y + 2);
      across += Math.abs(here - read(x + 1, y));
      down += Math.abs(here - below);
      // Rows of one field agree with each other and not with the row between them.
      comb += Math.max(0, Math.min(Math.abs(here - below), Math.abs(second - below)) - Math.abs(here - second) - 4);
      count++;
    }
  }
  return count === 0 ? { across: 0, down: 0, comb: 0 } : { across: across / count, down: down / count, comb: comb / count };
}

/** The look of planes that were drawn, not decoded; chroma half in both directions, rows without padding. */
export function lookAtPlanes(planes: readonly [Uint8Array, Uint8Array, Uint8Array], size: Size, at: Ticks): Look {
  const strides = [size.width, size.width >> 1, size.width >> 1];
  return readSamples(planes, strides, createPlan(size, plain, 1), at);
}
