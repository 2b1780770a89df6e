/**
 * The finished mix on disk between the pass that measures it and the passes that use it, so that memory stays flat.
 *
 * Raw 32-bit floats, planar inside each block: `[block 0, channel 0][block 0, channel 1][block 1, channel 0] …`.
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { fail, isEditorError } from '#core/errors';

/** −40 dB: coding noise, not a room. */
const sameShare = 1e-4;

export type MixFile = {
  /** Blocks of `blockSamples`, the last one shorter. */
  write(block: readonly Float32Array[]): void;
  /** Reads all from the start; as often as needed. */
  read(): Generator<Float32Array[]>;
  readonly samples: number;
  /** Both channels hold the same so far, but for what a codec makes of one signal in two channels. */
  readonly sameChannels: boolean;
  [Symbol.dispose](): void;
};

/** Makes the file, empty. Errors: DISK_FULL. */
export function createMixFile(path: string, options: { readonly channels: number; readonly blockSamples: number }): MixFile {
  const { channels, blockSamples } = options;
  const file = openSync(path, 'w+');
  let samples = 0;
  let [sum, difference] = [0, 0];

  function compare(left: Float32Array, right: Float32Array): void {
    let [together, apart] = [0, 0];
    for (let index = 0; index < left.length; index++) {
      const [a, b] = [left[index]!, right[index]!];
      together += (a + b) * (a + b);
      apart += (a - b) * (a - b);
    }
    sum += together;
    difference += apart;
  }

  function write(block: readonly Float32Array[]): void {
    const [left, right] = block;
    if (left !== undefined && right !== undefined) compare(left, right);
    try {
      for (const channel of block) writeAll(file, channel);
    } catch (error) {
      if (!isEditorError(error) && (error as NodeJS.ErrnoException).code === 'ENOSPC')
        throw fail('DISK_FULL', {}, { cause: error });
      throw error;
    }
    samples += block[0]?.length ?? 0;
  }

  function readBlock(index: number): Float32Array[] {
    const count = Math.min(blockSamples, samples - index * blockSamples);
    return Array.from({ length: channels }, (_, channel) => {
      const block = new Float32Array(count);
      readAll(file, block, (index * blockSamples * channels + channel * count) * 4);
      return block;
    });
  }

  function* read(): Generator<Float32Array[]> {
    for (let index = 0; index * blockSamples < samples; index++) yield readBlock(index);
  }

  return {
    write,
    read,
    get samples() {
      return samples;
    },
    get sameChannels() {
      return channels === 2 && difference <= sum * sameShare;
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}

function writeAll(file: number, samples: Float32Array): void {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}

function readAll(file: number, samples: Float32Array, position: number): void {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  for (let done = 0; done < bytes.length;) {
    const count = readSync(file, bytes, done, bytes.length - done, position + done);
    if (count === 0) throw fail('INTERNAL', { reason: 'the mix file is shorter than what was written' });
    done += count;
  }
}
