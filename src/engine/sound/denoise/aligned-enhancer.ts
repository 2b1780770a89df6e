/** The neural enhancer as a stream at 48 kHz whose output lies where its input did; what is above 8 kHz is not in it. */
import { createResampler } from '#core/dsp';
import { createSpeechEnhancer, enhancerRateHz } from '#engine/models';
import { joinBlocks, type Stage } from './stage.ts';

/** `gain` is applied on the way in and taken back on the way out. Errors: MODEL_MISSING. */
export function createAlignedEnhancer(path: string, gain: number): Stage {
  const enhancer = createSpeechEnhancer(path);
  const down = createResampler(48_000, enhancerRateHz);
  const up = createResampler(enhancerRateHz, 48_000);
  let taken = 0;
  let given = 0;

  /** Not more than came in: resampling rounds up. */
  function give(block: Float32Array): Float32Array {
    const result = block.subarray(0, Math.max(0, taken - given)).map((value) => value / gain);
    given += result.length;
    return result;
  }

  return {
    push(block) {
      taken += block.length;
      return give(up.push(enhancer.push(down.push(block.map((value) => value * gain)))));
    },
    flush() {
      const rest = joinBlocks([enhancer.push(down.flush()), enhancer.flush()]);
      const last = joinBlocks([give(joinBlocks([up.push(rest), up.flush()]))]);
      enhancer.release();
      const missing = new Float32Array(Math.max(0, taken - given));
      given += missing.length;
      return joinBlocks([last, missing]);
    },
  };
}
