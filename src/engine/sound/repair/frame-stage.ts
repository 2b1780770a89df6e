/** A stage that works on frames in place, with sound before and after each at hand. */
import type { Stage } from '../denoise/stage.ts';

/** Samples, 48 kHz: each frame, and what lies before and behind it for looking. */
const [frame, reach] = [4096, 1024] as const;

export type FrameStage = Stage;

/**
 * `work` may change any sample from `from` on, and a few behind `to`; what lies before is given out. Every sample comes out where
 * it was.
 */
export function createFrameStage(work: (samples: Float32Array, from: number, to: number) => void): FrameStage {
  let held = new Float32Array(0);
  /** Samples at the head of `held` that were given out and are kept for looking back. */
  let past = 0;

  function run(last: boolean): Float32Array {
    let from = past;
    const least = last ? 1 : frame + reach;
    while (held.length - from >= least) {
      const to = Math.min(held.length, from + frame);
      const first = Math.max(0, from - reach);
      work(held.subarray(first, Math.min(held.length, to + reach)), from - first, to - first);
      from = to;
    }
    const result = held.slice(past, from);
    const keep = Math.max(0, from - reach);
    held = held.slice(keep);
    past = from - keep;
    return result;
  }

  return {
    push(block) {
      const joined = new Float32Array(held.length + block.length);
      joined.set(held);
      joined.set(block, held.length);
      held = joined;
      return run(false);
    },
    flush: () => run(true),
  };
}
