/**
 * Web fonts to the TrueType files that libass can read: unpacks WOFF2 and undoes its glyph transformation.
 *
 * Source: W3C WOFF File Format 2.0 (2022), sections 4 to 6. Only single fonts; hinting is kept as it is.
 */
import { brotliDecompressSync } from 'node:zlib';
import { fail } from '#core/errors';

/** Height above and depth below the baseline that a font claims, in em. */
export type LineMetrics = { readonly ascent: number; readonly descent: number };

/**
 * The font as a TrueType file that calls itself `family`: the pieces of one typeface come under a name that says
 * another weight, and a text renderer picks by name. With `metrics` it claims those, so that lines with several
 * typefaces stand on one baseline and a size means the same in all of them.
 *
 * Errors: INTERNAL for anything but a WOFF2 font of our own packages.
 */
export function toTrueType(font: Buffer, family: string, metrics?: LineMetrics): Buffer {
  if (font.toString('latin1', 0, 4) !== 'wOF2') throw fail('INTERNAL', { reason: 'a font is not in WOFF2 form' });
  const flavor = font.readUInt32BE(4);
  const entries = readDirectory(font, font.readUInt16BE(12));
  const packed = font.subarray(entries.end, entries.end + font.readUInt32BE(20));
  const data = brotliDecompressSync(packed);
  const tables = new Map<string, Buffer>();
  let at = 0;
  for (const { tag, length } of entries.list) {
    tables.set(tag, data.subarray(at, at + length));
    at += length;
  }
  restore(tables, entries.list);
  tables.set('name', writeNames(family));
  if (metrics !== undefined) claimMetrics(tables, metrics);
  return writeFont(flavor, tables);
}

/** `hhea`, and of `OS/2` both the typographic and the Windows pair: readers differ in which they take. */
function claimMetrics(tables: Map<string, Buffer>, { ascent, descent }: LineMetrics): void {
  const unitsPerEm = tables.get('head')!.readUInt16BE(18);
  const [up, down] = [Math.round(ascent * unitsPerEm), Math.round(descent * unitsPerEm)];
  const horizontal = Buffer.from(tables.get('hhea')!);
  [up, -down, 0].forEach((value, index) => horizontal.writeInt16BE(value, 4 + index * 2));
  tables.set('hhea', horizontal);
  const windows = Buffer.from(tables.get('OS/2')!);
  [up, -down, 0, up, down].forEach((value, index) => windows.writeUInt16BE(value & 0xffff, 68 + index * 2));
  tables.set('OS/2', windows);
}

type Entry = { readonly tag: string; /** Bytes in the packed data. */ readonly length: number; readonly isTransformed: boolean };

/** Table 4 of the specification: tags that are written as a number. */
const knownTags =
  'cmap head hhea hmtx maxp name OS/2 post cvt  fpgm glyf loca prep CFF  VORG EBDT EBLC gasp hdmx kern LTSH PCLT VDMX vhea vmtx BASE GDEF GPOS GSUB EBSC JSTF MATH CBDT CBLC COLR CPAL SVG  sbix acnt avar bdat bloc bsln cvar fdsc feat fmtx fvar gvar hsty just lcar mort morx opbd prop trak Zapf Silf Glat Gloc Feat Sill';

function readDirectory(font: Buffer, count: number): { readonly list: readonly Entry[]; readonly end: number } {
  const reader = createReader(font, 48);
  const list: Entry[] = [];
  for (let index = 0; index < count; index++) {
    const flags = reader.u8();
    const number = flags & 63;
    const tag = number === 63 ? reader.text(4) : knownTags.slice(number * 5, number * 5 + 4);
    const version = flags >> 6;
    // For glyf and loca version 3 is the plain one, for all others version 0.
    const isTransformed = tag === 'glyf' || tag === 'loca' ? version !== 3 : version !== 0;
    const original = reader.base128();
    list.push({ tag, length: isTransformed ? reader.base128() : original, isTransformed });
  }
  return { list, end: reader.at() };
}

function restore(tables: Map<string, Buffer>, entries: readonly Entry[]): void {
  const isTransformed = (tag: string) => entries.some((entry) => entry.tag === tag && entry.isTransformed);
  if (!isTransformed('glyf')) return;
  const glyphs = restoreGlyphs(tables.get('glyf')!);
  tables.set('glyf', glyphs.glyf);
  tables.set('loca', glyphs.loca);
  const head = Buffer.from(tables.get('head')!);
  head.writeInt16BE(glyphs.isLong ? 1 : 0, 50);
  tables.set('head', head);
  if (isTransformed('hmtx')) {
    const metrics = tables.get('hhea')!.readUInt16BE(34);
    tables.set('hmtx', restoreMetrics(tables.get('hmtx')!, metrics, glyphs.leftEdges));
  }
}

type Glyphs = { readonly glyf: Buffer; readonly loca: Buffer; readonly isLong: boolean; readonly leftEdges: readonly number[] };

function restoreGlyphs(table: Buffer): Glyphs {
  const count = table.readUInt16BE(4);
  const sizes = Array.from({ length: 7 }, (_, index) => table.readUInt32BE(8 + index * 4));
  const starts = sizes.map((_, index) => 36 + sizes.slice(0, index).reduce((sum, size) => sum + size, 0));
  const [contours, points, flags, glyph, composite, boxes, instructions] = starts.map((start) => createReader(table, start));
  const streams: Streams = { points: points!, flags: flags!, glyph: glyph!, composite: composite!, instructions: instructions! };
  const bitmapStart = starts[5]!;
  const box = createReader(table, boxes!.at() + 4 * Math.ceil(count / 32));
  const overlapStart = (table.readUInt16BE(2) & 1) === 0 ? undefined : starts[6]! + sizes[6]!;
  const hasBit = (start: number, index: number) => (table[start + (index >> 3)]! & (128 >> (index & 7))) !== 0;

  const parts: Buffer[] = [];
  const offsets: number[] = [];
  const leftEdges: number[] = [];
  let offset = 0;
  for (let index = 0; index < count; index++) {
    offsets.push(offset);
    const contourCount = contours!.i16();
    const ownBox = hasBit(bitmapStart, index) ? [box.i16(), box.i16(), box.i16(), box.i16()] : undefined;
    const overlaps = overlapStart !== undefined && hasBit(overlapStart, index);
    const written = contourCount === 0 ? Buffer.alloc(0) : writeGlyph(streams, { contourCount, ownBox, overlaps });
    leftEdges.push(written.length > 0 ? written.readInt16BE(2) : 0);
    parts.push(written);
    offset += written.length;
  }
  offsets.push(offset);
  // Short places reach to 128 KiB; glyphs written with two bytes for each step may need more than the packed ones said.
  const isLong = table.readUInt16BE(6) === 1 || offset > 0x1_fffe;
  const loca = Buffer.alloc(offsets.length * (isLong ? 4 : 2));
  offsets.forEach((place, index) => (isLong ? loca.writeUInt32BE(place, index * 4) : loca.writeUInt16BE(place / 2, index * 2)));
  return { glyf: Buffer.concat(parts), loca, isLong, leftEdges };
}

type Streams = {
  readonly points: Reader;
  readonly flags: Reader;
  readonly glyph: Reader;
  readonly composite: Reader;
  readonly instructions: Reader;
};
type GlyphKind = { readonly contourCount: number; readonly ownBox: readonly number[] | undefined; readonly overlaps: boolean };

function writeGlyph(streams: Streams, kind: GlyphKind): Buffer {
  const glyph = kind.contourCount < 0 ? compositeGlyph(streams, kind.ownBox ?? [0, 0, 0, 0]) : simpleGlyph(streams, kind);
  // Glyphs begin on multiples of four.
  return Buffer.concat([glyph, Buffer.alloc((4 - (glyph.length % 4)) % 4)]);
}

function compositeGlyph({ composite, glyph, instructions }: Streams, box: readonly number[]): Buffer {
  const start = composite.at();
  let hasInstructions = false;
  for (let more = true; more;) {
    const flags = composite.u16();
    composite.skip(
      2 + ((flags & 1) === 0 ? 2 : 4) + ((flags & 8) !== 0 ? 2 : (flags & 64) !== 0 ? 4 : (flags & 128) !== 0 ? 8 : 0),
    );
    hasInstructions ||= (flags & 256) !== 0;
    more = (flags & 32) !== 0;
  }
  const parts = [words([-1, ...box]), composite.bytes(start, composite.at())];
  if (hasInstructions) parts.push(...readInstructions(glyph, instructions));
  return Buffer.concat(parts);
}

function readInstructions(glyph: Reader, instructions: Reader): Buffer[] {
  const length = glyph.u255();
  return [words([length]), instructions.take(length)];
}

function simpleGlyph(streams: Streams, { contourCount, ownBox, overlaps }: GlyphKind): Buffer {
  const ends: number[] = [];
  let total = 0;
  for (let contour = 0; contour < contourCount; contour++) {
    total += streams.points.u255();
    ends.push(total - 1);
  }
  const flags = Buffer.alloc(total);
  const xs: number[] = [];
  const ys: number[] = [];
  const edges = { left: 0, bottom: 0, right: 0, top: 0 };
  let [x, y] = [0, 0];
  for (let point = 0; point < total; point++) {
    const { dx, dy, isOnCurve } = readPoint(streams);
    x += dx;
    y += dy;
    if (point === 0) Object.assign(edges, { left: x, right: x, bottom: y, top: y });
    edges.left = Math.min(edges.left, x);
    edges.right = Math.max(edges.right, x);
    edges.bottom = Math.min(edges.bottom, y);
    edges.top = Math.max(edges.top, y);
    // Two bytes for each step: the file is read once and thrown away, so its size does not matter.
    flags[point] = (isOnCurve ? 1 : 0) | (overlaps && point === 0 ? 64 : 0);
    xs.push(dx);
    ys.push(dy);
  }
  const [length, code] = readInstructions(streams.glyph, streams.instructions);
  const box = ownBox ?? [edges.left, edges.bottom, edges.right, edges.top];
  return Buffer.concat([words([contourCount, ...box, ...ends]), length!, code!, flags, words(xs), words(ys)]);
}

/** Section 5.2: a step in one to four bytes, its form told by the flag. */
function readPoint({ flags, glyph }: Streams): { dx: number; dy: number; isOnCurve: boolean } {
  const byte = flags.u8();
  const flag = byte & 127;
  const signed = (bits: number, value: number) => ((bits & 1) !== 0 ? value : -value);
  const isOnCurve = byte < 128;
  if (flag < 10) return { dx: 0, dy: signed(flag, ((flag & 14) << 7) + glyph.u8()), isOnCurve };
  if (flag < 20) return { dx: signed(flag, (((flag - 10) & 14) << 7) + glyph.u8()), dy: 0, isOnCurve };
  if (flag < 84) {
    const [form, data] = [flag - 20, glyph.u8()];
    const dx = signed(flag, 1 + (form & 0x30) + (data >> 4));
    return { dx, dy: signed(flag >> 1, 1 + ((form & 0x0c) << 2) + (data & 15)), isOnCurve };
  }
  if (flag < 120) {
    const form = flag - 84;
    const dx = signed(flag, 1 + (Math.floor(form / 12) << 8) + glyph.u8());
    return { dx, dy: signed(flag >> 1, 1 + (((form % 12) >> 2) << 8) + glyph.u8()), isOnCurve };
  }
  if (flag < 124) {
    const [first, second, third] = [glyph.u8(), glyph.u8(), glyph.u8()];
    return { dx: signed(flag, (first << 4) + (second >> 4)), dy: signed(flag >> 1, ((second & 15) << 8) + third), isOnCurve };
  }
  return { dx: signed(flag, glyph.u16()), dy: signed(flag >> 1, glyph.u16()), isOnCurve };
}

/** Section 5.4: side bearings that equal the glyph's left edge are left out. */
function restoreMetrics(packed: Buffer, metrics: number, leftEdges: readonly number[]): Buffer {
  const reader = createReader(packed, 0);
  const flags = reader.u8();
  const advances = Array.from({ length: metrics }, () => reader.u16());
  const bearings = leftEdges.map((edge, glyph) => ((flags & (glyph < metrics ? 1 : 2)) === 0 ? reader.i16() : edge));
  return Buffer.concat([...advances.map((advance, glyph) => words([advance, bearings[glyph]!])), words(bearings.slice(metrics))]);
}

/** Family, style, full and PostScript name, for Windows in English, as every reader takes them. */
function writeNames(family: string): Buffer {
  const names: readonly (readonly [number, string])[] = [
    [1, family],
    [2, 'Regular'],
    [4, family],
    [6, family.replaceAll(' ', '')],
  ];
  const records: Buffer[] = [];
  const texts: Buffer[] = [];
  let offset = 0;
  for (const [id, text] of names) {
    const coded = Buffer.from(text, 'utf16le').swap16();
    records.push(words([3, 1, 0x409, id, coded.length, offset]));
    texts.push(coded);
    offset += coded.length;
  }
  return Buffer.concat([words([0, names.length, 6 + names.length * 12]), ...records, ...texts]);
}

function writeFont(flavor: number, tables: ReadonlyMap<string, Buffer>): Buffer {
  const sorted = [...tables].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const power = Math.floor(Math.log2(sorted.length));
  const head = Buffer.alloc(12 + sorted.length * 16);
  head.writeUInt32BE(flavor, 0);
  [sorted.length, 16 << power, power, sorted.length * 16 - (16 << power)].forEach((value, index) =>
    head.writeUInt16BE(value, 4 + index * 2),
  );
  const parts: Buffer[] = [head];
  let offset = head.length;
  for (const [index, [tag, data]] of sorted.entries()) {
    const padded = Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
    const entry = 12 + index * 16;
    head.write(tag, entry, 'latin1');
    head.writeUInt32BE(checksum(padded), entry + 4);
    head.writeUInt32BE(offset, entry + 8);
    head.writeUInt32BE(data.length, entry + 12);
    parts.push(padded);
    offset += padded.length;
  }
  return Buffer.concat(parts);
}

function checksum(data: Buffer): number {
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) sum = (sum + data.readUInt32BE(at)) >>> 0;
  return sum;
}

function words(values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => buffer.writeUInt16BE(value & 0xffff, index * 2));
  return buffer;
}

type Reader = ReturnType<typeof createReader>;

function createReader(data: Buffer, start: number) {
  let at = start;
  const u8 = (): number => data.readUInt8(at++);
  const u16 = (): number => (u8() << 8) | u8();
  return {
    u8,
    u16,
    i16: (): number => (u16() << 16) >> 16,
    at: (): number => at,
    skip: (count: number): void => void (at += count),
    text: (length: number): string => data.toString('latin1', at, (at += length)),
    take: (length: number): Buffer => data.subarray(at, (at += length)),
    bytes: (from: number, to: number): Buffer => data.subarray(from, to),
    /** Section 6.1.1. */
    u255(): number {
      const code = u8();
      if (code === 253) return u16();
      if (code === 255) return u8() + 253;
      return code === 254 ? u8() + 506 : code;
    },
    /** Section 4.1, UIntBase128. */
    base128(): number {
      let value = 0;
      for (let index = 0; index < 5; index++) {
        const byte = u8();
        value = value * 128 + (byte & 127);
        if (byte < 128) break;
      }
      return value;
    },
  };
}
