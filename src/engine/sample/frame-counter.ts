/**
 * A frame's number drawn into the frame: a row of black and white boxes that any codec keeps readable, so that tests can
 * ask a decoded picture which one it is.
 */
import type { Size } from '#core/asset';

const bits = 20;

/** Boxes are a fiftieth of the width, even, at least 4 pixels. */
function boxOf(size: Size): number {
  return Math.max(4, 2 * Math.floor(size.width / 100));
}

/** Writes `frame` into the lower left corner of a luma plane. */
export function drawFrameCounter(luma: Uint8Array, size: Size, frame: number): void {
  const box = boxOf(size);
  const top = size.height - 2 * box;
  for (let bit = 0; bit < bits; bit++) {
    const level = (frame >> bit) & 1 ? 225 : 30;
    for (let y = top; y < top + box; y++) luma.fill(level, y * size.width + (bit + 1) * box, y * size.width + (bit + 2) * box);
  }
}

/** Reads the number back from a luma plane of the same size; `stride` is the plane's bytes a row. */
export function readFrameCounter(luma: Uint8Array, size: Size, stride: number = size.width): number {
  const box = boxOf(size);
  const row = (size.height - 2 * box + (box >> 1)) * stride;
  let frame = 0;
  for (let bit = 0; bit < bits; bit++) {
    if (luma[row + (bit + 1) * box + (box >> 1)]! > 127) frame |= 1 << bit;
  }
  return frame;
}
