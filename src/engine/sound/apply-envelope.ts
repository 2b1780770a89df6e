import type { LevelPoint } from '#engine/plan';

/**
 * Scales a block by straight lines in dB, in place. `position` is the block's first sample in the points' own count; before
 * the first point and after the last the level is held.
 */
export function applyEnvelope(block: readonly Float32Array[], position: number, points: readonly LevelPoint[]): void {
  const count = block[0]?.length ?? 0;
  let next = firstAfter(points, position);
  for (let index = 0; index < count;) {
    const [before, after] = [points[next - 1], points[next]];
    const end = after === undefined ? count : Math.min(count, after.at - position);
    const slopeDb = before === undefined || after === undefined ? 0 : (after.gainDb - before.gainDb) / (after.at - before.at);
    const startDb =
      before === undefined ? (after?.gainDb ?? 0) : before.gainDb + slopeDb * Math.max(0, position + index - before.at);
    scale(block, { from: index, to: end, startDb, slopeDb });
    index = end;
    next++;
  }
}

type Stretch = { readonly from: number; readonly to: number; readonly startDb: number; readonly slopeDb: number };

function scale(block: readonly Float32Array[], { from, to, startDb, slopeDb }: Stretch): void {
  if (slopeDb === 0 && startDb === 0) return;
  const ratio = 10 ** (slopeDb / 20);
  for (const samples of block) {
    let gain = 10 ** (startDb / 20);
    for (let index = from; index < to; index++) {
      samples[index]! *= gain;
      gain *= ratio;
    }
  }
}

/** The first point after `position`, by halving. */
function firstAfter(points: readonly LevelPoint[], position: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]!.at <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
