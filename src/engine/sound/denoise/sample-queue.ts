/** Samples in order by their place in the stream; memory stays with what is held, not with what went through. */

export type SampleQueue = {
  /** Place after the last sample. */
  readonly end: () => number;
  push(block: Float32Array): void;
  /** Samples `[from, to)`, valid until the next push; places before what is held or after the end read as 0. */
  copy(from: number, target: Float32Array | Float64Array): void;
  /** Forgets what lies before `place`. */
  drop(place: number): void;
};

export function createSampleQueue(): SampleQueue {
  let held = new Float32Array(16_384);
  let first = 0;
  let count = 0;
  return {
    end: () => first + count,
    push(block) {
      if (count + block.length > held.length) {
        const larger = new Float32Array(2 * (count + block.length));
        larger.set(held.subarray(0, count));
        held = larger;
      }
      held.set(block, count);
      count += block.length;
    },
    copy(from, target) {
      const start = Math.max(0, first - from);
      const end = Math.min(target.length, first + count - from);
      if (start > 0 || end < target.length) target.fill(0);
      if (end > start) target.set(held.subarray(from + start - first, from + end - first), start);
    },
    drop(place) {
      const gone = Math.min(count, place - first);
      if (gone <= 0) return;
      held.copyWithin(0, gone, count);
      first += gone;
      count -= gone;
    },
  };
}
