/**
 * Fourier transform of real samples.
 *
 * The samples are taken in pairs as complex numbers, transformed by Stockham's self-sorting radix-4 method (no bit
 * reversal; Van Loan, Computational Frameworks for the FFT, 1.7) and unfolded. Nothing is allocated per call.
 */
import { fail } from '#core/errors';

export type RealFft = {
  /** Samples per transform. */
  readonly size: number;
  /** size / 2 + 1: from 0 Hz to half the sample rate, both included. */
  readonly bins: number;
  /** Spectrum of `size` samples, not scaled: a sine of amplitude 1 on a bin has magnitude size / 2 there. */
  forward(samples: ArrayLike<number>, re: Float64Array, im: Float64Array): void;
  /** The samples of a spectrum, scaled so that it undoes `forward`. The imaginary parts at both ends count as 0. */
  inverse(re: Float64Array, im: Float64Array, samples: Float64Array): void;
};

/** Errors: INTERNAL for a size that is not a power of two from 4 up. */
export function createRealFft(size: number): RealFft {
  if (size < 4 || (size & (size - 1)) !== 0) throw fail('INTERNAL', { reason: `no Fourier transform of ${size} samples` });
  const half = size / 2;
  const transform = createComplexFft(half);
  const re = new Float64Array(half);
  const im = new Float64Array(half);
  // Unfolding needs the angles of the full size.
  const cos = Float64Array.from({ length: half / 2 + 1 }, (_, k) => Math.cos((2 * Math.PI * k) / size));
  const sin = Float64Array.from({ length: half / 2 + 1 }, (_, k) => Math.sin((2 * Math.PI * k) / size));

  return {
    size,
    bins: half + 1,
    forward(samples, outRe, outIm) {
      for (let index = 0; index < half; index++) {
        re[index] = samples[2 * index]!;
        im[index] = samples[2 * index + 1]!;
      }
      transform(re, im);
      outRe[0] = re[0]! + im[0]!;
      outIm[0] = 0;
      outRe[half] = re[0]! - im[0]!;
      outIm[half] = 0;
      for (let k = 1, j = half - 1; k <= j; k++, j--) {
        const evenRe = (re[k]! + re[j]!) / 2;
        const evenIm = (im[k]! - im[j]!) / 2;
        const oddRe = (im[k]! + im[j]!) / 2;
        const oddIm = (re[j]! - re[k]!) / 2;
        const turnRe = oddRe * cos[k]! + oddIm * sin[k]!;
        const turnIm = oddIm * cos[k]! - oddRe * sin[k]!;
        outRe[k] = evenRe + turnRe;
        outIm[k] = evenIm + turnIm;
        outRe[j] = evenRe - turnRe;
        outIm[j] = turnIm - evenIm;
      }
    },
    inverse(inRe, inIm, samples) {
      re[0] = (inRe[0]! + inRe[half]!) / 2;
      // The inverse runs forward with both parts swapped.
      im[0] = (inRe[0]! - inRe[half]!) / 2;
      for (let k = 1, j = half - 1; k <= j; k++, j--) {
        const evenRe = (inRe[k]! + inRe[j]!) / 2;
        const evenIm = (inIm[k]! - inIm[j]!) / 2;
        const turnRe = (inRe[k]! - inRe[j]!) / 2;
        const turnIm = (inIm[k]! + inIm[j]!) / 2;
        const oddRe = turnRe * cos[k]! - turnIm * sin[k]!;
        const oddIm = turnIm * cos[k]! + turnRe * sin[k]!;
        re[k] = evenRe - oddIm;
        im[k] = evenIm + oddRe;
        re[j] = evenRe + oddIm;
        im[j] = oddRe - evenIm;
      }
      transform(im, re);
      for (let index = 0; index < half; index++) {
        samples[2 * index] = re[index]! / half;
        samples[2 * index + 1] = im[index]! / half;
      }
    },
  };
}

/** In place, forward, not scaled. */
function createComplexFft(size: number): (re: Float64Array, im: Float64Array) => void {
  const stages = stagesOf(size);
  const spareRe = new Float64Array(size);
  const spareIm = new Float64Array(size);
  return (re, im) => {
    let fromRe = re;
    let fromIm = im;
    let toRe: Float64Array = spareRe;
    let toIm: Float64Array = spareIm;
    for (const stage of stages) {
      if (stage.radix === 4) quarter(stage, fromRe, fromIm, toRe, toIm);
      else halve(stage, fromRe, fromIm, toRe, toIm);
      [fromRe, fromIm, toRe, toIm] = [toRe, toIm, fromRe, fromIm];
    }
    if (fromRe !== re) {
      re.set(fromRe);
      im.set(fromIm);
    }
  };
}

type Stage = { readonly radix: 2 | 4; readonly parts: number; readonly stride: number; readonly turns: Float64Array };

function stagesOf(size: number): Stage[] {
  const stages: Stage[] = [];
  let stride = 1;
  for (let length = size; length > 1;) {
    const radix = length % 4 === 0 ? 4 : 2;
    const parts = length / radix;
    const turns = new Float64Array(parts * 6);
    for (let part = 0; part < parts; part++) {
      for (let power = 1; power <= 3; power++) {
        const angle = (-2 * Math.PI * part * power) / length;
        turns[part * 6 + power * 2 - 2] = Math.cos(angle);
        turns[part * 6 + power * 2 - 1] = Math.sin(angle);
      }
    }
    stages.push({ radix, parts, stride, turns });
    stride *= radix;
    length = parts;
  }
  return stages;
}

function quarter(stage: Stage, xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array): void {
  const { parts, stride, turns } = stage;
  const step = parts * stride;
  for (let part = 0; part < parts; part++) {
    const w1r = turns[part * 6]!;
    const w1i = turns[part * 6 + 1]!;
    const w2r = turns[part * 6 + 2]!;
    const w2i = turns[part * 6 + 3]!;
    const w3r = turns[part * 6 + 4]!;
    const w3i = turns[part * 6 + 5]!;
    let from = part * stride;
    let to = part * stride * 4;
    for (const end = from + stride; from < end; from++, to++) {
      const ar = xr[from]!;
      const ai = xi[from]!;
      const br = xr[from + step]!;
      const bi = xi[from + step]!;
      const cr = xr[from + 2 * step]!;
      const ci = xi[from + 2 * step]!;
      const dr = xr[from + 3 * step]!;
      const di = xi[from + 3 * step]!;
      const sumR = ar + cr;
      const sumI = ai + ci;
      const gapR = ar - cr;
      const gapI = ai - ci;
      const otherR = br + dr;
      const otherI = bi + di;
      // −i times the difference of the other pair.
      const turnR = bi - di;
      const turnI = dr - br;
      yr[to] = sumR + otherR;
      yi[to] = sumI + otherI;
      const pr = gapR + turnR;
      const pi = gapI + turnI;
      yr[to + stride] = pr * w1r - pi * w1i;
      yi[to + stride] = pr * w1i + pi * w1r;
      const qr = sumR - otherR;
      const qi = sumI - otherI;
      yr[to + 2 * stride] = qr * w2r - qi * w2i;
      yi[to + 2 * stride] = qr * w2i + qi * w2r;
      const rr = gapR - turnR;
      const ri = gapI - turnI;
      yr[to + 3 * stride] = rr * w3r - ri * w3i;
      yi[to + 3 * stride] = rr * w3i + ri * w3r;
    }
  }
}

/** The last stage where the size is not a power of four; its only angle is 0. */
function halve(stage: Stage, xr: Float64Array, xi: Float64Array, yr: Float64Array, yi: Float64Array): void {
  const { stride } = stage;
  for (let index = 0; index < stride; index++) {
    const ar = xr[index]!;
    const ai = xi[index]!;
    const br = xr[index + stride]!;
    const bi = xi[index + stride]!;
    yr[index] = ar + br;
    yi[index] = ai + bi;
    yr[index + stride] = ar - br;
    yi[index + stride] = ai - bi;
  }
}
