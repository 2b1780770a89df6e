import { rate } from './tables.ts';

export type BandKind = 'low' | 'band' | 'high';

/** A two-pole filter over all of `samples`, in place; `hz` may move from `from` to `to` in even steps of pitch. */
export function filter(
  samples: Float32Array,
  options: { readonly kind: BandKind; readonly from: number; readonly to?: number; readonly q?: number },
): void {
  const { kind, from, to = from, q = 0.7 } = options;
  let [low, band] = [0, 0];
  let g = 0;
  const k = 1 / q;
  for (let index = 0; index < samples.length; index++) {
    if (index % 64 === 0) g = Math.tan((Math.PI * Math.min(20_000, from * (to / from) ** (index / samples.length))) / rate);
    // Zavalishin's state-variable filter.
    const scale = 1 / (1 + g * (g + k));
    const high = (samples[index]! - (k + g) * band - low) * scale;
    const middle = g * high + band;
    band = g * high + middle;
    const bottom = g * middle + low;
    low = g * middle + bottom;
    samples[index] = kind === 'low' ? bottom : kind === 'high' ? high : middle * k;
  }
}

export function noise(length: number, random: () => number): Float32Array {
  const samples = new Float32Array(length);
  for (let index = 0; index < length; index++) samples[index] = 2 * random() - 1;
  return samples;
}

/** Multiplies by an exponential that falls to 1/e in `seconds`, in place. */
export function decay(samples: Float32Array, seconds: number): void {
  const fall = Math.exp(-1 / (seconds * rate));
  let level = 1;
  for (let index = 0; index < samples.length; index++) {
    samples[index]! *= level;
    level *= fall;
  }
}
