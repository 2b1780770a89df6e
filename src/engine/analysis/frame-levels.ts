/** The level of the sound as it is in the file, every 10 ms: mean of the channels' mean squares. */
import { sumOfSquares } from '#core/dsp';
import { createFloatList } from './float-list.ts';
import { framesPerSecond } from './sound-features.ts';

export type FrameLevels = {
  /** The next samples of every channel at the file's own rate. */
  push(planar: readonly Float32Array[]): void;
  /** Mean squares, one per frame; the last frame may be shorter. */
  finish(): Float32Array;
};

export function createFrameLevels(sampleRateHz: number): FrameLevels {
  const levels = createFloatList();
  const one = new Float32Array(1);
  let position = 0;
  let sum = 0;
  let filled = 0;
  // 10 ms need not be a whole number of samples: borders are rounded one by one and never drift.
  const borderAfter = (frame: number) => Math.round(((frame + 1) * sampleRateHz) / framesPerSecond);

  function close(channels: number): void {
    one[0] = sum / (filled * channels);
    levels.append(one);
    sum = 0;
    filled = 0;
  }

  let channels = 1;
  return {
    push(planar) {
      channels = planar.length;
      const count = planar[0]?.length ?? 0;
      for (let start = 0; start < count;) {
        const end = Math.min(count, start + borderAfter(levels.length) - position);
        for (const samples of planar) sum += sumOfSquares(samples, start, end);
        filled += end - start;
        position += end - start;
        start = end;
        if (position === borderAfter(levels.length)) close(channels);
      }
    },
    finish() {
      if (filled > 0) close(channels);
      return levels.all();
    },
  };
}
