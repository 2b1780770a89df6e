/**
 * What layout needs to know of a TrueType file: which characters it has, how wide they are, how far their ink goes.
 *
 * Source: OpenType 1.9, tables cmap (formats 4 and 12), head, hhea, hmtx, loca, glyf. Kerning and ligatures are left out.
 */
import { readJoinedForms, type JoinedForm } from './joined-forms.ts';

/** Ink of a glyph about its origin on the baseline, and the way to the next one; in em, up is positive. */
export type GlyphBox = {
  readonly advance: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
};

/** How a letter of a joined script stands: alone, at a word's beginning, in its middle or at its end. */
export type LetterForm = 'alone' | JoinedForm;

export type TrueType = {
  /** Undefined for a character that the font does not have. A form that it does not have is the letter alone. */
  glyph(code: number, form?: LetterForm): GlyphBox | undefined;
  /** Whether the font joins the character to the one after it; to the one before it. */
  joins(code: number): { readonly after: boolean; readonly before: boolean };
};

/** Reads tables of our own making; nothing is checked. */
export function readTrueType(font: Buffer): TrueType {
  const table = (tag: string): Buffer => {
    const count = font.readUInt16BE(4);
    for (let entry = 12; entry < 12 + count * 16; entry += 16) {
      if (font.toString('latin1', entry, entry + 4) !== tag) continue;
      const start = font.readUInt32BE(entry + 8);
      return font.subarray(start, start + font.readUInt32BE(entry + 12));
    }
    return Buffer.alloc(0);
  };
  const [head, metrics, places, outlines] = [table('head'), table('hmtx'), table('loca'), table('glyf')];
  const unitsPerEm = head.readUInt16BE(18);
  const isLong = head.readInt16BE(50) === 1;
  const advances = table('hhea').readUInt16BE(34);
  const indexOf = readCharacterMap(table('cmap'));
  const forms = readJoinedForms(table('GSUB'));
  const placeOf = (index: number) => (isLong ? places.readUInt32BE(index * 4) : places.readUInt16BE(index * 2) * 2);

  function boxOf(index: number): GlyphBox {
    const advance = metrics.readUInt16BE(Math.min(index, advances - 1) * 4) / unitsPerEm;
    const place = placeOf(index);
    if (place === placeOf(index + 1)) return { advance, left: 0, right: 0, top: 0, bottom: 0 };
    const [left, bottom, right, top] = [2, 4, 6, 8].map((at) => outlines.readInt16BE(place + at) / unitsPerEm);
    return { advance, left: left!, right: right!, top: top!, bottom: bottom! };
  }

  return {
    joins(code) {
      const index = indexOf(code);
      return { after: forms.initial(index) !== undefined, before: forms.final(index) !== undefined };
    },
    glyph(code, form = 'alone') {
      const plain = indexOf(code);
      if (plain === 0) return undefined;
      const parts = form === 'alone' ? [plain] : (forms[form](plain) ?? [plain]);
      return parts.map(boxOf).reduce((whole, part) => ({
        advance: whole.advance + part.advance,
        left: Math.min(whole.left, part.left),
        right: Math.max(whole.right, part.right),
        top: Math.max(whole.top, part.top),
        bottom: Math.min(whole.bottom, part.bottom),
      }));
    },
  };
}

/** Character to glyph index, 0 where there is none; from the fullest Unicode table. */
function readCharacterMap(cmap: Buffer): (code: number) => number {
  const maps = Array.from({ length: cmap.readUInt16BE(2) }, (_, index) => cmap.readUInt32BE(8 + index * 8));
  const formatOf = (start: number) => cmap.readUInt16BE(start);
  const wide = maps.find((start) => formatOf(start) === 12);
  if (wide !== undefined) return (code) => findInGroups(cmap, wide, code);
  const narrow = maps.find((start) => formatOf(start) === 4);
  return narrow === undefined ? () => 0 : (code) => findInSegments(cmap, narrow, code);
}

function findInGroups(cmap: Buffer, start: number, code: number): number {
  let [low, high] = [0, cmap.readUInt32BE(start + 12) - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const group = start + 16 + middle * 12;
    if (code < cmap.readUInt32BE(group)) high = middle - 1;
    else if (code > cmap.readUInt32BE(group + 4)) low = middle + 1;
    else return cmap.readUInt32BE(group + 8) + code - cmap.readUInt32BE(group);
  }
  return 0;
}

function findInSegments(cmap: Buffer, start: number, code: number): number {
  if (code > 0xffff) return 0;
  const doubled = cmap.readUInt16BE(start + 6);
  const [ends, starts] = [start + 14, start + 16 + doubled];
  for (let at = 0; at < doubled; at += 2) {
    if (code > cmap.readUInt16BE(ends + at)) continue;
    const first = cmap.readUInt16BE(starts + at);
    if (code < first) return 0;
    const delta = cmap.readUInt16BE(starts + doubled + at);
    const place = starts + doubled * 2 + at;
    const offset = cmap.readUInt16BE(place);
    if (offset === 0) return (code + delta) & 0xffff;
    const index = cmap.readUInt16BE(place + offset + (code - first) * 2);
    return index === 0 ? 0 : (index + delta) & 0xffff;
  }
  return 0;
}
