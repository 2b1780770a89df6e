/**
 * The typeface for text on pictures: Noto Sans SC from its npm package, Latin and Chinese, cut by its maker into a
 * hundred pieces. Only the pieces a text needs are unpacked, so that no renderer has to load a whole Chinese font.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fail } from '#core/errors';
import { toTrueType } from './woff2.ts';

export type FontWeight = 'medium' | 'bold';

/** The name under which a weight is found by the text renderer. */
export function familyOf(weight: FontWeight): string {
  return weight === 'bold' ? 'Rushes Sans Bold' : 'Rushes Sans Medium';
}

/** Height of a line over the size of a letter, as the typeface says (ascender 1.16, descender 0.288). */
export const lineHeight = 1.448;

type Piece = { readonly file: string; readonly ranges: readonly (readonly [number, number])[] };

/**
 * Writes the pieces that `text` needs in `weight` to `folder`.
 *
 * Characters that the typeface does not have are left to the machine's own fonts.
 *
 * Errors: DISK_FULL, INTERNAL where the package is not as expected.
 */
export function writeFonts(text: string, weight: FontWeight, folder: string): void {
  const packed = dirname(createRequire(import.meta.url).resolve('noto-sans-sc/package.json'));
  const source = join(packed, `noto_sans_sc_${weight}`);
  const pieces = readPieces(readFileSync(join(source, 'css.css'), 'utf8'));
  const needed = new Set<Piece>();
  for (const character of new Set(text)) {
    const code = character.codePointAt(0)!;
    const piece = pieces.find(({ ranges }) => ranges.some(([first, last]) => code >= first && code <= last));
    if (piece !== undefined) needed.add(piece);
  }
  for (const { file } of needed) {
    const path = join(folder, `${weight}-${file.replace(/\.woff2$/, '.ttf')}`);
    if (!existsSync(path)) writeFileSync(path, toTrueType(readFileSync(join(source, file)), familyOf(weight)));
  }
}

/** The style sheet says which piece has which characters. */
function readPieces(css: string): Piece[] {
  const faces = [...css.matchAll(/url\(([^)]+\.woff2)\)[^}]*unicode-range:\s*([^;]+);/g)];
  const pieces = faces.map(([, file, ranges]) => ({ file: file!, ranges: ranges!.split(',').map(readRange) }));
  if (pieces.length === 0) throw fail('INTERNAL', { reason: 'the font package lists no fonts' });
  return pieces;
}

function readRange(text: string): readonly [number, number] {
  const [first, last = first] = text.trim().slice(2).split('-');
  return [Number.parseInt(first!, 16), Number.parseInt(last!, 16)];
}
