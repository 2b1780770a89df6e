/**
 * bzip2, unpacked: models are published in it, and the runtime has only gzip, Brotli and Zstandard. Block by block, checked by its sums.
 * Source: the format as in Julian Seward's bzip2 1.0.8 and Joe Tsai's description of it.
 */
import { fail } from '#core/errors';

/** Gives the next bytes of the packed stream; an empty array at its end. */
export type ReadMore = () => Uint8Array;

/** The blocks of all streams in the file, each at most 900 kB before repeats are undone. Errors: DOCUMENT_INVALID for damaged data. */
export function* bunzip2(readMore: ReadMore): Generator<Uint8Array> {
  const bits = bitReader(readMore);
  let streams = 0;
  while (!bits.atEnd()) {
    if (bits.read(24) !== 0x425a68) {
      // Padding after the last stream is no stream.
      if (streams > 0) return;
      throw damaged('it does not begin as bzip2');
    }
    const level = bits.read(8) - 0x30;
    if (level < 1 || level > 9) throw damaged('its block size is unknown');
    yield* readStream(bits, level * 100_000);
    streams++;
  }
  if (streams === 0) throw damaged('it is empty');
}

type Bits = {
  read(count: number): number;
  /** The next 20 bits, with zeros after the end; nothing is taken. */
  peek(): number;
  skip(count: number): void;
  align(): void;
  atEnd(): boolean;
};

function damaged(reason: string): Error {
  return fail('DOCUMENT_INVALID', { format: 'bzip2 archive', reason });
}

function bitReader(readMore: ReadMore): Bits {
  let chunk: Uint8Array = new Uint8Array(0);
  // At most 27 bits are held, so that a byte more still fits.
  let [at, held, count, isOver] = [0, 0, 0, false];
  const fill = (wanted: number): void => {
    while (count < wanted) {
      if (at >= chunk.length && !isOver) {
        chunk = readMore();
        at = 0;
        isOver = chunk.length === 0;
      }
      if (isOver) return;
      held = ((held & 0x7ffff) << 8) | chunk[at++]!;
      count += 8;
    }
  };
  const take = (wanted: number): number => {
    fill(wanted);
    if (count < wanted) throw damaged('it ends early');
    count -= wanted;
    return (held >>> count) & ((1 << wanted) - 1);
  };
  return {
    read: (wanted) => (wanted <= 16 ? take(wanted) : take(wanted - 16) * 65_536 + take(16)),
    peek() {
      fill(20);
      return count >= 20 ? (held >>> (count - 20)) & 0xfffff : (held & ((1 << count) - 1)) << (20 - count);
    },
    skip(wanted) {
      if (count < wanted) throw damaged('it ends early');
      count -= wanted;
    },
    align: () => (count -= count % 8),
    atEnd() {
      fill(8);
      return count === 0;
    },
  };
}

function* readStream(bits: Bits, blockSize: number): Generator<Uint8Array> {
  const order = new Uint32Array(blockSize);
  let whole = 0;
  for (;;) {
    const [first, second] = [bits.read(24), bits.read(24)];
    const sum = bits.read(32);
    if (first === 0x177245 && second === 0x385090) {
      if (sum !== whole) throw damaged('the sum of all its blocks is wrong');
      bits.align();
      return;
    }
    if (first !== 0x314159 || second !== 0x265359) throw damaged('a block does not begin where it should');
    const block = readBlock(bits, order);
    if (crc(block) !== sum) throw damaged('the sum of a block is wrong');
    whole = (((whole << 1) | (whole >>> 31)) ^ sum) >>> 0;
    yield block;
  }
}

function readBlock(bits: Bits, order: Uint32Array): Uint8Array {
  if (bits.read(1) === 1) throw damaged('it is of a kind that has not been written since 1997');
  const origin = bits.read(24);
  const symbols = readSymbols(bits);
  const tables = bits.read(3);
  const selectorCount = bits.read(15);
  if (tables < 2 || tables > 6 || selectorCount < 1) throw damaged('its tables are missing');
  const selectors = readSelectors(bits, tables, selectorCount);
  const codes = Array.from({ length: tables }, () => readCode(bits, symbols.length + 2));
  const length = decode(bits, { order, symbols, selectors, codes });
  if (origin >= length) throw damaged('a block points outside of itself');
  return undoRepeats(order, length, origin);
}

function readSymbols(bits: Bits): number[] {
  const groups = bits.read(16);
  const symbols: number[] = [];
  for (let group = 0; group < 16; group++) {
    if ((groups & (0x8000 >> group)) === 0) continue;
    const used = bits.read(16);
    for (let index = 0; index < 16; index++) if ((used & (0x8000 >> index)) !== 0) symbols.push(group * 16 + index);
  }
  if (symbols.length === 0) throw damaged('a block has no symbols');
  return symbols;
}

function readSelectors(bits: Bits, tables: number, count: number): Uint8Array {
  const recent = Array.from({ length: tables }, (_, index) => index);
  return Uint8Array.from({ length: count }, () => {
    let place = 0;
    while (bits.read(1) === 1) if (++place >= tables) throw damaged('it chooses a table that is not there');
    const [chosen] = recent.splice(place, 1);
    recent.unshift(chosen!);
    return chosen!;
  });
}

type Code = { readonly limits: Int32Array; readonly bases: Int32Array; readonly sorted: Uint16Array; readonly shortest: number };

/** Lengths of codes as differences, then the usual tables of a canonical Huffman code. */
function readCode(bits: Bits, count: number): Code {
  let length = bits.read(5);
  const lengths = Array.from({ length: count }, () => {
    for (;;) {
      if (length < 1 || length > 20) throw damaged('a code is too long');
      if (bits.read(1) === 0) return length;
      length += bits.read(1) === 0 ? 1 : -1;
    }
  });
  const sorted = Uint16Array.from(lengths.map((_, symbol) => symbol).toSorted((a, b) => lengths[a]! - lengths[b]! || a - b));
  const [limits, bases] = [new Int32Array(22).fill(-1), new Int32Array(22)];
  let [code, before] = [0, 0];
  for (let size = 1; size <= 20; size++) {
    const own = lengths.filter((one) => one === size).length;
    bases[size] = before - code;
    code += own;
    before += own;
    if (own > 0) limits[size] = code - 1;
    code <<= 1;
  }
  return { limits, bases, sorted, shortest: Math.min(...lengths) };
}

type Coded = {
  readonly order: Uint32Array;
  readonly symbols: readonly number[];
  readonly selectors: Uint8Array;
  readonly codes: readonly Code[];
};

/** Symbols of the block into the low bytes of `order`; gives how many. */
function decode(bits: Bits, { order, symbols, selectors, codes }: Coded): number {
  const recent = Uint8Array.from(symbols);
  const end = symbols.length + 1;
  let [length, group, left, run, weight] = [0, -1, 0, 0, 1];
  let code = codes[0]!;
  for (;;) {
    if (left === 0) {
      if (++group >= selectors.length) throw damaged('a block is longer than it says');
      code = codes[selectors[group]!]!;
      left = 50;
    }
    left--;
    const symbol = readSymbol(bits, code);
    if (symbol < 2) {
      // A run of the most recent symbol, its length in a number system without a zero.
      run += weight << symbol;
      weight <<= 1;
      if (run > order.length) throw damaged('a run is longer than its block');
      continue;
    }
    if (run > 0) {
      if (length + run > order.length) throw damaged('a block is too long');
      order.fill(recent[0]!, length, length + run);
      length += run;
      [run, weight] = [0, 1];
    }
    if (symbol === end) return length;
    const place = symbol - 1;
    const value = recent[place]!;
    recent.copyWithin(1, 0, place);
    recent[0] = value;
    if (length >= order.length) throw damaged('a block is too long');
    order[length++] = value;
  }
}

function readSymbol(bits: Bits, { limits, bases, sorted, shortest }: Code): number {
  const ahead = bits.peek();
  let size = shortest;
  while (ahead >>> (20 - size) > limits[size]!) if (++size > 20) throw damaged('a code is not in its table');
  bits.skip(size);
  const symbol = sorted[(ahead >>> (20 - size)) + bases[size]!];
  if (symbol === undefined) throw damaged('a code is not in its table');
  return symbol;
}

/** The Burrows–Wheeler transform backwards, then runs of four and more. */
function undoRepeats(order: Uint32Array, length: number, origin: number): Uint8Array {
  const starts = new Uint32Array(257);
  for (let index = 0; index < length; index++) starts[(order[index]! & 0xff) + 1]!++;
  for (let value = 0; value < 256; value++) starts[value + 1]! += starts[value]!;
  // The upper three bytes lead to the place of the next one.
  for (let index = 0; index < length; index++) {
    const place = starts[order[index]! & 0xff]!++;
    order[place]! |= index << 8;
  }
  let output = new Uint8Array(length + 1024);
  let [written, same, last] = [0, 0, -1];
  let next = order[origin]! >>> 8;
  for (let index = 0; index < length; index++) {
    const entry = order[next]!;
    const value = entry & 0xff;
    next = entry >>> 8;
    if (same === 4) {
      if (written + value > output.length) output = grow(output, written + value);
      output.fill(last, written, written + value);
      written += value;
      [same, last] = [0, -1];
      continue;
    }
    same = value === last ? same + 1 : 1;
    last = value;
    if (written >= output.length) output = grow(output, written + 1);
    output[written++] = value;
  }
  return output.subarray(0, written);
}

function grow(bytes: Uint8Array, least: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(bytes.length * 2, least));
  larger.set(bytes);
  return larger;
}

const sums = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24;
  for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value < 0 ? 0x04c11db7 : 0);
  return value >>> 0;
});

function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (let index = 0; index < bytes.length; index++) value = (value << 8) ^ sums[(value >>> 24) ^ bytes[index]!]!;
  return ~value >>> 0;
}
