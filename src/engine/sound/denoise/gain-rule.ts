/**
 * What passes of each cell: Wiener's gain with the decision-directed ratio of Ephraim and Malah (IEEE TASSP 1984) and
 * the gain that the network gave, multiplied as powers of themselves by how far each is trusted.
 */
import { cellCount, singleCells } from './cells.ts';
import type { Trust } from './trust.ts';

/** How much of the ratio of speech to noise is what the last frame kept. */
const memory = 0.85;
/** The ratio's lowest value, −25 dB. */
const lowestRatio = 10 ** -2.5;
/** Noise counts a little more than it was found: 1 dB. */
const overestimate = 1.25;

export type GainInput = {
  readonly powers: Float64Array;
  readonly noise: Float64Array;
  /** Power of the network's output over that of its input, smoothed, 0 … 1. */
  readonly ratio: Float64Array;
  /** Power, smoothed over the frames around and the cells beside. */
  readonly local: Float64Array;
};

/** Keeps what the last frame let through; call once per frame, in order. `lowest` is the least gain, as amplitude. */
export function createGainRule(trust: Trust, lowest: number): (input: GainInput, gains: Float64Array) => void {
  const kept = new Float64Array(cellCount);
  const { spectral, rumble, network, halfRatio, ceiling, depth } = trust;
  return ({ powers, noise, ratio, local }, gains) => {
    for (let cell = 0; cell < cellCount; cell++) {
      const hidden = noise[cell]! * overestimate + 1e-20;
      const power = powers[cell]!;
      const over = power / hidden;
      const seen = Math.max(lowestRatio, (memory * kept[cell]!) / hidden + (1 - memory) * Math.max(0, over - 1));
      const wiener = seen / (1 + seen);
      kept[cell] = wiener * wiener * power;
      const loudest = Math.max(ceiling[cell]!, hidden);
      const around = local[cell]! / loudest;
      const followed = network[cell]! / (1 + around / halfRatio[cell]!);
      // Where nothing stands out of the noise, all of it goes: a soft exponent would leave a restless floor.
      const all = Math.max(1 / (1 + around * around), rumble[cell] ?? 0);
      const exponent = spectral + (1 - spectral) * all;
      const log = exponent * Math.log(wiener) + 0.5 * followed * Math.log(ratio[cell]! + 1e-9);
      gains[cell] = Math.max(lowest, Math.exp(depth * log));
    }
  };
}

/** Means over the cells beside, `single` of them on each side where cells are bins, `grouped` where they are groups. */
export function smoothCells(
  from: Float64Array,
  to: Float64Array,
  { single, grouped }: { single: number; grouped: number },
): void {
  smoothRange(from, to, { start: 0, end: singleCells, reach: single });
  smoothRange(from, to, { start: singleCells, end: cellCount, reach: grouped });
}

function smoothRange(from: Float64Array, to: Float64Array, range: { start: number; end: number; reach: number }): void {
  const { start, end, reach } = range;
  for (let cell = start; cell < end; cell++) {
    const first = Math.max(start, cell - reach);
    const last = Math.min(end - 1, cell + reach);
    let sum = 0;
    for (let index = first; index <= last; index++) sum += from[index]!;
    to[cell] = sum / (last - first + 1);
  }
}
