/** One picture becoming another by moving: what is alike in both goes over from its place to its place, instead of being seen twice. */
import { findFlow, type FlowField, type GreyPicture } from '#core/dsp';
import { roomForPicture, type NativeFrame } from '#engine/media';
import { morphPlane, type Plane } from './morph-planes.ts';

export type Morph = Disposable & {
  /** Both 8-bit 4:2:0 of one size. `share` 0 is `from`, 1 is `to`. Valid until the next call. */
  between(from: NativeFrame, to: NativeFrame, share: number): NativeFrame;
};

/** Samples along the longer side of the pictures that movement is found in. */
const longSide = 192;
/** Samples of the picture that are read for one of those, across and down, at most. */
const reads = 4;

export function openMorph(): Morph {
  let held: NativeFrame | undefined;
  let known: { readonly forth: FlowField; readonly back: FlowField } | undefined;
  const release = (): void => {
    held?.free();
    held = undefined;
  };
  return {
    between(from, to, share) {
      release();
      const [a, b] = [greyOf(from), greyOf(to)];
      const forth = findFlow(a, b, known?.forth);
      const back = findFlow(b, a, known?.back);
      known = { forth, back };
      held = roomForPicture(from, from);
      for (let plane = 0; plane < 3; plane++)
        morphPlane(planeOf(from, plane), planeOf(to, plane), planeOf(held, plane), known, share);
      return held;
    },
    [Symbol.dispose]: release,
  };
}

function planeOf(frame: NativeFrame, plane: number): Plane {
  const [width, height] = plane === 0 ? [frame.width, frame.height] : [(frame.width + 1) >> 1, (frame.height + 1) >> 1];
  return { data: frame.data![plane]!, stride: frame.linesize[plane]!, width, height };
}

function greyOf(frame: NativeFrame): GreyPicture {
  const { data, stride, width, height } = planeOf(frame, 0);
  const scale = Math.min(1, longSide / Math.max(width, height));
  const [columns, rows] = [Math.max(2, Math.round(width * scale)), Math.max(2, Math.round(height * scale))];
  const grey = new Float32Array(columns * rows);
  const [across, down] = [placesIn(width, columns), placesIn(height, rows)];
  const [perX, perY] = [across.length / columns, down.length / rows];
  const share = 1 / (perX * perY);
  for (let row = 0; row < rows; row++)
    for (let line = row * perY; line < (row + 1) * perY; line++) {
      const start = down[line]! * stride;
      for (let column = 0, place = 0; column < columns; column++) {
        let sum = 0;
        for (const end = place + perX; place < end; place++) sum += data[start + across[place]!]!;
        grey[row * columns + column]! += sum * share;
      }
    }
  return { width: columns, height: rows, data: grey };
}

/** Places of the samples that are read, the same number for each cell. */
function placesIn(length: number, cells: number): Uint16Array {
  const count = cells * Math.max(1, Math.min(reads, Math.round(length / cells)));
  return Uint16Array.from({ length: count }, (_, index) => Math.min(length - 1, Math.floor(((index + 0.5) * length) / count)));
}
