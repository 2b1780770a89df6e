/** Lays decoded sound on an exact line of samples: gaps become silence, overlaps and what lies outside are dropped. */

export type SoundLine = {
  /** Blocks that are full after laying `count` samples of `planes` at `position`. */
  place(position: number, planes: readonly Float32Array[], count: number): Generator<Float32Array[]>;
  /** Silence up to the end where there is one, then what is left. */
  finish(): Generator<Float32Array[]>;
  /** The next sample the line waits for. */
  position(): number;
};

/**
 * Units: positions in samples of the output rate. `end` undefined: the line ends with the last sample that is placed.
 * Shape: every block but the last has `blockSamples` samples; arrays are not used again and may be kept.
 */
export function createSoundLine(first: number, end: number | undefined, channels: number, blockSamples: number): SoundLine {
  let next = first;
  let block = newBlock();
  let filled = 0;

  function newBlock(): Float32Array[] {
    return Array.from({ length: channels }, () => new Float32Array(blockSamples));
  }

  /** Takes `count` samples; without planes it is silence, which new blocks hold already. */
  function* append(planes: readonly Float32Array[] | undefined, from: number, count: number): Generator<Float32Array[]> {
    let done = 0;
    while (done < count) {
      const part = Math.min(count - done, blockSamples - filled);
      if (planes !== undefined) {
        for (let channel = 0; channel < channels; channel++) {
          block[channel]!.set(planes[channel]!.subarray(from + done, from + done + part), filled);
        }
      }
      filled += part;
      done += part;
      next += part;
      if (filled < blockSamples) continue;
      const full = block;
      block = newBlock();
      filled = 0;
      yield full;
    }
  }

  return {
    *place(position, planes, count) {
      const stop = end === undefined ? position + count : Math.min(end, position + count);
      if (stop <= next) return;
      if (position > next) yield* append(undefined, 0, Math.min(position, stop) - next);
      if (stop > next) yield* append(planes, next - position, stop - next);
    },
    *finish() {
      if (end !== undefined && end > next) yield* append(undefined, 0, end - next);
      if (filled > 0) yield block.map((plane) => plane.slice(0, filled));
      filled = 0;
    },
    position: () => next,
  };
}
