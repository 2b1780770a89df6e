/** The named looks of text, approximated for players of ASS; the exact ones are drawn by the render engine. */
import type { Size } from '#core/asset';
import type { TextPosition, TextPreset, TextStyle } from '#core/timeline';

type Look = {
  readonly bold: boolean;
  readonly italic: boolean;
  /** Fractions of the letters' height. */
  readonly outline: number;
  readonly shadow: number;
  /** A box behind the words instead of an outline around the letters. */
  readonly box: boolean;
  readonly font: 'sans' | 'serif';
};

const plain: Look = { bold: false, italic: false, outline: 0.05, shadow: 0, box: false, font: 'sans' };

const looks: Readonly<Record<TextPreset, Look>> = {
  title: { ...plain, bold: true },
  'title-bold': { ...plain, bold: true, outline: 0.09, shadow: 0.05 },
  'title-elegant': { ...plain, font: 'serif', outline: 0.02 },
  'title-neon': { ...plain, bold: true, outline: 0.1 },
  'lower-third': plain,
  'lower-third-bar': { ...plain, bold: true, box: true },
  'lower-third-news': { ...plain, bold: true, box: true },
  'end-card': { ...plain, bold: true },
  quote: { ...plain, font: 'serif', italic: true },
  chapter: { ...plain, bold: true },
  label: { ...plain, box: true },
  caption: { ...plain, outline: 0.08 },
  'caption-box': { ...plain, box: true },
  'caption-outline': { ...plain, bold: true, outline: 0.14 },
  'caption-karaoke': { ...plain, bold: true, outline: 0.08 },
  'caption-pop': { ...plain, bold: true, outline: 0.12 },
};

export const assStyleFormat =
  'Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding';

/** As on a number pad. */
const alignments: Readonly<Record<TextPosition, number>> = { top: 8, center: 5, bottom: 2, 'lower-third': 1 };

/** One line of `[V4+ Styles]`; `name` must not hold a comma. */
export function assStyleLine(name: string, style: TextStyle, canvas: Size): string {
  const look = looks[style.preset];
  const letter = style.size * canvas.height;
  const [marginX, marginY] = [
    Math.round(canvas.width * 0.05),
    Math.round(canvas.height * (style.position === 'lower-third' ? 0.12 : 0.05)),
  ];
  // With \k a word has the second colour until it is spoken and the first from then on.
  const isSpoken = style.preset === 'caption-karaoke' || style.preset === 'caption-pop';
  const first = toColor(isSpoken ? (style.accent ?? '#ffd60a') : style.color);
  const fields = [
    name,
    look.font === 'serif' ? 'Noto Serif' : 'Noto Sans',
    // libass counts the line's height, ours is the letters'.
    (letter * 1.36).toFixed(2),
    first,
    toColor(style.color),
    look.box ? '&H60000000' : '&H40000000',
    '&H80000000',
    look.bold ? -1 : 0,
    look.italic ? -1 : 0,
    0,
    0,
    100,
    100,
    0,
    0,
    look.box ? 3 : 1,
    (letter * (look.box ? 0.2 : look.outline)).toFixed(2),
    (letter * look.shadow).toFixed(2),
    alignments[style.position],
    marginX,
    marginX,
    marginY,
    1,
  ];
  return `Style: ${fields.join(',')}`;
}

/** `#rrggbb` to ASS's order: blue, green, red. */
function toColor(color: string): string {
  const digits = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(color);
  return digits === null ? '&H00FFFFFF' : `&H00${digits[3]}${digits[2]}${digits[1]}`.toUpperCase();
}
