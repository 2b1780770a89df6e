/** How well one picture can be drawn over into another: what a morph between them would leave seen twice. */
import { findFlow, sampleGrey, type FlowField, type GreyPicture } from './dense-flow.ts';

export type MorphFit = {
  /** Share of the picture that differs now, 0 … 1. */
  readonly unlike: number;
  /** Share that would still differ where both are drawn half way towards each other: seen twice, as a ghost. */
  readonly ghost: number;
  /** Share whose way there and way back do not meet: it goes nowhere. */
  readonly unsteady: number;
  /** How far the fiftieth that moves most goes, in widths of the picture. */
  readonly far: number;
};

/** Steps of grey by which something is seen to differ. */
const visible = 12;
/** Samples by which a way there and back may miss. */
const miss = 1.5;

/** Both of one size, grey 0 … 255; some 160 samples wide are enough. */
export function measureMorph(from: GreyPicture, to: GreyPicture): MorphFit {
  const [forth, back] = [findFlow(from, to), findFlow(to, from)];
  const { width, height } = from;
  const lengths: number[] = [];
  let [unlike, ghost, unsteady] = [0, 0, 0];
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      if (Math.abs(from.data[at]! - to.data[at]!) > visible) unlike++;
      const [u, v] = [forth.u[at]!, forth.v[at]!];
      const [bu, bv] = [back.u[at]!, back.v[at]!];
      lengths.push(Math.hypot(u, v));
      // Half way: fields from the middle, as they are drawn.
      const a = sampleGrey(from, x + (bu - u) / 4, y + (bv - v) / 4);
      const b = sampleGrey(to, x + (u - bu) / 4, y + (v - bv) / 4);
      if (Math.abs(a - b) > visible) ghost++;
      const [tx, ty] = [x + u, y + v];
      const home = Math.hypot(u + read(back, 'u', tx, ty), v + read(back, 'v', tx, ty));
      if (home > miss) unsteady++;
    }
  const count = width * height;
  const far = lengths.sort((a, b) => b - a)[Math.floor(count / 50)]! / width;
  return { unlike: unlike / count, ghost: ghost / count, unsteady: unsteady / count, far };
}

function read(field: FlowField, part: 'u' | 'v', x: number, y: number): number {
  return sampleGrey({ width: field.width, height: field.height, data: field[part] }, x, y);
}
