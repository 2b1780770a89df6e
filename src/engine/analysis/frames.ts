/**
 * Values and marks per 10 ms frame, in typed arrays throughout: an hour has 360 000 of each, and `from` and `filter`
 * of typed arrays pass every value through an object of its own.
 */

/** Frames of 10 ms, end excluded. */
export type FrameRange = { readonly start: number; readonly end: number };

/** 1 where `test` holds for the frame, else 0. */
export function markFrames(frames: number, test: (frame: number) => boolean): Uint8Array {
  const marks = new Uint8Array(frames);
  for (let frame = 0; frame < frames; frame++) if (test(frame)) marks[frame] = 1;
  return marks;
}

export function countMarks(marks: Uint8Array): number {
  let count = 0;
  for (let frame = 0; frame < marks.length; frame++) count += marks[frame]!;
  return count;
}

/** The values of the marked frames, smallest first. */
export function sortedWhere(values: Float32Array, marks: Uint8Array): Float32Array {
  const picked = new Float32Array(countMarks(marks));
  let count = 0;
  for (let frame = 0; frame < marks.length; frame++) if (marks[frame] === 1) picked[count++] = values[frame]!;
  return picked.sort();
}

/** The values inside `ranges`, one range after the other. */
export function valuesIn(values: Float32Array, ranges: readonly FrameRange[]): Float32Array {
  const picked = new Float32Array(ranges.reduce((sum, { start, end }) => sum + Math.max(0, end - start), 0));
  let count = 0;
  for (const { start, end } of ranges) {
    if (end <= start) continue;
    picked.set(values.subarray(start, end), count);
    count += end - start;
  }
  return picked;
}

/** The value that the given share of `sorted` lies below; undefined where there is none. */
export function quantileOf(sorted: Float32Array, share: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

export function meanOf(values: Float32Array, start = 0, end = values.length): number {
  let sum = 0;
  for (let frame = start; frame < end; frame++) sum += values[frame]!;
  return end > start ? sum / (end - start) : 0;
}

/** The stretches before, between and after `ranges`, which are sorted and disjoint. */
export function gapsBetween(ranges: readonly FrameRange[], frames: number): FrameRange[] {
  const gaps: FrameRange[] = [];
  let start = 0;
  for (const range of [...ranges, { start: frames, end: frames }]) {
    if (range.start > start) gaps.push({ start, end: range.start });
    start = range.end;
  }
  return gaps;
}
