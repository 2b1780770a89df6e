/** A list of 32-bit numbers that grows: four bytes each, where an array of numbers takes eight and more while growing. */
export type FloatList = {
  readonly length: number;
  append(values: Float32Array): void;
  /** All values so far; a view that the next `append` may leave behind. */
  all(): Float32Array;
};

export function createFloatList(): FloatList {
  let values = new Float32Array(4096);
  let length = 0;
  return {
    get length() {
      return length;
    },
    append(more) {
      if (length + more.length > values.length) {
        const larger = new Float32Array(Math.max(length + more.length, Math.ceil(values.length * 1.5)));
        larger.set(values.subarray(0, length));
        values = larger;
      }
      values.set(more, length);
      length += more.length;
    },
    all: () => values.subarray(0, length),
  };
}
