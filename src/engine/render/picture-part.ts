/**
 * The file between rendering and assembling: the encoded pictures of one span, packet after packet.
 *
 * Stamps count from the span's start, so that a part serves wherever its span comes to stand; nothing is left for a
 * container to round. A part gets its name when it is whole and on the disk.
 * Layout: u32 length + JSON header, then per packet f64 stamp, u32 size with its top bit set at key frames, bytes.
 */
import { closeSync, fsyncSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { fail } from '#core/errors';

export type PartHeader = {
  readonly kind: 'rushes-picture-part/2';
  readonly frames: number;
  /** Configuration of the encoder as its container wants it (`avcC` for H.264), base64; empty where the codec has none. */
  readonly configuration: string;
};

export type PartPacket = {
  /** Stamp after the span's start, in 1/timescale s. */
  readonly stamp: number;
  readonly isKey: boolean;
  readonly data: Buffer;
};

export type PartWriter = Disposable & {
  write(packet: PartPacket): void;
  /** Flushes the part and gives it its name. */
  finish(): void;
};
export type PartReader = Disposable & { readonly header: PartHeader; next(): PartPacket | undefined };

const keyBit = 0x80000000;

export function createPart(path: string, header: PartHeader): PartWriter {
  const unfinished = `${path}.new`;
  const file = openSync(unfinished, 'w');
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  writeAll(file, Buffer.concat([length, json]));
  return {
    write({ stamp, isKey, data }) {
      const head = Buffer.alloc(12);
      head.writeDoubleBE(stamp, 0);
      head.writeUInt32BE((data.length | (isKey ? keyBit : 0)) >>> 0, 8);
      writeAll(file, Buffer.concat([head, data]));
    },
    finish() {
      fsyncSync(file);
      renameSync(unfinished, path);
    },
    [Symbol.dispose]: () => closeSync(file),
  };
}

/** Errors: INTERNAL where the file is not a whole part. */
export function openPart(path: string): PartReader {
  const file = openSync(path, 'r');
  try {
    const header = JSON.parse(readExactly(file, readExactly(file, 4)!.readUInt32BE())!.toString()) as PartHeader;
    if (header.kind !== 'rushes-picture-part/2') throw fail('INTERNAL', { reason: 'a picture part has another layout' });
    return {
      header,
      next() {
        const head = readExactly(file, 12, 'end');
        if (head === undefined) return undefined;
        const size = head.readUInt32BE(8);
        const data = readExactly(file, (size & ~keyBit) >>> 0)!;
        return { stamp: head.readDoubleBE(0), isKey: size >= keyBit, data };
      },
      [Symbol.dispose]: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function writeAll(file: number, data: Buffer): void {
  let done = 0;
  try {
    while (done < data.length) done += writeSync(file, data, done);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') throw fail('DISK_FULL');
    throw error;
  }
}

function readExactly(file: number, count: number, atEnd: 'fail' | 'end' = 'fail'): Buffer | undefined {
  const data = Buffer.alloc(count);
  let done = 0;
  while (done < count) {
    const read = readSync(file, data, done, count - done, null);
    if (read === 0) {
      if (done === 0 && atEnd === 'end') return undefined;
      throw fail('INTERNAL', { reason: 'a picture part is cut short' });
    }
    done += read;
  }
  return data;
}
