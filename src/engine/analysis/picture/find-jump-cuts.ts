/**
 * Jump cuts: one step at which a part of the picture is suddenly elsewhere, while most of it stays. Quick gestures take several
 * pictures, a flash comes back, flicker and grain are everywhere and small: what stands out is one step alone, and what it
 * changed stays changed.
 */
import { ticksPerSecond, type Ticks } from '#core/time';
import type { JumpCut } from '#core/facts';
import { isLettering, withoutBeat } from './false-jumps.ts';
import { blocksOf, measureChange, type Change, type Sight } from './change.ts';

export type JumpCutFinder = {
  push(sight: Sight, change: Change | undefined): void;
  finish(): readonly JumpCut[];
};

/** Steps before and after that a jump is held against. */
const around = 4;
/** Luma steps left in a block that moved by itself; below, grain and coding. */
const leastLeft = 2.5;
/** Times what the blocks around held in the steps around. */
const standsOut = 1.7;
/** In the mean of all such blocks; hand-held cameras and dropped pictures stay below 2.2. */
const leastStrength = 2.3;
const leastArea = 0.045;
/** Two jumps of a cutter who leaves words between them. */
const leastApartSeconds = 0.2;

type Step = {
  readonly sight: Sight;
  readonly change: Change;
  /** Of blocks and their neighbours. */ readonly spread: Float32Array;
};

export function createJumpCutFinder(): JumpCutFinder {
  const steps: Step[] = [];
  const found: JumpCut[] = [];
  const lengths: number[] = [];

  function decide(index: number): void {
    const step = steps[index];
    if (step === undefined || index < 1) return;
    const jump = measureJump(steps, index);
    if (jump === undefined || comesBack(index)) return;
    const last = found.at(-1);
    const next = { at: step.sight.at, ...jump };
    if (last !== undefined && next.at - last.at < leastApartSeconds * ticksPerSecond) {
      if (next.area * next.strength > last.area * last.strength) found[found.length - 1] = next;
    } else found.push(next);
  }

  /** Whether the picture before it is there again soon after. */
  function comesBack(index: number): boolean {
    const old = steps[index - 1]!.sight;
    const jumped = areaOf(steps[index]!.change.near);
    for (let later = index + 1; later <= index + around && later < steps.length; later++) {
      if (areaOf(measureChange(old, steps[later]!.sight).near) < 0.4 * jumped) return true;
    }
    return false;
  }

  return {
    push(sight, change) {
      if (change === undefined) return;
      if (lengths.length < 200 && steps.length > 0) lengths.push(sight.at - steps.at(-1)!.sight.at);
      steps.push({ sight, change, spread: spreadOf(change.near, blocksOf(sight)) });
      if (steps.length > 2 * around + 1) steps.shift();
      if (steps.length === 2 * around + 1) decide(around);
    },
    finish() {
      for (let index = Math.max(1, steps.length - around); index < steps.length; index++) decide(index);
      const length = (lengths.sort((a, b) => a - b)[lengths.length >> 1] ?? 0) as Ticks;
      return withoutBeat(found, length).filter(({ strength }) => strength >= leastStrength);
    },
  };
}

function areaOf(left: Float32Array): number {
  let count = 0;
  for (const value of left) if (value >= leastLeft) count++;
  return count / left.length;
}

function measureJump(steps: readonly Step[], index: number): { readonly strength: number; readonly area: number } | undefined {
  const { change, sight } = steps[index]!;
  // Shown again, or as good as.
  if (change.plain < 0.35) return undefined;
  const beside = steps.filter((_, other) => other !== index && Math.abs(other - index) <= around);
  const changed: number[] = [];
  let sum = 0;
  for (let block = 0; block < change.near.length; block++) {
    const value = change.near[block]!;
    if (value < leastLeft) continue;
    let most = 1;
    for (const other of beside) most = Math.max(most, other.spread[block]!);
    if (value < standsOut * most) continue;
    changed.push(block);
    sum += value / most;
  }
  const area = changed.length / change.near.length;
  const strength = sum / Math.max(1, changed.length);
  return area < leastArea || isLettering(changed, ...blocksOf(sight)) ? undefined : { strength, area };
}

/** The most of each block and those around it, so that what moves on to the next block counts as there before. */
function spreadOf(values: Float32Array, [columns, rows]: readonly [number, number]): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      let most = 0;
      for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++)
        for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++)
          most = Math.max(most, values[y * columns + x]!);
      result[row * columns + column] = most;
    }
  return result;
}

/** Changes of shot are no jump cuts. */
export function withoutCuts(
  jumps: readonly JumpCut[],
  cuts: readonly { readonly at: Ticks }[],
  others: readonly { readonly from: Ticks; readonly to: Ticks }[],
): JumpCut[] {
  const near = 0.1 * ticksPerSecond;
  return jumps.filter(
    ({ at }) =>
      cuts.every((cut) => Math.abs(cut.at - at) > near) && others.every(({ from, to }) => at < from - near || at > to + near),
  );
}
