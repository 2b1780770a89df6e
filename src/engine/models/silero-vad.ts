/**
 * Silero VAD (version 6, MIT): how likely it is that a window of 32 ms holds a voice.
 *
 * The file comes with `@ricky0123/vad-web`, as its ONNX release; nothing is downloaded.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readWeights, type Tensor } from './onnx-weights.ts';
import { contextSamples, createNetwork, maximumWindows, windowSamples } from './silero-network.ts';

/** The rate the detector hears at. */
export const vadSampleRateHz = 16_000;
/** Samples in a window: 32 ms. */
export const vadWindowSamples = windowSamples;

export type VoiceDetector = {
  /** The next samples, mono at 16 kHz, −1 … 1, finite. Gives a probability, 0 … 1, for each window that became full. */
  push(samples: Float32Array): Float32Array;
  /** Pads the last window with silence; gives its probability, or nothing where no sample is left over. */
  flush(): Float32Array;
};

let weights: ReadonlyMap<string, Tensor> | undefined;

/** A detector that has heard nothing yet. About 3 MB each; the model file is read once per process. */
export function createVoiceDetector(): VoiceDetector {
  weights ??= readWeights(readFileSync(modelPath()), 'then_branch');
  const network = createNetwork(weights);
  // What was heard and not judged yet, behind the context of its first window.
  let held = new Float32Array(contextSamples);

  function judge(count: number): Float32Array {
    const result = new Float32Array(count);
    for (let first = 0; first < count; first += maximumWindows) {
      const now = Math.min(maximumWindows, count - first);
      network.run(held, { start: first * vadWindowSamples, windows: now, result: result.subarray(first, first + now) });
    }
    held = held.slice(count * vadWindowSamples);
    return result;
  }

  return {
    push(samples) {
      const joined = new Float32Array(held.length + samples.length);
      joined.set(held);
      joined.set(samples, held.length);
      held = joined;
      return judge(Math.floor((held.length - contextSamples) / vadWindowSamples));
    },
    flush() {
      const left = held.length - contextSamples;
      if (left === 0) return new Float32Array(0);
      const padded = new Float32Array(contextSamples + vadWindowSamples);
      padded.set(held);
      held = padded;
      return judge(1);
    },
  };
}

function modelPath(): string {
  return join(dirname(createRequire(import.meta.url).resolve('@ricky0123/vad-web')), 'silero_vad_v6.onnx');
}
