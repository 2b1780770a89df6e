/** RNNoise as a stream whose output lies where its input did. */
import { dbToAmplitude } from '#core/dsp';
import { createRnnoise, rnnoiseDelaySamples, rnnoiseFrameSamples } from '#engine/models';
import type { Stage } from './stage.ts';

/** Speech between these levels is fed as it is, dBFS. */
const [quietDbfs, loudDbfs] = [-38, -14];

/** What brings speech of a level to one that the network knows. */
export function networkGain(speechDbfs: number): number {
  if (speechDbfs <= -100) return 1;
  return dbToAmplitude(Math.min(loudDbfs, Math.max(quietDbfs, speechDbfs)) - speechDbfs);
}

/** `gain` is applied on the way in and taken back on the way out: the network knows speech at usual levels. */
export function createAlignedRnnoise(gain: number): Stage {
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
      for (let from = 0; from < block.length;) {
        const count = Math.min(rnnoiseFrameSamples - filled, block.length - from);
        for (let index = 0; index < count; index++) input[filled + index] = block[from + index]! * gain;
        from += count;
        filled += count;
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
      network.release();
      return result.subarray(0, left);
    },
  };
}
