/** Brings sharp s-sounds down where they are; everything else passes as it is, bit by bit. */
import { createSampleQueue } from '../denoise/sample-queue.ts';
import { joinBlocks, type Stage } from '../denoise/stage.ts';
import { createHighPass } from './high-pass.ts';

/** Where s-sounds begin. */
export const hissFromHz = 4500;
/** 5 ms: levels are read and gains set so often. */
const hop = 240;
/** Over the threshold, four decibels become one. */
const ratio = 4;
const mostDb = 12;
/** Part of the reduction that stays per hop once the sound is over. */
const release = 0.6;
/** Taps on each side of the filter whose band is brought down; it moves nothing in time. */
const reach = 48;

/** For one channel at 48 kHz. `thresholdDbfs`: RMS level above 4.5 kHz that s-sounds may have; `strength` 0 … 1. */
export function createDeess(thresholdDbfs: number, strength: number): Stage {
  const queue = createSampleQueue();
  const hisses = createHissMeter();
  const around = new Float32Array(hop + 2 * reach);
  /** Hops that are done, and the share of the band that is taken away at the end of the last one. */
  let [done, held] = [0, 0];

  function share(index: number): number {
    const wanted = Math.max(hisses.overDb(index, thresholdDbfs), hisses.overDb(index + 1, thresholdDbfs));
    const db = strength * Math.min(mostDb, Math.max(0, wanted) * (1 - 1 / ratio));
    const fading = held * release;
    return Math.max(1 - 10 ** (-db / 20), fading < 0.01 ? 0 : fading);
  }

  function step(count: number): Float32Array {
    const start = done * hop;
    const next = share(done);
    const block = new Float32Array(count);
    queue.copy(start, block);
    if (held > 0 || next > 0) {
      queue.copy(start - reach, around);
      for (let index = 0; index < count; index++) {
        const part = held + ((next - held) * (index + 1)) / hop;
        block[index] = block[index]! - part * bandAt(around, index);
      }
    }
    held = next;
    done++;
    queue.drop(done * hop - reach);
    return block;
  }

  return {
    push(block) {
      queue.push(block);
      hisses.push(block);
      const blocks: Float32Array[] = [];
      while ((done + 2) * hop + reach <= queue.end()) blocks.push(step(hop));
      return joinBlocks(blocks);
    },
    flush() {
      const blocks: Float32Array[] = [];
      while (done * hop < queue.end()) blocks.push(step(Math.min(hop, queue.end() - done * hop)));
      return joinBlocks(blocks);
    },
  };
}

/** Power of hisses per hop. */
function createHissMeter() {
  const filter = createHighPass(hissFromHz);
  const levels: number[] = [];
  let [high, all, count, first] = [0, 0, 0, 0];
  return {
    push(block: Float32Array): void {
      const filtered = filter.push(block);
      for (let index = 0; index < block.length; index++) {
        high += filtered[index]! ** 2;
        all += block[index]! ** 2;
        if (++count < hop) continue;
        // More above than below: a vowel is no hiss.
        levels.push(high > all / 2 ? 10 * Math.log10(high / hop + 1e-12) : -120);
        [high, all, count] = [0, 0, 0];
        if (levels.length > 8192) first += levels.splice(0, 4096).length;
      }
    },
    /** dB over a level; −120 and below where there is no hiss. */
    overDb: (index: number, thresholdDbfs: number) => (levels[index - first] ?? -120) - thresholdDbfs,
  };
}

const taps = makeTaps();

/** What the band above 4.5 kHz has at the sample `reach` after `index`. */
function bandAt(samples: Float32Array, index: number): number {
  let sum = 0;
  for (let tap = 0; tap <= 2 * reach; tap++) sum += taps[tap]! * samples[index + tap]!;
  return sum;
}

/** A windowed sinc that lets the band pass. */
function makeTaps(): Float64Array {
  const cut = hissFromHz / 48_000;
  return Float64Array.from({ length: 2 * reach + 1 }, (_, index) => {
    const place = index - reach;
    const low = place === 0 ? 2 * cut : Math.sin(2 * Math.PI * cut * place) / (Math.PI * place);
    return ((place === 0 ? 1 : 0) - low) * (0.5 + 0.5 * Math.cos((Math.PI * place) / (reach + 1)));
  });
}
