/** The samples of a stream that are still needed, in one array that is used again and again. */
export type HeldSamples = {
  /** Behind what is held; gives all that is held, as a view that holds until the next call. */
  push(samples: Float32Array): Float32Array;
  /** Forgets the first ones. */
  drop(count: number): void;
};

/** Begins with so many samples of silence. */
export function createHeldSamples(silence = 0): HeldSamples {
  let room = new Float32Array(Math.max(16_384, 2 * silence));
  let count = silence;
  return {
    push(samples) {
      if (count + samples.length > room.length) {
        const larger = new Float32Array(2 * (count + samples.length));
        larger.set(room.subarray(0, count));
        room = larger;
      }
      room.set(samples, count);
      count += samples.length;
      return room.subarray(0, count);
    },
    drop(gone) {
      const dropped = Math.min(count, gone);
      room.copyWithin(0, dropped, count);
      count -= dropped;
    },
  };
}
