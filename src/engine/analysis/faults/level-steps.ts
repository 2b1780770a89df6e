/** Moments from which on a recording is lasting louder or quieter: another microphone, another gain, a part from elsewhere. */
import type { SoundFaults } from '#core/facts';
import { milliseconds } from '#core/time';

/** 10 ms frames in a block, and blocks looked at on each side of a moment: 4 s. */
const [blockFrames, reach] = [40, 10];
/** Blocks with sound that a side needs. */
const leastActive = 4;
/** Two voices beside each other differ by up to this. */
const leastStepDb = 8;
/** A side whose blocks differ by more than this among themselves tells nothing. */
const mostSpreadDb = 4;

/** `powers` are mean squares every 10 ms. */
export function findSteps(powers: Float32Array): SoundFaults['steps'] {
  const blocks = activeLevels(powers);
  const rated = blocks.map((_, index) => stepAt(blocks, index));
  const steps: { at: ReturnType<typeof milliseconds>; byDb: number }[] = [];
  for (let index = 1; index < blocks.length; index++) {
    const here = rated[index];
    if (here === undefined || Math.abs(here) < leastStepDb) continue;
    const [from, to] = [Math.max(0, index - reach), Math.min(blocks.length, index + reach + 1)];
    let best = index;
    for (let other = from; other < to; other++) if (Math.abs(rated[other] ?? 0) > Math.abs(rated[best] ?? 0)) best = other;
    if (best !== index) continue;
    const at = milliseconds(refine(powers, blocks, index) * 10);
    if (steps.length === 0 || at - steps.at(-1)!.at > milliseconds(1500)) steps.push({ at, byDb: Math.round(here * 10) / 10 });
  }
  return steps;
}

/** Level of the louder frames of each block in dB; undefined for a pause. */
function activeLevels(powers: Float32Array): (number | undefined)[] {
  const sorted = powers.toSorted();
  const loud = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
  const quiet = sorted[Math.floor(sorted.length * 0.1)] ?? 0;
  const least = Math.max(1e-6, quiet * 10, loud * 10 ** -3.2);
  return Array.from({ length: Math.floor(powers.length / blockFrames) }, (_, block) => {
    const frames = powers.slice(block * blockFrames, (block + 1) * blockFrames).sort();
    const level = frames[Math.floor(blockFrames * 0.8)]!;
    return level > least ? 10 * Math.log10(level) : undefined;
  });
}

function stepAt(blocks: readonly (number | undefined)[], index: number): number | undefined {
  const side = (from: number, to: number) => {
    const levels = blocks.slice(Math.max(0, from), Math.max(0, to)).flatMap((level) => level ?? []);
    if (levels.length < leastActive) return undefined;
    const sorted = levels.toSorted((a, b) => a - b);
    const middle = sorted[sorted.length >> 1]!;
    const spread = sorted.map((level) => Math.abs(level - middle)).sort((a, b) => a - b)[sorted.length >> 1]!;
    return spread > mostSpreadDb ? undefined : middle;
  };
  const [before, after] = [side(index - reach, index), side(index, index + reach)];
  return before === undefined || after === undefined ? undefined : after - before;
}

/** The middle of the pause nearest to a block's start, in frames: levels change between words. */
function refine(powers: Float32Array, blocks: readonly (number | undefined)[], index: number): number {
  for (let distance = 0; distance <= 3; distance++) {
    for (const block of [index - distance, index + distance]) {
      if (block > 0 && block < blocks.length && blocks[block] === undefined) return block * blockFrames + blockFrames / 2;
    }
  }
  let best = index * blockFrames;
  for (let frame = Math.max(0, best - blockFrames); frame < Math.min(powers.length, index * blockFrames + blockFrames); frame++)
    if (powers[frame]! < powers[best]!) best = frame;
  return best;
}
