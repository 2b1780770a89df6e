/** Two pictures drawn towards each other along a field of movement, and blended: planes of samples, eight by eight at a time. */
import { sampleGrey, type FlowField } from '#core/dsp';

export type Plane = { readonly data: Uint8Array; readonly stride: number; readonly width: number; readonly height: number };

/** Fields from each picture to the other, in samples of their own grid. */
export type Between = { readonly forth: FlowField; readonly back: FlowField };

const side = 8;
/** Corners of a block that move by less than this much of a sample stay. */
const least = 0.04;

/** `share` 0 shows `from`, 1 shows `to`. All planes of one size. */
export function morphPlane(from: Plane, to: Plane, into: Plane, { forth, back }: Between, share: number): void {
  const { width, height } = into;
  const [columns, rows] = [Math.ceil(width / side), Math.ceil(height / side)];
  // Where each corner of the blocks is looked up: x and y in `from`, then in `to`, as distances.
  const corners = cornersOf({ columns, rows, width, height }, { forth, back }, share);
  const line = 4 * (columns + 1);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * line + 4 * column;
      drawBlock(from, to, into, { x: column * side, y: row * side, corners, at, line, share });
    }
  }
}

type Grid = { readonly columns: number; readonly rows: number; readonly width: number; readonly height: number };

/**
 * From fields between the ends to fields from a moment between them, as though everything moved evenly (Jiang and others, 2018).
 */
function cornersOf({ columns, rows, width, height }: Grid, { forth, back }: Between, t: number): Float32Array {
  const corners = new Float32Array(4 * (columns + 1) * (rows + 1));
  const [scaleX, scaleY] = [width / forth.width, height / forth.height];
  const grids = [forth.u, forth.v, back.u, back.v].map((data) => ({ width: forth.width, height: forth.height, data }));
  for (let row = 0, at = 0; row <= rows; row++)
    for (let column = 0; column <= columns; column++, at += 4) {
      const [x, y] = [(column * side) / scaleX - 0.5, (row * side) / scaleY - 0.5];
      const [fu, fv, bu, bv] = grids.map((grid) => sampleGrey(grid, x, y)) as [number, number, number, number];
      corners[at] = (-(1 - t) * t * fu + t * t * bu) * scaleX;
      corners[at + 1] = (-(1 - t) * t * fv + t * t * bv) * scaleY;
      corners[at + 2] = ((1 - t) * (1 - t) * fu - t * (1 - t) * bu) * scaleX;
      corners[at + 3] = ((1 - t) * (1 - t) * fv - t * (1 - t) * bv) * scaleY;
    }
  return corners;
}

type Block = {
  readonly x: number;
  readonly y: number;
  readonly corners: Float32Array;
  readonly at: number;
  readonly line: number;
  readonly share: number;
};

function drawBlock(from: Plane, to: Plane, into: Plane, block: Block): void {
  const { x, y, corners, at, line: next, share } = block;
  const [endX, endY] = [Math.min(into.width, x + side), Math.min(into.height, y + side)];
  const weight = Math.round(share * 256);
  let most = 0;
  for (let index = 0; index < 4; index++) {
    most = Math.max(most, Math.abs(corners[at + index]!), Math.abs(corners[at + 4 + index]!));
    most = Math.max(most, Math.abs(corners[at + next + index]!), Math.abs(corners[at + next + 4 + index]!));
  }
  if (most < least) {
    for (let row = y; row < endY; row++) {
      const [a, b, c] = [row * from.stride, row * to.stride, row * into.stride];
      for (let column = x; column < endX; column++) {
        const value = from.data[a + column]!;
        into.data[c + column] = value + (((to.data[b + column]! - value) * weight + 128) >> 8);
      }
    }
    return;
  }
  const inside = x - most > 1 && y - most > 1 && x + side + most < into.width - 2 && y + side + most < into.height - 2;
  for (let row = y; row < endY; row++) {
    const down = (row - y + 0.5) / side;
    const edge = (index: number, right: 0 | 4) =>
      corners[at + right + index]! + (corners[at + next + right + index]! - corners[at + right + index]!) * down;
    const lineAt = (index: number, base: number, first: 0 | 1) => {
      const [left, right] = [edge(index, 0), edge(index, 4)];
      const step = (right - left) / side;
      return { start: Math.round((base + left + step / 2) * 65536), step: Math.round((step + first) * 65536) };
    };
    const [ax, ay, bx, by] = [lineAt(0, x, 1), lineAt(1, row, 0), lineAt(2, x, 1), lineAt(3, row, 0)];
    const line = { from: { x: ax, y: ay }, to: { x: bx, y: by } };
    const start = row * into.stride + x;
    if (inside) blendInside(from, to, line, { into: into.data, start, count: endX - x, weight });
    else blendHeld(from, to, line, { into: into.data, start, count: endX - x, weight });
  }
}

/** A place on one side as 65536ths of a sample, and what it grows by with each sample of the result. */
type Way = { readonly start: number; readonly step: number };
type Line = Readonly<Record<'from' | 'to', { readonly x: Way; readonly y: Way }>>;
type Target = { readonly into: Uint8Array; readonly start: number; readonly count: number; readonly weight: number };

/** Written out: this is where the time goes. */
function blendInside(from: Plane, to: Plane, line: Line, { into, start, count, weight }: Target): void {
  const [a, b, strideA, strideB, rest] = [from.data, to.data, from.stride, to.stride, 256 - weight];
  let [ax, ay, bx, by] = [line.from.x.start, line.from.y.start, line.to.x.start, line.to.y.start];
  const [stepAx, stepAy, stepBx, stepBy] = [line.from.x.step, line.from.y.step, line.to.x.step, line.to.y.step];
  for (let target = start; target < start + count; target++) {
    let fraction = (ax >> 8) & 255;
    let at = (ay >> 16) * strideA + (ax >> 16);
    let upper = (a[at]! << 8) + (a[at + 1]! - a[at]!) * fraction;
    at += strideA;
    let lower = (a[at]! << 8) + (a[at + 1]! - a[at]!) * fraction;
    const first = upper + (((lower - upper) * ((ay >> 8) & 255)) >> 8);
    fraction = (bx >> 8) & 255;
    at = (by >> 16) * strideB + (bx >> 16);
    upper = (b[at]! << 8) + (b[at + 1]! - b[at]!) * fraction;
    at += strideB;
    lower = (b[at]! << 8) + (b[at + 1]! - b[at]!) * fraction;
    const second = upper + (((lower - upper) * ((by >> 8) & 255)) >> 8);
    into[target] = (first * rest + second * weight + 32768) >> 16;
    ax += stepAx;
    ay += stepAy;
    bx += stepBx;
    by += stepBy;
  }
}

/** Beside the edges, which go on as they are. */
function blendHeld(from: Plane, to: Plane, line: Line, { into, start, count, weight }: Target): void {
  for (let step = 0; step < count; step++) {
    const a = read(from, line.from.x.start + line.from.x.step * step, line.from.y.start + line.from.y.step * step);
    const b = read(to, line.to.x.start + line.to.x.step * step, line.to.y.start + line.to.y.step * step);
    into[start + step] = (a * (256 - weight) + b * weight + 32768) >> 16;
  }
}

/** Between samples, in 256ths; places in 65536ths of a sample. */
function read({ data, stride, width, height }: Plane, placeX: number, placeY: number): number {
  const x = Math.min((width - 1) * 65536 - 1, Math.max(0, placeX));
  const y = Math.min((height - 1) * 65536 - 1, Math.max(0, placeY));
  const [fx, fy] = [(x >> 8) & 255, (y >> 8) & 255];
  const at = (y >> 16) * stride + (x >> 16);
  const upper = (data[at]! << 8) + (data[at + 1]! - data[at]!) * fx;
  const lower = (data[at + stride]! << 8) + (data[at + stride + 1]! - data[at + stride]!) * fx;
  return upper + (((lower - upper) * fy) >> 8);
}
