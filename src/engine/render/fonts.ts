/**
 * The typefaces for text on pictures, all from npm packages: Inter (Latin, Greek, Cyrillic), Noto Sans SC (Chinese, kana),
 * Nanum Gothic (Korean), Noto Sans Arabic and Hebrew, Noto Emoji, and Anton and Playfair Display for titles. The makers
 * cut them into pieces by characters; only the pieces that a text needs are unpacked, so that no renderer has to load a
 * whole Chinese font.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fail } from '#core/errors';
import type { JoinedForm } from './joined-forms.ts';
import { readTrueType, type GlyphBox, type TrueType } from './true-type.ts';
import { toTrueType } from './woff2.ts';

/** What a style asks for; each goes on to faces of other scripts where a character is not in its own. */
export type Face = 'light' | 'regular' | 'medium' | 'bold' | 'black' | 'poster' | 'serif' | 'serif-italic';

/** All faces claim these, in em: one size and one baseline for every script. */
export const faceMetrics = { ascent: 1, descent: 0.3 } as const;

/** Size of a font for the text renderer, which counts from the top of the ascent to the foot of the descent, over its em. */
export const lineHeight = faceMetrics.ascent + faceMetrics.descent;

/** A character in the face that has it. */
export type FoundGlyph = {
  /** The name under which the text renderer finds the face. */
  readonly family: string;
  /** Of the face over that of the text, so that scripts look equally large. */
  readonly scale: number;
  /** In em of the face, unscaled. */
  readonly box: GlyphBox;
  /** Only for letters that join their neighbours: their shape inside a word. */
  readonly joined?: {
    readonly after: boolean;
    readonly before: boolean;
    readonly boxes: Readonly<Record<JoinedForm, GlyphBox>>;
  };
};

export type Typefaces = {
  /** Undefined where none of our faces has the character; it is then left to the machine's own fonts. */
  find(character: string, face: Face): FoundGlyph | undefined;
  /** In the face for emoji only. */
  findEmoji(character: string): FoundGlyph | undefined;
  /** Writes the pieces of all that was found until now. Errors: DISK_FULL. */
  write(folder: string): void;
};

type Source = {
  readonly family: string;
  readonly package: string;
  readonly sheet: string;
  readonly scale: number;
  readonly joins?: boolean;
};
type Piece = { readonly path: string; readonly ranges: readonly (readonly [number, number])[] };
type Unpacked = { readonly font: Buffer; readonly reader: TrueType };

/** Thousandths as the packages count them. */
const weights = { light: 300, regular: 400, medium: 500, bold: 700, black: 900 } as const;
type Weight = keyof typeof weights;
const capital = (word: string) => `${word[0]!.toUpperCase()}${word.slice(1)}`;

const sourceOf = (family: string, name: string, sheet: string): Source => ({ family, package: name, sheet, scale: 1 });

const inter = (weight: Weight) => sourceOf(`Rushes Sans ${capital(weight)}`, '@fontsource/inter', `${weights[weight]}.css`);
const chinese = (weight: Weight) =>
  sourceOf(`Rushes Chinese ${capital(weight)}`, 'noto-sans-sc', `noto_sans_sc_${weight}/css.css`);
const korean = (weight: Weight) => {
  const nearest = { light: 400, regular: 400, medium: 400, bold: 700, black: 800 }[weight];
  return sourceOf(`Rushes Korean ${nearest}`, '@fontsource/nanum-gothic', `${nearest}.css`);
};
const noto = (script: 'arabic' | 'hebrew', weight: Weight): Source => ({
  ...sourceOf(
    `Rushes ${capital(script)} ${capital(weight)}`,
    `@fontsource/noto-sans-${script}`,
    `${script}-${weights[weight]}.css`,
  ),
  joins: script === 'arabic',
});
// Drawn larger than letters by its maker.
const emoji: Source = { ...sourceOf('Rushes Emoji', '@fontsource/noto-emoji', 'emoji-700.css'), scale: 0.9 };

const ownFaces: Readonly<Record<Face, { readonly weight: Weight; readonly own?: Source }>> = {
  light: { weight: 'light' },
  regular: { weight: 'regular' },
  medium: { weight: 'medium' },
  bold: { weight: 'bold' },
  black: { weight: 'black' },
  // Its capitals are as high as others' ascenders.
  poster: { weight: 'black', own: { ...sourceOf('Rushes Poster', '@fontsource/anton', '400.css'), scale: 0.86 } },
  serif: { weight: 'medium', own: sourceOf('Rushes Serif', '@fontsource/playfair-display', '500.css') },
  'serif-italic': {
    weight: 'medium',
    own: sourceOf('Rushes Serif Italic', '@fontsource/playfair-display', '500-italic.css'),
  },
};

/** The face of plain letters that goes with a face for titles. */
export function plainFaceOf(face: Face): Face {
  return ownFaces[face].weight;
}

function chainOf(face: Face): readonly Source[] {
  const { weight, own } = ownFaces[face];
  const scripts = [inter(weight), chinese(weight), korean(weight), noto('arabic', weight), noto('hebrew', weight), emoji];
  return own === undefined ? scripts : [own, ...scripts];
}

/** Package contents never change while a worker lives; the files of one text are some hundred kilobytes. */
const sheets = new Map<string, readonly Piece[]>();
const unpacked = new Map<string, Unpacked>();

/** Errors of all calls: INTERNAL where a package is not as expected. */
export function openTypefaces(): Typefaces {
  const used = new Map<string, Buffer>();
  const found = new Map<string, FoundGlyph | undefined>();

  function findIn(source: Source, code: number): FoundGlyph | undefined {
    for (const { path, ranges } of piecesOf(source)) {
      if (!ranges.some(([first, last]) => code >= first && code <= last)) continue;
      const { font, reader } = unpack(path, source.family);
      const box = reader.glyph(code);
      if (box === undefined) continue;
      used.set(`${source.family.replaceAll(' ', '-')}-${basename(path, '.woff2')}.ttf`, font);
      const found = { family: source.family, scale: source.scale, box };
      return source.joins === true ? { ...found, ...joinedBoxes(reader, code, box) } : found;
    }
    return undefined;
  }

  function findFirst(key: string, code: number, chain: () => readonly Source[]): FoundGlyph | undefined {
    if (found.has(key)) return found.get(key);
    let glyph: FoundGlyph | undefined;
    for (const source of chain()) glyph ??= findIn(source, code);
    found.set(key, glyph);
    return glyph;
  }

  return {
    find: (character, face) => findFirst(`${face} ${character}`, character.codePointAt(0)!, () => chainOf(face)),
    findEmoji: (character) => findFirst(`emoji ${character}`, character.codePointAt(0)!, () => [emoji]),
    write(folder) {
      mkdirSync(folder, { recursive: true });
      for (const [name, font] of used) {
        const path = join(folder, name);
        if (!existsSync(path)) writeFileSync(path, font);
      }
    },
  };
}

function joinedBoxes(reader: TrueType, code: number, alone: GlyphBox): Pick<FoundGlyph, 'joined'> {
  const { after, before } = reader.joins(code);
  if (!after && !before) return {};
  const box = (form: JoinedForm) => reader.glyph(code, form) ?? alone;
  return { joined: { after, before, boxes: { initial: box('initial'), medial: box('medial'), final: box('final') } } };
}

function unpack(path: string, family: string): Unpacked {
  const known = unpacked.get(path);
  if (known !== undefined) return known;
  const font = toTrueType(readFileSync(path), family, faceMetrics);
  const piece = { font, reader: readTrueType(font) };
  unpacked.set(path, piece);
  return piece;
}

/** The style sheet says which piece has which characters; the last one that claims a character has it. */
function piecesOf(source: Source): readonly Piece[] {
  const key = `${source.package}/${source.sheet}`;
  const known = sheets.get(key);
  if (known !== undefined) return known;
  const folder = dirname(createRequire(import.meta.url).resolve(`${source.package}/package.json`));
  const sheet = join(folder, source.sheet);
  const faces = [...readFileSync(sheet, 'utf8').matchAll(/@font-face[^}]*?url\(([^)]+\.woff2)\)[^}]*\}/g)];
  const pieces = faces
    .map(([rule, file]) => {
      const ranges = /unicode-range:\s*([^;]+);/.exec(rule)?.[1];
      return { path: join(dirname(sheet), file!), ranges: ranges?.split(',').map(readRange) ?? everything };
    })
    .toReversed();
  if (pieces.length === 0) throw fail('INTERNAL', { reason: 'a font package lists no fonts' });
  sheets.set(key, pieces);
  return pieces;
}

const everything = [[0, 0x10_ffff]] as const;

function readRange(text: string): readonly [number, number] {
  const [first, last = first] = text.trim().slice(2).split('-');
  return [Number.parseInt(first!, 16), Number.parseInt(last!, 16)];
}
