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
  for (let index = 0; index < count; index++)
    windowed[index] = samples[index]! * (0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / count));
  const correlation = new Float64Array(order + 1);
  for (let lag = 0; lag <= order; lag++) {
    let sum = 0;
    for (let index = lag; index < count; index++) sum += windowed[index]! * windowed[index - lag]!;
    correlation[lag] = sum;
  }
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

/** What the samples from `from` to `to` hold that those before them do not tell. Needs `order` samples before `from`. */
export function residual(
  samples: Float32Array,
  a: Float64Array,
  range: { readonly from: number; readonly to: number },
): Float32Array {
  const result = new Float32Array(range.to - range.from);
  for (let index = range.from; index < range.to; index++) {
    let sum = 0;
    for (let lag = 0; lag < a.length && lag <= index; lag++) sum += a[lag]! * samples[index - lag]!;
    result[index - range.from] = sum;
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
