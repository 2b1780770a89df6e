/**
 * Each sample told from those before it, and missing samples told from those around them.
 *
 * Source: Godsill and Rayner, "Digital Audio Restoration", 1998, chapters 4.2 and 5.2 (least squares AR interpolation).
 */

/**
 * `a[1…order]` of `x[n] ≈ −Σ a[k] x[n − k]` over the samples under a Hann window, by Levinson; `a[0]` is 1.
 * `whiteShare` of white noise is thought in: what was resampled holds nothing above its old limit and would be foretold too well.
 */
export function autoRegression(samples: Float32Array, order: number, whiteShare = 1e-7): Float64Array {
  const count = samples.length;
  const windowed = new Float64Array(count);
  const shape = hannOf(count);
  for (let index = 0; index < count; index++) windowed[index] = samples[index]! * shape[index]!;
  const correlation = correlate(windowed, order);
  correlation[0] = correlation[0]! * (1 + whiteShare) + 1e-12;
  const a = new Float64Array(order + 1);
  const before = new Float64Array(order + 1);
  a[0] = 1;
  let error = correlation[0];
  for (let step = 1; step <= order; step++) {
    let reflection = correlation[step]!;
    for (let index = 1; index < step; index++) reflection += a[index]! * correlation[step - index]!;
    reflection = -reflection / error;
    before.set(a);
    for (let index = 1; index < step; index++) a[index] = before[index]! + reflection * before[step - index]!;
    a[step] = reflection;
    error *= 1 - reflection * reflection;
  }
  return a;
}

/** The last one is kept: pieces of a recording are alike in length, and its cosines take longer than all that follows. */
let lastHann = new Float64Array(0);

function hannOf(count: number): Float64Array {
  if (lastHann.length !== count)
    lastHann = Float64Array.from({ length: count }, (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / count));
  return lastHann;
}

/** Five lags at a time: one sum alone would wait for itself, and each sample is read once for all five. */
function correlate(windowed: Float64Array, order: number): Float64Array {
  // Lags beyond the order are dropped at the end.
  const correlation = new Float64Array(order + 5);
  for (let lag = 0; lag <= order; lag += 5) correlateFive(windowed, lag, correlation);
  return correlation.subarray(0, order + 1);
}

function correlateFive(windowed: Float64Array, lag: number, into: Float64Array): void {
  const count = windowed.length;
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let fifth = 0;
  // The samples behind the one that is `lag` behind; before the first there is silence.
  let one = 0;
  let two = 0;
  let three = 0;
  let four = 0;
  for (let index = lag; index < count; index++) {
    const value = windowed[index]!;
    const now = windowed[index - lag]!;
    first += value * now;
    second += value * one;
    third += value * two;
    fourth += value * three;
    fifth += value * four;
    four = three;
    three = two;
    two = one;
    one = now;
  }
  into[lag] = first;
  into[lag + 1] = second;
  into[lag + 2] = third;
  into[lag + 3] = fourth;
  into[lag + 4] = fifth;
}

/** What the samples from `from` to `to` hold that those before them do not tell. Needs `order` samples before `from`. */
export function residual(
  samples: Float32Array,
  a: Float64Array,
  range: { readonly from: number; readonly to: number },
): Float32Array {
  const { from, to } = range;
  const result = new Float32Array(to - from);
  const whole = Math.min(to, Math.max(from, a.length - 1));
  for (let index = from; index < whole; index++) {
    let sum = 0;
    for (let lag = 0; lag <= index; lag++) sum += a[lag]! * samples[index - lag]!;
    result[index - from] = sum;
  }
  let index = whole;
  for (; index + 3 < to; index += 4) {
    let first = 0;
    let second = 0;
    let third = 0;
    let fourth = 0;
    // Four samples in a row: the next lag wants three of them again.
    let one = samples[index + 1]!;
    let two = samples[index + 2]!;
    let three = samples[index + 3]!;
    for (let lag = 0; lag < a.length; lag++) {
      const weight = a[lag]!;
      const now = samples[index - lag]!;
      first += weight * now;
      second += weight * one;
      third += weight * two;
      fourth += weight * three;
      three = two;
      two = one;
      one = now;
    }
    result[index - from] = first;
    result[index - from + 1] = second;
    result[index - from + 2] = third;
    result[index - from + 3] = fourth;
  }
  for (; index < to; index++) {
    let sum = 0;
    for (let lag = 0; lag < a.length; lag++) sum += a[lag]! * samples[index - lag]!;
    result[index - from] = sum;
  }
  return result;
}

/** Writes into `samples` at the rising places `missing` what fits best between the rest. */
export function fillMissing(samples: Float32Array, missing: readonly number[], a: Float64Array): void {
  const order = a.length - 1;
  const count = missing.length;
  if (count === 0) return;
  const b = new Float64Array(order + 1);
  for (let lag = 0; lag <= order; lag++)
    for (let index = 0; index + lag <= order; index++) b[lag]! += a[index]! * a[index + lag]!;
  const isMissing = new Set(missing);
  const right = new Float64Array(count);
  const matrix = new Float64Array(count * count);
  for (let row = 0; row < count; row++) {
    const place = missing[row]!;
    for (let lag = -order; lag <= order; lag++) {
      const other = place + lag;
      if (other < 0 || other >= samples.length || isMissing.has(other)) continue;
      right[row]! -= b[Math.abs(lag)]! * samples[other]!;
    }
    for (let column = 0; column < count; column++) {
      const lag = Math.abs(missing[column]! - place);
      if (lag <= order) matrix[row * count + column] = b[lag]!;
    }
    matrix[row * count + row]! *= 1 + 1e-9;
  }
  const found = solve(matrix, right);
  missing.forEach((place, index) => (samples[place] = found[index]!));
}

/** Cholesky; the matrix is symmetric and positive definite, and is written over. */
function solve(matrix: Float64Array, right: Float64Array): Float64Array {
  const count = right.length;
  for (let column = 0; column < count; column++) {
    for (let row = column; row < count; row++) {
      let sum = matrix[row * count + column]!;
      for (let index = 0; index < column; index++) sum -= matrix[row * count + index]! * matrix[column * count + index]!;
      matrix[row * count + column] = row === column ? Math.sqrt(Math.max(sum, 1e-18)) : sum / matrix[column * count + column]!;
    }
  }
  const result = right.slice();
  for (let row = 0; row < count; row++) {
    for (let index = 0; index < row; index++) result[row]! -= matrix[row * count + index]! * result[index]!;
    result[row]! /= matrix[row * count + row]!;
  }
  for (let row = count - 1; row >= 0; row--) {
    for (let index = row + 1; index < count; index++) result[row]! -= matrix[index * count + row]! * result[index]!;
    result[row]! /= matrix[row * count + row]!;
  }
  return result;
}
