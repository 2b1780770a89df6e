/** Text layers as an ASS script for libass. What the user typed never becomes markup. */
import type { Size } from '#core/asset';
import { ticksPerSecond } from '#core/time';
import type { TextStyle } from '#core/timeline';
import type { PictureLayer } from '#engine/plan';
import { familyOf, lineHeight, type FontWeight } from './fonts.ts';

export type TextLayer = Extract<PictureLayer, { kind: 'text' }>;

/** Text stays inside the middle 90 % of the canvas. */
const safeMargin = 0.05;
const lowerThirdMargin = 0.12;

export function weightOf(style: TextStyle): FontWeight {
  return style.preset === 'title' ? 'bold' : 'medium';
}

/** A script for one span. `clockStart` is the drawing's time of the span's start, in seconds. */
export function writeScript(layers: readonly TextLayer[], canvas: Size, clockStart: number): string {
  const styles = layers.map(({ style }, index) => styleLine(style, canvas, `S${index}`));
  const events = layers.map(({ text, style, start, end }, index) => {
    const fade = `{\\fad(${toMs(style.fadeIn)},${toMs(style.fadeOut)})}`;
    const [from, to] = [start, end].map((time) => clock(clockStart + time / ticksPerSecond));
    return `Dialogue: ${index},${from},${to},S${index},,0,0,0,,${fade}${escapeText(text)}`;
  });
  return [
    '[Script Info]',
    'ScriptType: v4.00+',
    `PlayResX: ${canvas.width}`,
    `PlayResY: ${canvas.height}`,
    'WrapStyle: 0',
    'ScaledBorderAndShadow: yes',
    'YCbCr Matrix: None',
    '',
    '[V4+ Styles]',
    'Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding',
    ...styles,
    '',
    '[Events]',
    'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text',
    ...events,
    '',
  ].join('\n');
}

/**
 * User text as libass shows it literally: braces would open markup, a backslash would begin a code (a word joiner
 * after it, which nobody sees, keeps it a backslash), other control characters would end the line.
 */
export function escapeText(text: string): string {
  return text
    .replaceAll('\\', '\\\u2060')
    .replaceAll(/[{}]/g, '\\$&')
    .replaceAll(/\r\n|[\n\r\u2028\u2029]/g, '\\N')
    .replaceAll(/\p{Cc}/gu, ' ');
}

function styleLine(style: TextStyle, canvas: Size, name: string): string {
  const letter = style.size * canvas.height;
  const isLowerThird = style.position === 'lower-third';
  const marginX = Math.round(canvas.width * (isLowerThird ? 0.07 : safeMargin));
  const marginY = Math.round(canvas.height * (isLowerThird ? lowerThirdMargin : safeMargin));
  const outline = Math.max(1, letter * 0.06).toFixed(2);
  const size = (letter * lineHeight).toFixed(2);
  const fields = [name, familyOf(weightOf(style)), size, toColor(style.color), toColor(style.color), '&H40000000', '&H80000000'];
  const plain = [0, 0, 0, 0, 100, 100, 0, 0];
  return `Style: ${[...fields, ...plain, 1, outline, 0, alignments[style.position], marginX, marginX, marginY, 1].join(',')}`;
}

/** As on a number pad. */
const alignments: Readonly<Record<TextStyle['position'], number>> = { top: 8, center: 5, bottom: 2, 'lower-third': 1 };

/** `#rrggbb` to ASS's blue, green, red. */
function toColor(color: string): string {
  const digits = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(color);
  return digits === null ? '&H00FFFFFF' : `&H00${digits[3]}${digits[2]}${digits[1]}`.toUpperCase();
}

function toMs(ticks: number): number {
  return Math.round((ticks * 1000) / ticksPerSecond);
}

/** `h:mm:ss.cc`. */
function clock(seconds: number): string {
  const total = Math.max(0, Math.round(seconds * 100));
  const two = (value: number) => String(Math.floor(value) % 60).padStart(2, '0');
  return `${Math.floor(total / 360_000)}:${two(total / 6000)}:${two(total / 100)}.${String(total % 100).padStart(2, '0')}`;
}
