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
