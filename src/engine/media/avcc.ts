/**
 * H.264 in its two clothes: units behind start codes (Annex B) and units behind their length with the parameter sets
 * apart (`avcC`, ISO/IEC 14496-15). What we write always has lengths of four bytes.
 */
import { fail } from '#core/errors';

export type ParameterSets = {
  readonly sps: readonly Buffer[];
  readonly pps: readonly Buffer[];
  /** Bytes of a unit's length in the packets; 0 where units stand behind start codes. */
  readonly lengthBytes: number;
};

export const unitKinds = { slice: 1, idr: 5, sei: 6, sps: 7, pps: 8 } as const;

/** Reads a stream's extradata in either form; undefined where it has no parameter sets. */
export function readParameterSets(extradata: Buffer | null): ParameterSets | undefined {
  if (extradata === null || extradata.length < 7) return undefined;
  const sets = extradata[0] === 1 ? readConfiguration(extradata) : readStartCoded(extradata);
  return sets.sps.length > 0 && sets.pps.length > 0 ? sets : undefined;
}

function readConfiguration(record: Buffer): ParameterSets {
  let at = 5;
  const readList = (count: number): Buffer[] => {
    const units: Buffer[] = [];
    for (let index = 0; index < count && at + 2 <= record.length; index++) {
      const length = record.readUInt16BE(at);
      if (length > 0 && at + 2 + length <= record.length) units.push(Buffer.from(record.subarray(at + 2, at + 2 + length)));
      at += 2 + length;
    }
    return units;
  };
  const sps = readList(record[at++]! & 31);
  const pps = at < record.length ? readList(record[at++]!) : [];
  return { sps, pps, lengthBytes: (record[4]! & 3) + 1 };
}

function readStartCoded(data: Buffer): ParameterSets {
  const units = [...unitsOf(data, 0)].map((unit) => Buffer.from(unit));
  const ofKind = (kind: number) => units.filter((unit) => kindOf(unit) === kind);
  return { sps: ofKind(unitKinds.sps), pps: ofKind(unitKinds.pps), lengthBytes: 0 };
}

/** The kind of a unit (7.4.1, nal_unit_type). */
export function kindOf(unit: Buffer): number {
  return unit[0]! & 31;
}

/** The units of a packet, as views into it. `lengthBytes` 0 reads start codes. Units that run over the end are left out. */
export function* unitsOf(data: Buffer, lengthBytes: number): Generator<Buffer> {
  if (lengthBytes === 0) {
    yield* startCodedUnits(data);
    return;
  }
  let at = 0;
  while (at + lengthBytes < data.length) {
    const length = data.readUIntBE(at, lengthBytes);
    at += lengthBytes;
    if (length > 0 && at + length <= data.length) yield data.subarray(at, at + length);
    at += length;
  }
}

const startCode = Buffer.from([0, 0, 1]);

function* startCodedUnits(data: Buffer): Generator<Buffer> {
  let start = data.indexOf(startCode);
  while (start >= 0) {
    const next = data.indexOf(startCode, start + 3);
    let end = next < 0 ? data.length : next;
    // Zeros before a start code belong to it; a unit itself never ends in one.
    while (end > start + 3 && data[end - 1] === 0) end--;
    if (end > start + 3) yield data.subarray(start + 3, end);
    start = next;
  }
}

/** A packet with four-byte lengths, whatever it came with. Gives `data` itself where nothing changes. */
export function toLengthPrefixed(data: Buffer, lengthBytes: number): Buffer {
  if (lengthBytes === 4) return data;
  return joinUnits([...unitsOf(data, lengthBytes)]);
}

export function joinUnits(units: readonly Buffer[]): Buffer {
  const joined = Buffer.alloc(units.reduce((sum, unit) => sum + 4 + unit.length, 0));
  let at = 0;
  for (const unit of units) {
    at = joined.writeUInt32BE(unit.length, at);
    at += unit.copy(joined, at);
  }
  return joined;
}

/** Profiles whose configuration record repeats chroma format and bit depth. */
const extendedProfiles: ReadonlySet<number> = new Set([100, 110, 122, 144, 244]);

/**
 * Builds the `avcC` of one stream from several parameter sets; equal ones are written once. The record names the
 * highest profile and level among them, so that a player that can play it can play all of it.
 *
 * Errors: INTERNAL where two different sets have one id, or none is given.
 */
export function writeConfiguration(sets: readonly Pick<ParameterSets, 'sps' | 'pps'>[]): Buffer {
  const sps = distinct(sets.flatMap((set) => set.sps));
  const pps = distinct(sets.flatMap((set) => set.pps));
  const top = sps.toSorted((a, b) => rankOf(b) - rankOf(a))[0];
  if (top === undefined || pps.length === 0 || sps.length > 31) throw fail('INTERNAL', { reason: 'no parameter sets to write' });
  const compatibility = sps.reduce((flags, unit) => flags & unit[2]!, 255);
  const level = Math.max(...sps.map((unit) => unit[3]!));
  const parts: Buffer[] = [Buffer.from([1, top[1]!, compatibility, level, 0xff, 0xe0 | sps.length])];
  for (const unit of sps) parts.push(lengthOf(unit), unit);
  parts.push(Buffer.from([pps.length]));
  for (const unit of pps) parts.push(lengthOf(unit), unit);
  // 4:2:0, 8 bit, no extensions: the only kind that is ever put together here.
  if (extendedProfiles.has(top[1]!)) parts.push(Buffer.from([0xfc | 1, 0xf8, 0xf8, 0]));
  return Buffer.concat(parts);
}

/** Baseline 66 < Main 77 < Extended 88 < High 100, as their numbers are. */
function rankOf(sps: Buffer): number {
  return sps[1]!;
}

function lengthOf(unit: Buffer): Buffer {
  return Buffer.from([unit.length >> 8, unit.length & 255]);
}

function distinct(units: readonly Buffer[]): Buffer[] {
  return units.filter((unit, index) => units.findIndex((other) => other.equals(unit)) === index);
}
