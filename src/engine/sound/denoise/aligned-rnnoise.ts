/** RNNoise as a stream whose output lies where its input did. */
import { createRnnoise, rnnoiseDelaySamples, rnnoiseFrameSamples } from '#engine/models';

export type AlignedRnnoise = {
  /** Takes more samples; gives the cleaned ones that became ready. */
  push(block: Float32Array): Float32Array;
  /** The rest: as many came out as went in. */
  flush(): Float32Array;
};

/** `gain` is applied on the way in and taken back on the way out: the network knows speech at usual levels. */
export function createAlignedRnnoise(gain: number): AlignedRnnoise {
  const network = createRnnoise();
  const input = new Float32Array(rnnoiseFrameSamples);
  const output = new Float32Array(rnnoiseFrameSamples);
  let filled = 0;
  let taken = 0;
  let given = -rnnoiseDelaySamples;

  function run(target: Float32Array, at: number): number {
    network.process(input, output);
    filled = 0;
    const late = Math.max(0, -given);
    given += rnnoiseFrameSamples;
    if (late >= rnnoiseFrameSamples) return at;
    for (let index = late; index < rnnoiseFrameSamples; index++) target[at++] = output[index]! / gain;
    return at;
  }

  return {
    push(block) {
      const result = new Float32Array(block.length + rnnoiseFrameSamples);
      let at = 0;
      for (let index = 0; index < block.length; index++) {
        input[filled++] = block[index]! * gain;
        if (filled === rnnoiseFrameSamples) at = run(result, at);
      }
      taken += block.length;
      return result.subarray(0, at);
    },
    flush() {
      const left = taken - Math.max(0, given);
      const result = new Float32Array(left + 2 * rnnoiseFrameSamples);
      let at = 0;
      while (at < left) {
        input.fill(0, filled);
        at = run(result, at);
      }
      return result.subarray(0, left);
    },
  };
}
