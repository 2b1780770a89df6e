/**
 * What an H.264 sequence parameter set says, as far as cutting without decoding needs it.
 * Source: ITU-T H.264 (08/2021), 7.3.2.1.1 and annex E.1.1.
 */

export type SequenceFacts = {
  readonly id: number;
  readonly profile: number;
  readonly level: number;
  /** 1 is 4:2:0. */
  readonly chromaFormat: number;
  readonly bitDepth: number;
  /** True where every picture is a whole frame, so that nothing is interlaced. */
  readonly framesOnly: boolean;
  readonly width: number;
  readonly height: number;
  /** Pixel aspect; absent where it is not said (square). */
  readonly sampleAspect?: { readonly num: number; readonly den: number };
  /** Pictures that may be decoded before one shown earlier; absent where it is not said. */
  readonly reorderFrames?: number;
};

const withChroma: ReadonlySet<number> = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]);

/** Reads an SPS unit (its header byte included); undefined where it is cut short or makes no sense. */
export function readSequence(unit: Buffer): SequenceFacts | undefined {
  try {
    return read(createBits(unit.subarray(1)));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The id of a PPS unit, undefined where it is cut short. */
export function readPictureSetId(unit: Buffer): number | undefined {
  try {
    return createBits(unit.subarray(1)).ue();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function read(bits: Bits): SequenceFacts {
  const profile = bits.u(8);
  bits.u(8);
  const level = bits.u(8);
  const id = bits.ue();
  const { chromaFormat, bitDepth } = withChroma.has(profile) ? readChroma(bits) : { chromaFormat: 1, bitDepth: 8 };
  bits.ue();
  skipPictureOrder(bits);
  bits.ue();
  bits.u(1);
  const mbWidth = bits.ue() + 1;
  const mapHeight = bits.ue() + 1;
  const framesOnly = bits.u(1) === 1;
  if (!framesOnly) bits.u(1);
  bits.u(1);
  const crop = bits.u(1) === 1 ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0];
  const [cropX, cropY] = [chromaFormat === 1 || chromaFormat === 2 ? 2 : 1, (chromaFormat === 1 ? 2 : 1) * (framesOnly ? 1 : 2)];
  const vui = bits.u(1) === 1 ? readVui(bits) : {};
  return {
    id,
    profile,
    level,
    chromaFormat,
    bitDepth,
    framesOnly,
    width: mbWidth * 16 - (crop[0]! + crop[1]!) * cropX,
    height: mapHeight * (framesOnly ? 16 : 32) - (crop[2]! + crop[3]!) * cropY,
    ...vui,
  };
}

function readChroma(bits: Bits): { chromaFormat: number; bitDepth: number } {
  const chromaFormat = bits.ue();
  if (chromaFormat === 3) bits.u(1);
  const luma = bits.ue() + 8;
  const chroma = bits.ue() + 8;
  bits.u(1);
  if (bits.u(1) === 1) {
    for (let list = 0; list < (chromaFormat === 3 ? 12 : 8); list++) if (bits.u(1) === 1) skipScaling(bits, list < 6 ? 16 : 64);
  }
  return { chromaFormat, bitDepth: Math.max(luma, chroma) };
}

function skipScaling(bits: Bits, size: number): void {
  let last = 8;
  let next = 8;
  for (let index = 0; index < size; index++) {
    if (next !== 0) next = (last + bits.se() + 256) % 256;
    last = next === 0 ? last : next;
  }
}

function skipPictureOrder(bits: Bits): void {
  const kind = bits.ue();
  if (kind === 0) bits.ue();
  else if (kind === 1) {
    bits.u(1);
    bits.se();
    bits.se();
    const cycle = bits.ue();
    for (let index = 0; index < cycle; index++) bits.se();
  }
}

/** Table E-1. */
const aspects: readonly (readonly [number, number])[] = [
  [0, 0],
  [1, 1],
  [12, 11],
  [10, 11],
  [16, 11],
  [40, 33],
  [24, 11],
  [20, 11],
  [32, 11],
  [80, 33],
  [18, 11],
  [15, 11],
  [64, 33],
  [160, 99],
  [4, 3],
  [3, 2],
  [2, 1],
];

function readVui(bits: Bits): Pick<SequenceFacts, 'sampleAspect' | 'reorderFrames'> {
  let aspect: readonly [number, number] | undefined;
  if (bits.u(1) === 1) {
    const code = bits.u(8);
    aspect = code === 255 ? [bits.u(16), bits.u(16)] : aspects[code];
  }
  if (bits.u(1) === 1) bits.u(1);
  if (bits.u(1) === 1) {
    bits.u(4);
    if (bits.u(1) === 1) bits.u(24);
  }
  if (bits.u(1) === 1) {
    bits.ue();
    bits.ue();
  }
  if (bits.u(1) === 1) {
    bits.u(32);
    bits.u(32);
    bits.u(1);
  }
  const nal = bits.u(1) === 1;
  if (nal) skipHrd(bits);
  const vcl = bits.u(1) === 1;
  if (vcl) skipHrd(bits);
  if (nal || vcl) bits.u(1);
  bits.u(1);
  const reorderFrames = bits.u(1) === 1 ? readReorder(bits) : undefined;
  return {
    ...(aspect === undefined || aspect[0] === 0 || aspect[1] === 0 ? {} : { sampleAspect: { num: aspect[0], den: aspect[1] } }),
    ...(reorderFrames === undefined ? {} : { reorderFrames }),
  };
}

function skipHrd(bits: Bits): void {
  const count = bits.ue() + 1;
  bits.u(8);
  for (let index = 0; index < count; index++) {
    bits.ue();
    bits.ue();
    bits.u(1);
  }
  bits.u(20);
}

function readReorder(bits: Bits): number {
  bits.u(1);
  for (let index = 0; index < 4; index++) bits.ue();
  return bits.ue();
}

type Bits = { u(count: number): number; ue(): number; se(): number };

/** Reads bits past emulation prevention (00 00 03). Errors: RangeError past the end. */
function createBits(payload: Buffer): Bits {
  const bytes: number[] = [];
  for (let index = 0; index < payload.length; index++) {
    const escaped = payload[index] === 3 && index >= 2 && payload[index - 1] === 0 && payload[index - 2] === 0;
    if (!escaped) bytes.push(payload[index]!);
  }
  let at = 0;
  const u = (count: number): number => {
    let value = 0;
    for (let index = 0; index < count; index++) {
      const byte = bytes[at >> 3];
      if (byte === undefined) throw new RangeError('parameter set is cut short');
      value = value * 2 + ((byte >> (7 - (at & 7))) & 1);
      at++;
    }
    return value;
  };
  const ue = (): number => {
    let zeros = 0;
    while (u(1) === 0) if (++zeros > 32) throw new RangeError('number is too long');
    return 2 ** zeros - 1 + u(zeros);
  };
  return {
    u,
    ue,
    se() {
      const code = ue();
      return code % 2 === 1 ? (code + 1) / 2 : -code / 2;
    },
  };
}
