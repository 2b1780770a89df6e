/** Pictures that should not be so: dark, standing still, shown twice, flashes. */
import type { PictureFaults } from '#core/facts';
import { milliseconds, rangeBetween, subtractTicks, type Ticks, type TimeRange } from '#core/time';
import type { Change, Sight } from './change.ts';

export type FaultFinder = {
  push(sight: Sight, change: Change | undefined): void;
  /** `end`: when the last picture goes. */
  finish(end: Ticks): Omit<PictureFaults, 'flashes'>;
};

/** Limited-range black is 16; coding and grain lift it by a few steps. */
const blackMean = 24;
const blackDeviation = 5;
/** Mean difference of cells below which a picture is the one before: coding of a still leaves less, grain more. */
const sameDifference = 0.06;

export function createFaultFinder(): FaultFinder {
  const black = createRuns(milliseconds(100));
  const frozen = createRuns(milliseconds(500));
  const repeats: TimeRange[] = [];
  const moves: number[] = [];
  let before: Sight | undefined;
  let repeatedAt: Ticks | undefined;

  return {
    push(sight, change) {
      black.push(sight.at, sight.mean < blackMean && sight.deviation < blackDeviation);
      const same = change !== undefined && change.plain <= sameDifference;
      // A still stretch begins with the picture that stays.
      frozen.push(same ? before!.at : sight.at, same, sight.at);
      if (change !== undefined) {
        moves.push(change.plain);
        if (moves.length > 12) moves.shift();
        if (repeatedAt !== undefined && change.plain > 6 * sameDifference) repeats.push(rangeBetween(repeatedAt, sight.at));
        // Where all around it moves, a picture that does not is one shown again.
        const moving = moves.slice(0, -1).filter((value) => value > 8 * sameDifference).length >= 4;
        repeatedAt = same && moving ? (repeatedAt ?? sight.at) : undefined;
      }
      before = sight;
    },
    finish: (end) => ({
      black: black.finish(end),
      frozen: frozen.finish(end),
      duplicates: repeats.filter(({ duration }) => duration < milliseconds(500)),
    }),
  };
}

/** Stretches over which something holds, of at least `shortest`. */
function createRuns(shortest: Ticks) {
  const runs: TimeRange[] = [];
  let begun: Ticks | undefined;
  const close = (end: Ticks): void => {
    if (begun !== undefined && subtractTicks(end, begun) >= shortest) runs.push(rangeBetween(begun, end));
    begun = undefined;
  };
  return {
    push(from: Ticks, holds: boolean, now: Ticks = from): void {
      if (holds) begun ??= from;
      else close(now);
    },
    finish(end: Ticks): TimeRange[] {
      close(end);
      return runs;
    },
  };
}
