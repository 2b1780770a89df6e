/** A stage that changes the spectrum of half-overlapping frames; frames left as they are add up to the same sound. */
import { createRealFft } from '#core/dsp';
import { frameBins, frameSamples, frameWindow, hopSamples } from './cells.ts';
import { createSampleQueue } from './sample-queue.ts';
import { joinBlocks, type Stage } from './stage.ts';

/** `work` gets each frame's spectrum in order, 43 ms every 21 ms at 48 kHz, and changes it in place. */
export function createOverlapStage(work: (re: Float64Array, im: Float64Array) => void): Stage {
  const fft = createRealFft(frameSamples);
  const queue = createSampleQueue();
  const samples = new Float64Array(frameSamples);
  const tail = new Float64Array(hopSamples);
  const [re, im] = [new Float64Array(frameBins), new Float64Array(frameBins)];
  let done = 0;

  /** The hop before the frame's second half. */
  function step(): Float32Array {
    queue.copy((done - 1) * hopSamples, samples);
    for (let index = 0; index < frameSamples; index++) samples[index] = samples[index]! * frameWindow[index]!;
    fft.forward(samples, re, im);
    work(re, im);
    fft.inverse(re, im, samples);
    const block = new Float32Array(hopSamples);
    for (let index = 0; index < hopSamples; index++) {
      block[index] = tail[index]! + samples[index]! * frameWindow[index]!;
      tail[index] = samples[hopSamples + index]! * frameWindow[hopSamples + index]!;
    }
    done++;
    queue.drop((done - 1) * hopSamples);
    return block;
  }

  function run(until: number): Float32Array {
    const blocks: Float32Array[] = [];
    while (done < until) {
      const block = step();
      // The first frame only starts the overlap.
      if (done > 1) blocks.push(block);
    }
    return joinBlocks(blocks);
  }

  return {
    push(block) {
      queue.push(block);
      return run(Math.floor(queue.end() / hopSamples));
    },
    flush() {
      const end = queue.end();
      if (end === 0) return new Float32Array(0);
      const all = Math.ceil(end / hopSamples) + 1;
      const rest = run(all);
      return rest.subarray(0, rest.length - ((all - 1) * hopSamples - end));
    },
  };
}
