/** Look-up tables: a user's .cube file as arithmetic, and any arithmetic as a .cube file of ours. */
import { fail } from '#core/errors';
import type { ColorMap, Rgb } from './color-math.ts';

/** Points along each edge of the tables that we write. */
const writtenSize = 33;
const mostSize = 129;
/** Larger than any table of `mostSize` in decimals. */
export const mostTableBytes = 96 * 1024 * 1024;

/** Errors: MEDIA_UNREADABLE where `text` is not a table of one or three dimensions. */
export function readColorTable(text: string): ColorMap {
  let [size, dimensions] = [0, 0];
  const domain: [Rgb, Rgb] = [
    [0, 0, 0],
    [1, 1, 1],
  ];
  const values: number[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    const words = line.trim().split(/\s+/);
    const [first = ''] = words;
    if (first === '' || first.startsWith('#') || first === 'TITLE') continue;
    if (first === 'LUT_3D_SIZE' || first === 'LUT_1D_SIZE')
      [size, dimensions] = [Number(words[1]), first === 'LUT_3D_SIZE' ? 3 : 1];
    else if (first === 'DOMAIN_MIN') domain[0] = rgbOf(words.slice(1));
    else if (first === 'DOMAIN_MAX') domain[1] = rgbOf(words.slice(1));
    else if (/^[-+.\d]/.test(first)) values.push(...rgbOf(words));
  }
  const isSized = Number.isInteger(size) && size >= 2 && size <= (dimensions === 3 ? mostSize : 65_536);
  const count = dimensions === 3 ? size ** 3 : size;
  if (!isSized || values.length !== count * 3)
    throw unreadable(`it holds ${values.length / 3} colours where its head says ${count}`);
  if (domain[1].some((value, at) => !(value > domain[0][at]!))) throw unreadable('its domain is empty');
  const table = Float64Array.from(values);
  const inDomain = (color: Rgb): Rgb =>
    [0, 1, 2].map((at) => (color[at]! - domain[0][at]!) / (domain[1][at]! - domain[0][at]!)) as unknown as Rgb;
  return dimensions === 3
    ? (color) => trilinear(table, size, inDomain(color))
    : (color) => [0, 1, 2].map((at) => linear(table, size, inDomain(color)[at]!, at)) as unknown as Rgb;
}

/** The text of a .cube file that does what `map` does. */
export function writeColorTable(map: ColorMap): string {
  const lines = [`LUT_3D_SIZE ${writtenSize}`];
  const at = (index: number) => index / (writtenSize - 1);
  for (let blue = 0; blue < writtenSize; blue++) {
    for (let green = 0; green < writtenSize; green++) {
      for (let red = 0; red < writtenSize; red++) {
        lines.push(
          map([at(red), at(green), at(blue)])
            .map((value) => value.toFixed(6))
            .join(' '),
        );
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

function rgbOf(words: readonly string[]): Rgb {
  const [red, green, blue] = words.map(Number);
  if (words.length !== 3 || ![red, green, blue].every(Number.isFinite)) throw unreadable('a line of it is not three numbers');
  return [red!, green!, blue!];
}

function unreadable(reason: string): Error {
  return fail('MEDIA_UNREADABLE', { reason: `the look-up table cannot be read: ${reason}` });
}

/** The cell of a grid of `size` points that `value` (0 … 1) lies in, and how far into it. */
function cell(value: number, size: number): { readonly from: number; readonly into: number } {
  const place = Math.min(1, Math.max(0, value)) * (size - 1);
  const from = Math.min(size - 2, Math.floor(place));
  return { from, into: place - from };
}

function linear(table: Float64Array, size: number, value: number, channel: number): number {
  const { from, into } = cell(value, size);
  return table[from * 3 + channel]! * (1 - into) + table[(from + 1) * 3 + channel]! * into;
}

/** Red runs fastest. */
function trilinear(table: Float64Array, size: number, color: Rgb): Rgb {
  const [red, green, blue] = [cell(color[0], size), cell(color[1], size), cell(color[2], size)];
  const sum = [0, 0, 0];
  for (let corner = 0; corner < 8; corner++) {
    const [r, g, b] = [corner & 1, (corner >> 1) & 1, corner >> 2];
    const weight =
      (r === 1 ? red.into : 1 - red.into) * (g === 1 ? green.into : 1 - green.into) * (b === 1 ? blue.into : 1 - blue.into);
    const index = (red.from + r + size * (green.from + g + size * (blue.from + b))) * 3;
    for (let channel = 0; channel < 3; channel++) sum[channel]! += weight * table[index + channel]!;
  }
  return [sum[0]!, sum[1]!, sum[2]!];
}
