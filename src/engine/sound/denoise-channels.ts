/**
 * Noise removal for one or two channels out of a process for one.
 *
 * Stereo is treated as middle and side: the voice lies in the middle, both ears keep the same picture of the room, and
 * a recording with the same sound in both channels (most of them) costs one process, because the side's starts only
 * when there is something in it.
 */
import type { SoundProcess } from './sound-reader.ts';

/** One channel, streaming: no net delay, same total length. */
export type ChannelProcess = { process(block: Float32Array): Float32Array; flush(): Float32Array };

/** What a process is made for: the one channel or the middle of two, or their difference. */
export type DenoisedChannel = 'middle' | 'side';

/** A side below this in every block is what two channels of one signal differ by: it goes with the noise. */
const emptySideDbfs = -72;

/** `settleSamples`: how much of the side before its start its process is shown, so that it begins settled. */
export function createChannelsDenoise(
  channels: number,
  create: (channel: DenoisedChannel) => ChannelProcess,
  settleSamples: number,
): SoundProcess {
  if (channels === 1) {
    const only = create('middle');
    return { process: (block) => [only.process(block[0]!)], flush: () => [only.flush()] };
  }
  return createMiddleSide(create, settleSamples);
}

function createMiddleSide(create: (channel: DenoisedChannel) => ChannelProcess, settleSamples: number): SoundProcess {
  const middle = createFifo();
  const side = createFifo();
  const middleProcess = create('middle');
  let sideProcess: ChannelProcess | undefined;
  let given = 0;
  let taken = 0;
  // The side's last stretch as it was, for a late start.
  let past = new Float32Array(0);

  function takeSide(block: Float32Array): void {
    if (sideProcess === undefined && isEmpty(block)) {
      side.push(new Float32Array(block.length));
      past = lastOf(joined(past, block), settleSamples);
    } else {
      if (sideProcess === undefined) startSide();
      side.push(sideProcess!.process(block));
    }
    taken += block.length;
  }

  /** Runs the process over what came before; only what was not given out yet is replaced. */
  function startSide(): void {
    sideProcess = create('side');
    const start = taken - past.length;
    side.dropFrom(Math.max(given, start));
    side.skip(Math.max(0, given - start));
    if (past.length > 0) side.push(sideProcess.process(past));
    past = new Float32Array(0);
  }

  function give(): Float32Array[] {
    const count = Math.min(middle.length(), side.length());
    const [m, s] = [middle.take(count), side.take(count)];
    given += count;
    const left = new Float32Array(count);
    const right = new Float32Array(count);
    for (let index = 0; index < count; index++) {
      left[index] = m[index]! + s[index]!;
      right[index] = m[index]! - s[index]!;
    }
    return [left, right];
  }

  return {
    process([left, right]) {
      const count = left!.length;
      const m = new Float32Array(count);
      const s = new Float32Array(count);
      for (let index = 0; index < count; index++) {
        m[index] = (left![index]! + right![index]!) / 2;
        s[index] = (left![index]! - right![index]!) / 2;
      }
      middle.push(middleProcess.process(m));
      takeSide(s);
      return give();
    },
    flush() {
      middle.push(middleProcess.flush());
      if (sideProcess !== undefined) side.push(sideProcess.flush());
      return give();
    },
  };
}

function isEmpty(block: Float32Array): boolean {
  let energy = 0;
  for (const value of block) energy += value * value;
  return energy <= block.length * 10 ** (emptySideDbfs / 10);
}

/** Samples in, samples out, in order; `skip` throws away what comes next, `dropFrom` what is held from a position on. */
function createFifo() {
  let held = new Float32Array(0);
  let start = 0;
  let skipping = 0;
  return {
    length: () => held.length,
    push(block: Float32Array): void {
      const skipped = Math.min(skipping, block.length);
      skipping -= skipped;
      held = joined(held, block.subarray(skipped));
    },
    take(count: number): Float32Array {
      const result = held.slice(0, count);
      held = held.slice(count);
      start += count;
      return result;
    },
    dropFrom(position: number): void {
      held = held.slice(0, Math.max(0, position - start));
    },
    skip(count: number): void {
      skipping = count;
    },
  };
}

function lastOf(samples: Float32Array, count: number): Float32Array<ArrayBuffer> {
  return samples.slice(Math.max(0, samples.length - count));
}

function joined(a: Float32Array, b: Float32Array): Float32Array<ArrayBuffer> {
  const result = new Float32Array(a.length + b.length);
  result.set(a);
  result.set(b, a.length);
  return result;
}
