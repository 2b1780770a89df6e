/**
 * The K-weighting of ITU-R BS.1770-4: a shelf that stands for the head, then a high-pass, at any sample rate.
 *
 * The recommendation prints coefficients for 48 kHz only; these come from the analogue prototypes behind them
 * (the derivation of libebur128), which give the printed ones at 48 kHz to nine digits.
 */

/** Coefficients of one second-order section, a0 = 1. */
export type Biquad = {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
};

/** Stage 1: +4 dB above about 1.7 kHz. */
export function shelfSection(sampleRateHz: number): Biquad {
  const k = Math.tan((Math.PI * 1681.974450955533) / sampleRateHz);
  const quality = 0.7071752369554196;
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const scale = 1 + k / quality + k * k;
  return {
    b0: (high + (band * k) / quality + k * k) / scale,
    b1: (2 * (k * k - high)) / scale,
    b2: (high - (band * k) / quality + k * k) / scale,
    a1: (2 * (k * k - 1)) / scale,
    a2: (1 - k / quality + k * k) / scale,
  };
}

/** Stage 2: the revised low-frequency B curve, a high-pass at about 38 Hz. Its numerator is 1, −2, 1 as printed. */
export function highPassSection(sampleRateHz: number): Biquad {
  const k = Math.tan((Math.PI * 38.13547087602444) / sampleRateHz);
  const quality = 0.5003270373238773;
  const scale = 1 + k / quality + k * k;
  return { b0: 1, b1: -2, b2: 1, a1: (2 * (k * k - 1)) / scale, a2: (1 - k / quality + k * k) / scale };
}

/** One channel's filter with its memory. */
export type KWeighting = {
  /** Sum of squares of the weighted `samples[start, end)`; carries its memory on to the next call. */
  energy(samples: Float32Array, start: number, end: number): number;
};

/** A filter that has heard silence so far. A stretch with numbers that are not finite counts as silence. */
export function createKWeighting(sampleRateHz: number): KWeighting {
  const shelf = shelfSection(sampleRateHz);
  const highPass = highPassSection(sampleRateHz);
  // Both sections in transposed direct form II, two memories each.
  const memory = new Float64Array(4);
  return {
    energy(samples, start, end) {
      const sum = runSections(samples, { start, end, shelf, highPass, memory });
      if (Number.isFinite(sum)) {
        // After sound ends the memories would decay into denormals, which cost a hundred times as much.
        for (let index = 0; index < 4; index++) if (Math.abs(memory[index]!) < 1e-25) memory[index] = 0;
        return sum;
      }
      memory.fill(0);
      return 0;
    },
  };
}

type Run = {
  readonly start: number;
  readonly end: number;
  readonly shelf: Biquad;
  readonly highPass: Biquad;
  readonly memory: Float64Array;
};

function runSections(samples: Float32Array, { start, end, shelf, highPass, memory }: Run): number {
  const { b0, b1, b2, a1, a2 } = shelf;
  const { a1: c1, a2: c2 } = highPass;
  let [m1, m2, n1, n2] = [memory[0]!, memory[1]!, memory[2]!, memory[3]!];
  let sum = 0;
  for (let index = start; index < end; index++) {
    const input = samples[index]!;
    const middle = b0 * input + m1;
    m1 = b1 * input - a1 * middle + m2;
    m2 = b2 * input - a2 * middle;
    const output = middle + n1;
    n1 = n2 - 2 * middle - c1 * output;
    n2 = middle - c2 * output;
    sum += output * output;
  }
  memory[0] = m1;
  memory[1] = m2;
  memory[2] = n1;
  memory[3] = n2;
  return sum;
}
