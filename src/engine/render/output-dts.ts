/** Decoding stamps for pictures that come in decode order with their presentation stamps. */

export type DtsMaker = {
  /** The dts of the next picture in decode order; rises strictly and is never after `pts`. */
  next(pts: number): number;
};

/**
 * The k-th picture decoded is due when the (k − reorder)-th is shown: the same rule for copied and encoded spans, so
 * nothing jumps where they meet.
 *
 * Units:  stamps in the output's clock; `reorderFrames` as the plan says, `unitsPerFrame` for the lead before the first.
 */
export function createDtsMaker(firstPts: number, reorderFrames: number, unitsPerFrame: number): DtsMaker {
  /** Stamps seen and not given out, ascending; never more than `reorderFrames` + 1. */
  const waiting: number[] = [];
  let count = 0;
  return {
    next(pts) {
      let at = waiting.length;
      while (at > 0 && waiting[at - 1]! > pts) at--;
      waiting.splice(at, 0, pts);
      const lead = reorderFrames - count++;
      return lead > 0 ? firstPts - Math.ceil(lead * unitsPerFrame) : waiting.shift()!;
    },
  };
}
