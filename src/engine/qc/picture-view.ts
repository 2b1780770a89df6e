/**
 * Which points of two differently framed pictures show the same thing: a source as it was coded, and the canvas that it
 * was fitted into. Thumbnails taken at those points can be compared without scaling or turning either picture.
 */
import type { Size, VideoStream } from '#core/asset';
import { columns, pointsPerCell, rows, type PictureView } from './look-at-pictures.ts';

/** The whole of a source's picture. */
export function sourceView(stream: VideoStream): PictureView {
  const turn = turns[stream.rotation];
  return view(stream.codedSize, (u, v) => turn(u, v));
}

/** The part of a canvas that a picture of `shown` fills when it is fitted in whole, in the middle. */
export function canvasView(canvas: Size, shown: Size): PictureView {
  const scale = Math.min(canvas.width / shown.width, canvas.height / shown.height);
  const [width, height] = [(shown.width * scale) / canvas.width, (shown.height * scale) / canvas.height];
  return view(canvas, (u, v) => [(1 - width) / 2 + u * width, (1 - height) / 2 + v * height]);
}

/** From a place on screen to the place in the coded picture, by the clockwise turn that players apply. */
const turns: Readonly<Record<VideoStream['rotation'], (u: number, v: number) => [number, number]>> = {
  0: (u, v) => [u, v],
  90: (u, v) => [v, 1 - u],
  180: (u, v) => [1 - u, 1 - v],
  270: (u, v) => [1 - v, u],
};

function view(size: Size, place: (u: number, v: number) => [number, number]): PictureView {
  const count = columns * rows * pointsPerCell;
  const x = new Uint16Array(count);
  const y = new Uint16Array(count);
  for (let cell = 0; cell < columns * rows; cell++) {
    for (let point = 0; point < pointsPerCell; point++) {
      // Four across and two down, spread over the cell.
      const u = ((cell % columns) + ((point & 3) + 0.5) / 4) / columns;
      const v = (Math.floor(cell / columns) + ((point >> 2) + 0.5) / 2) / rows;
      const [px, py] = place(u, v);
      x[cell * pointsPerCell + point] = Math.min(size.width - 1, Math.floor(px * size.width));
      y[cell * pointsPerCell + point] = Math.min(size.height - 1, Math.floor(py * size.height));
    }
  }
  return { ...size, x, y };
}
