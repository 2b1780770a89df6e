/**
 * Places where a limiter has to stay further under its ceiling, because coding raised the sound there.
 *
 * A codec raises a few peaks by a dB or two and leaves the rest: taking those places down, and not all of the programme,
 * keeps the loudness.
 */
import { createPeakFinder } from './inter-sample-peaks.ts';

const slotsPerSecond = 100;
/** Slots on each side of a peak that are lowered with it: a coded frame of 21 ms spreads what it adds. */
const spread = 2;
/**
 * What is taken off for a decibel over, and beside it. What coding adds does not fall with the sound it is added to, so
 * taking off what was over is too little, and where that was tried already more is.
 */
const first = { share: 1.5, marginDb: 0.3 };
const again = { share: 2.5, marginDb: 0.7 };

export type LoweredCeiling = {
  readonly slotSamples: number;
  /** How much lower the ceiling is in each slot, dB, 0 or more. */
  readonly db: Float32Array;
};

export function createLoweredCeiling(samples: number, sampleRateHz: number): LoweredCeiling {
  const slotSamples = Math.round(sampleRateHz / slotsPerSecond);
  return { slotSamples, db: new Float32Array(Math.ceil(samples / slotSamples) + 1) };
}

/** Lowers the ceiling where `blocks`, the decoded result of a limiter that had `lowered`, stand over `limitDbtp`. */
export function lowerWhereOver(
  lowered: LoweredCeiling,
  blocks: Iterable<readonly Float32Array[]>,
  options: { readonly channels: number; readonly limitDbtp: number },
): LoweredCeiling {
  const db = lowered.db.slice();
  const limit = 10 ** (options.limitDbtp / 20);
  const finder = createPeakFinder(options.channels, limit);
  for (const block of blocks) {
    const found = finder.push(block);
    for (const [index, peak] of found.peaks.entries()) {
      if (peak <= limit) continue;
      const slot = Math.floor((found.first + index) / lowered.slotSamples);
      const { share, marginDb } = lowered.db[slot]! > 0 ? again : first;
      const more = 20 * Math.log10(peak / limit) * share + marginDb;
      for (let near = Math.max(0, slot - spread); near <= Math.min(db.length - 1, slot + spread); near++) {
        db[near] = Math.max(db[near]!, lowered.db[near]! + more);
      }
    }
  }
  return { ...lowered, db };
}

/** Raises `peaks`, whose first one is at sample `first`, by as much as the ceiling is lowered there: the same to a limiter. In place. */
export function raisePeaks(peaks: Float32Array, first: number, lowered: LoweredCeiling): void {
  for (let index = 0; index < peaks.length; index++) {
    const db = lowered.db[Math.floor((first + index) / lowered.slotSamples)]!;
    if (db > 0) peaks[index]! *= 10 ** (db / 20);
  }
}
