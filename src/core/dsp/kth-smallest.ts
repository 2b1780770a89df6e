/** Which value stands at a place in the order of all, without putting them in order. */

/** The value with `place` others at or below it, 0 … length − 1. Changes the order of `values`; none may be NaN. */
export function kthSmallest(values: Float32Array, place: number): number {
  let [from, to] = [0, values.length - 1];
  while (from < to) {
    const pivot = values[(from + to) >> 1]!;
    let [low, high] = [from, to];
    while (low <= high) {
      while (values[low]! < pivot) low++;
      while (values[high]! > pivot) high--;
      if (low > high) break;
      const held = values[low]!;
      values[low] = values[high]!;
      values[high] = held;
      low++;
      high--;
    }
    if (place <= high) to = high;
    else if (place >= low) from = low;
    else return values[place]!;
  }
  return values[place]!;
}

/** How many of the upper bits of a number tell its place roughly: the exponent and four bits behind it. */
const [coarseBits, coarseCount] = [19, 1 << 12];

/**
 * The same for values that are 0 or more, in less time and without changing their order. Their bits, read as whole numbers, are in
 * the order of the values: one count by the upper bits finds the few among which the value is.
 */
export function kthSmallestMagnitude(values: Float32Array, place: number): number {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const counts = new Uint32Array(coarseCount);
  for (let index = 0; index < bits.length; index++) counts[bits[index]! >>> coarseBits]!++;
  let bucket = 0;
  let before = 0;
  while (before + counts[bucket]! <= place) before += counts[bucket++]!;
  const within = new Float32Array(counts[bucket]!);
  let filled = 0;
  for (let index = 0; index < bits.length; index++) if (bits[index]! >>> coarseBits === bucket) within[filled++] = values[index]!;
  return kthSmallest(within, place - before);
}
