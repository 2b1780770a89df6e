/**
 * The shapes that letters of joined scripts take inside a word, from a font's own tables.
 *
 * Source: OpenType 1.9, table GSUB: features ccmp, init, medi, fina; lookups of types 1 and 2, and of type 7 that hold such.
 */

export type JoinedForm = 'initial' | 'medial' | 'final';

/** Glyph index to the glyphs of its form (a letter and its dots may be several); undefined where the font has none. */
export type JoinedForms = Readonly<Record<JoinedForm, (glyph: number) => readonly number[] | undefined>>;

type Forms = Map<number, readonly number[]>;

const tags: Readonly<Record<string, JoinedForm | 'taken apart'>> = {
  ccmp: 'taken apart',
  init: 'initial',
  medi: 'medial',
  fina: 'final',
};

export function readJoinedForms(table: Buffer): JoinedForms {
  const found: Record<JoinedForm | 'taken apart', Forms> = {
    'taken apart': new Map(),
    initial: new Map(),
    medial: new Map(),
    final: new Map(),
  };
  if (table.length > 0) {
    const features = table.readUInt16BE(6);
    for (let index = 0; index < table.readUInt16BE(features); index++) {
      const record = features + 2 + index * 6;
      const form = tags[table.toString('latin1', record, record + 4)];
      if (form === undefined) continue;
      const feature = features + table.readUInt16BE(record + 4);
      for (let lookup = 0; lookup < table.readUInt16BE(feature + 2); lookup++)
        readLookup(table, table.readUInt16BE(feature + 4 + lookup * 2), found[form]);
    }
  }
  // Many fonts first take a letter and its dots apart, and know forms of the bare letter only.
  const formOf = (form: JoinedForm) => (glyph: number) => {
    const [letter = glyph, ...dots] = found['taken apart'].get(glyph) ?? [glyph];
    const shape = found[form].get(letter);
    return shape === undefined ? undefined : [...shape, ...dots];
  };
  return { initial: formOf('initial'), medial: formOf('medial'), final: formOf('final') };
}

function readLookup(table: Buffer, number: number, into: Forms): void {
  const lookups = table.readUInt16BE(8);
  const lookup = lookups + table.readUInt16BE(lookups + 2 + number * 2);
  for (let index = 0; index < table.readUInt16BE(lookup + 4); index++) {
    const start = lookup + table.readUInt16BE(lookup + 6 + index * 2);
    const type = table.readUInt16BE(lookup);
    const isFar = type === 7;
    readSubstitutions(table, isFar ? start + table.readUInt32BE(start + 4) : start, {
      type: isFar ? table.readUInt16BE(start + 2) : type,
      into,
    });
  }
}

function readSubstitutions(table: Buffer, start: number, { type, into }: { type: number; into: Forms }): void {
  if (type !== 1 && type !== 2) return;
  const isShift = type === 1 && table.readUInt16BE(start) === 1;
  for (const [order, glyph] of coverage(table, start + table.readUInt16BE(start + 2)).entries()) {
    if (into.has(glyph)) continue;
    const value = isShift ? (glyph + table.readInt16BE(start + 4)) & 0xffff : table.readUInt16BE(start + 6 + order * 2);
    into.set(glyph, type === 1 ? [value] : listAt(table, start + value));
  }
}

function listAt(table: Buffer, start: number): number[] {
  return Array.from({ length: table.readUInt16BE(start) }, (_, index) => table.readUInt16BE(start + 2 + index * 2));
}

function coverage(table: Buffer, start: number): number[] {
  const count = table.readUInt16BE(start + 2);
  if (table.readUInt16BE(start) === 1)
    return Array.from({ length: count }, (_, index) => table.readUInt16BE(start + 4 + index * 2));
  return Array.from({ length: count }, (_, index) => start + 4 + index * 6).flatMap((range) => {
    const first = table.readUInt16BE(range);
    return Array.from({ length: table.readUInt16BE(range + 2) - first + 1 }, (_, index) => first + index);
  });
}
