/**
 * Where every place of one grey picture is in another: a field that fits and is smooth (Horn and Schunck, 1981), from coarse to fine
 * with the second picture drawn back by what is known so far. For pictures of a few hundred samples a side.
 */

/** Rows without padding; any scale of grey, 0 … 255 suits the constants. */
export type GreyPicture = { readonly width: number; readonly height: number; readonly data: Float32Array };

/** Sample (x, y) of the first picture is at (x + u, y + v) in the second. */
export type FlowField = {
  readonly width: number;
  readonly height: number;
  readonly u: Float32Array;
  readonly v: Float32Array;
};

/** Steps of grey that a sample of distance in the field is worth. */
const stiffness = 12;
const warps = 3;
const sweeps = 14;
/** Over-relaxation of the sweeps. */
const relax = 1.7;
/** Smaller than this, no coarser picture is made. */
const leastSide = 10;
/** Differences beyond this say that something else is seen, not that it moved. */
const strange = 30;

/** Both of one size. `guess`: the field of pictures much like these; saves the coarse levels. */
export function findFlow(from: GreyPicture, to: GreyPicture, guess?: FlowField): FlowField {
  const levels: (readonly [GreyPicture, GreyPicture])[] = [[soften(from), soften(to)]];
  for (;;) {
    const [a, b] = levels.at(-1)!;
    if (Math.min(a.width, a.height) < 2 * leastSide) break;
    levels.push([halve(a), halve(b)]);
  }
  const fits = guess !== undefined && guess.width === from.width && guess.height === from.height;
  if (fits) return refine(levels[0]![0], levels[0]![1], guess);
  let field: FlowField | undefined;
  for (const [a, b] of levels.toReversed()) field = refine(a, b, field === undefined ? empty(a) : enlarge(field, a));
  return field!;
}

/** Between samples, bilinear; held at the edges. */
export function sampleGrey({ width, height, data }: GreyPicture, x: number, y: number): number {
  const [cx, cy] = [x < 0 ? 0 : x > width - 1.001 ? width - 1.001 : x, y < 0 ? 0 : y > height - 1.001 ? height - 1.001 : y];
  const [left, top] = [cx | 0, cy | 0];
  const [fx, fy] = [cx - left, cy - top];
  const at = top * width + left;
  const upper = data[at]! + (data[at + 1]! - data[at]!) * fx;
  const lower = data[at + width]! + (data[at + width + 1]! - data[at + width]!) * fx;
  return upper + (lower - upper) * fy;
}

function empty({ width, height }: GreyPicture): FlowField {
  return { width, height, u: new Float32Array(width * height), v: new Float32Array(width * height) };
}

function halve({ width, height, data }: GreyPicture): GreyPicture {
  const [columns, rows] = [width >> 1, height >> 1];
  const result = new Float32Array(columns * rows);
  for (let row = 0; row < rows; row++) {
    let at = 2 * row * width;
    for (let column = 0; column < columns; column++, at += 2)
      result[row * columns + column] = (data[at]! + data[at + 1]! + data[at + width]! + data[at + width + 1]!) / 4;
  }
  return { width: columns, height: rows, data: result };
}

/** Binomial, three by three. */
function soften({ width, height, data }: GreyPicture): GreyPicture {
  const result = new Float32Array(data.length);
  for (let row = 0; row < height; row++) {
    const [above, here, below] = [Math.max(0, row - 1) * width, row * width, Math.min(height - 1, row + 1) * width];
    const down = (column: number) => data[above + column]! + 2 * data[here + column]! + data[below + column]!;
    let [before, now] = [down(0), down(0)];
    for (let column = 0; column < width; column++) {
      const next = column === width - 1 ? now : down(column + 1);
      result[here + column] = (before + 2 * now + next) / 16;
      [before, now] = [now, next];
    }
  }
  return { width, height, data: result };
}

function enlarge(field: FlowField, { width, height }: GreyPicture): FlowField {
  const result = empty({ width, height, data: field.u });
  const [u, v] = [
    { width: field.width, height: field.height, data: field.u },
    { width: field.width, height: field.height, data: field.v },
  ];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [x, y] = [(column - 0.5) / 2, (row - 0.5) / 2];
      result.u[row * width + column] = 2 * sampleGrey(u, x, y);
      result.v[row * width + column] = 2 * sampleGrey(v, x, y);
    }
  return result;
}

function refine(from: GreyPicture, to: GreyPicture, start: FlowField): FlowField {
  const { width, height } = from;
  const count = width * height;
  const [u, v] = [Float32Array.from(start.u), Float32Array.from(start.v)];
  const [gx, gy, gt, power] = [
    new Float32Array(count),
    new Float32Array(count),
    new Float32Array(count),
    new Float32Array(count),
  ];
  const drawn: GreyPicture = { width, height, data: new Float32Array(count) };
  for (let warp = 0; warp < warps; warp++) {
    for (let row = 0, at = 0; row < height; row++)
      for (let column = 0; column < width; column++, at++) drawn.data[at] = sampleGrey(to, column + u[at]!, row + v[at]!);
    linearize(from, drawn, { u, v, gx, gy, gt, power });
    for (let sweep = 0; sweep < sweeps; sweep++) relaxOnce({ width, height, u, v }, { gx, gy, gt, power });
  }
  return { width, height, u, v };
}

type Slopes = { readonly gx: Float32Array; readonly gy: Float32Array; readonly gt: Float32Array; readonly power: Float32Array };

/** What the difference is and how it changes with the field, around the field as it is. */
function linearize(
  { width, height, data }: GreyPicture,
  drawn: GreyPicture,
  { u, v, gx, gy, gt, power }: Slopes & { readonly u: Float32Array; readonly v: Float32Array },
): void {
  for (let row = 0, at = 0; row < height; row++) {
    const [up, down] = [row === 0 ? 0 : -width, row === height - 1 ? 0 : width];
    for (let column = 0; column < width; column++, at++) {
      const [left, right] = [column === 0 ? 0 : -1, column === width - 1 ? 0 : 1];
      const dx = (data[at + right]! - data[at + left]! + drawn.data[at + right]! - drawn.data[at + left]!) / 4;
      const dy = (data[at + down]! - data[at + up]! + drawn.data[at + down]! - drawn.data[at + up]!) / 4;
      const difference = drawn.data[at]! - data[at]!;
      const trust = 1 / (1 + (difference / strange) ** 2);
      gx[at] = dx * trust;
      gy[at] = dy * trust;
      gt[at] = (difference - dx * u[at]! - dy * v[at]!) * trust;
      power[at] = 1 / (stiffness * stiffness + (dx * dx + dy * dy) * trust * trust);
    }
  }
}

/** One sweep in place: each sample between its neighbours and what fits it. */
function relaxOnce({ width, height, u, v }: FlowField, { gx, gy, gt, power }: Slopes): void {
  for (let row = 0, at = 0; row < height; row++) {
    const [up, down] = [row === 0 ? 0 : -width, row === height - 1 ? 0 : width];
    for (let column = 0; column < width; column++, at++) {
      const [left, right] = [column === 0 ? 0 : -1, column === width - 1 ? 0 : 1];
      const meanU = (u[at + left]! + u[at + right]! + u[at + up]! + u[at + down]!) / 4;
      const meanV = (v[at + left]! + v[at + right]! + v[at + up]! + v[at + down]!) / 4;
      const off = (gx[at]! * meanU + gy[at]! * meanV + gt[at]!) * power[at]!;
      u[at] = u[at]! + relax * (meanU - gx[at]! * off - u[at]!);
      v[at] = v[at]! + relax * (meanV - gy[at]! * off - v[at]!);
    }
  }
}
