/** Pictures that are made, not decoded: plain colours and boxes. */
import { AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVA420P, type AVPixelFormat } from 'node-av/constants';
import { Frame } from 'node-av/lib';
import type { Size } from '#core/asset';
import { checkOurs } from './averror.ts';

/** An 8-bit colour in the output's own numbers. */
export type PaintColor = { readonly luma: number; readonly blue: number; readonly red: number };

/** Even pixels; parts outside the picture are left out. */
export type PaintBox = {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly color: PaintColor;
};

/** A plain picture in 8-bit 4:2:0; the caller frees it. */
export function plainPicture(size: Size, color: PaintColor): Frame {
  const frame = makeFrame(size, AV_PIX_FMT_YUV420P);
  paint(frame, [{ x: 0, y: 0, ...size, color }]);
  return frame;
}

/** A picture of nothing, in 8-bit 4:2:0 with alpha; the caller frees it. */
export function clearPicture(size: Size): Frame {
  const frame = makeFrame(size, AV_PIX_FMT_YUVA420P);
  paint(frame, [{ x: 0, y: 0, ...size, color: { luma: 16, blue: 128, red: 128 } }]);
  frame.data?.[3]?.fill(0);
  return frame;
}

function makeFrame(size: Size, format: AVPixelFormat): Frame {
  const frame = new Frame();
  frame.alloc();
  frame.width = size.width;
  frame.height = size.height;
  frame.format = format;
  checkOurs(frame.getBuffer(), 'making a picture');
  return frame;
}

/** Fills boxes of a plain picture, in order. */
export function paint(frame: Frame, boxes: readonly PaintBox[]): void {
  checkOurs(frame.makeWritable(), 'painting a picture');
  const planes = frame.data ?? [];
  const strides = frame.linesize;
  // Asked once: each of these reads crosses into native code.
  const size = { width: frame.width, height: frame.height };
  for (const { x, y, width, height, color } of boxes) {
    for (const [plane, value] of [color.luma, color.blue, color.red].entries()) {
      const half = plane === 0 ? 1 : 2;
      const [left, right] = [Math.max(0, x) / half, Math.min(size.width, x + width) / half];
      const [top, bottom] = [Math.max(0, y) / half, Math.min(size.height, y + height) / half];
      const [bytes, stride] = [planes[plane]!, strides[plane]!];
      if (left >= right || top >= bottom) continue;
      // The first row is filled, the others are copies of it: copying a short stretch is cheaper than filling it.
      bytes.fill(value, top * stride + left, top * stride + right);
      for (let row = top + 1; row < bottom; row++)
        bytes.copyWithin(row * stride + left, top * stride + left, top * stride + right);
    }
  }
}

/** Moves what a part of the picture shows to the left; what is moved in at its right is as it was. Even numbers, inside the picture. */
export function moveLeft(frame: Frame, box: Omit<PaintBox, 'color'>, by: number): void {
  checkOurs(frame.makeWritable(), 'painting a picture');
  const planes = frame.data ?? [];
  const strides = frame.linesize;
  for (const plane of [0, 1, 2]) {
    const half = plane === 0 ? 1 : 2;
    const [bytes, stride] = [planes[plane]!, strides[plane]!];
    for (let row = box.y / half; row < (box.y + box.height) / half; row++) {
      const start = row * stride + box.x / half;
      bytes.copyWithin(start, start + by / half, start + box.width / half);
    }
  }
}

/** A native picture, to be handed on and never looked into outside this module. */
export type NativeFrame = Frame;
