/** Text layers as an ASS script for libass. What the user typed never becomes markup. */
import { writeFileSync } from 'node:fs';
import type { Size } from '#core/asset';
import { ticksPerSecond } from '#core/time';
import type { TextAnimation } from '#core/timeline';
import type { PictureLayer } from '#engine/plan';
import { drawText } from './draw-text.ts';
import { faceMetrics, lineHeight, openTypefaces, type Typefaces } from './fonts.ts';
import { toAlpha, toColor, wordCodes } from './karaoke.ts';
import { partsOf } from './line-parts.ts';
import { fitTimes, motionsOf, px, change, ms, type TextTimes } from './text-animations.ts';
import type { Cluster } from './text-clusters.ts';
import type { Shape, Stroke, TextLine, TextScene } from './text-scene.ts';

export type TextLayer = Extract<PictureLayer, { kind: 'text' }>;

export type TextFiles = {
  readonly layers: readonly TextLayer[];
  readonly canvas: Size;
  /** The drawing's time of the span's start, in seconds. */
  readonly clockStart: number;
  /** Of the script. */
  readonly path: string;
  /** For the faces that the script needs; may be shared by scripts. */
  readonly fontsFolder: string;
};

/** Writes the script of one span and the fonts it needs. Errors: DISK_FULL. */
export function writeTextFiles({ layers, canvas, clockStart, path, fontsFolder }: TextFiles): void {
  const typefaces = openTypefaces();
  writeFileSync(path, writeScript(layers, canvas, clockStart, typefaces));
  typefaces.write(fontsFolder);
}

/** A script for one span. `clockStart` is the drawing's time of the span's start, in seconds. */
export function writeScript(layers: readonly TextLayer[], canvas: Size, clockStart: number, typefaces = openTypefaces()): string {
  const events = layers.flatMap((layer) => layerEvents(layer, { canvas, clockStart, typefaces }));
  return [
    '[Script Info]',
    'ScriptType: v4.00+',
    `PlayResX: ${canvas.width}`,
    `PlayResY: ${canvas.height}`,
    // Lines end where our own measuring says.
    'WrapStyle: 2',
    'ScaledBorderAndShadow: yes',
    'Kerning: yes',
    'YCbCr Matrix: None',
    '',
    '[V4+ Styles]',
    'Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding',
    'Style: Plain,Rushes Sans Medium,20,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,0,0,5,0,0,0,1',
    '',
    '[Events]',
    'Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text',
    ...events.map(({ from, to, text }, index) => `Dialogue: ${index},${clock(from)},${clock(to)},Plain,,0,0,0,,${text}`),
    '',
  ].join('\n');
}

/**
 * User text as libass shows it literally: braces would open markup, a backslash would begin a code (a space
 * without width after it, which nobody sees, keeps it a backslash), other control characters would end the line.
 */
export function escapeText(text: string): string {
  return text
    .replaceAll('\\', '\\\ufeff')
    .replaceAll(/[{}]/g, '\\$&')
    .replaceAll(/\r\n|[\n\r\u2028\u2029]/g, '\\N')
    .replaceAll(/\p{Cc}/gu, ' ');
}

type Sheet = { readonly canvas: Size; readonly clockStart: number; readonly typefaces: Typefaces };
/** Seconds on the drawing's clock. */
type Event = { readonly from: number; readonly to: number; readonly text: string };

function layerEvents(layer: TextLayer, { canvas, clockStart, typefaces }: Sheet): Event[] {
  const { style, start, end } = layer;
  const seconds = (time: number) => time / ticksPerSecond;
  const scene = drawText(layer, canvas, typefaces);
  const whole = { from: 0, to: seconds(end - start), fadeIn: seconds(style.fadeIn), fadeOut: seconds(style.fadeOut) };
  const animation = style.animation ?? 'fade';
  const context = { canvas, animation, scene, times: fitTimes(whole), origin: clockStart + seconds(start) };
  const pieces = scene.elements.flatMap((element) =>
    element.kind === 'shape' ? [shapePiece(element, context)] : partsOf(element).flatMap((part) => linePieces(part, context)),
  );
  return pieces.toSorted((a, b) => a.depth - b.depth).flatMap(({ events }) => events);
}

/** Shapes lie below the copies of lines, and those below all letters: no outline covers a neighbour's letter. */
type Piece = { readonly depth: 0 | 1 | 2; readonly events: readonly Event[] };

type Context = {
  readonly canvas: Size;
  readonly animation: TextAnimation;
  readonly scene: TextScene;
  readonly times: TextTimes;
  /** The clip's start on the drawing's clock. */
  readonly origin: number;
};

/** An element that is there for a part of the clip comes or goes with it only where it is its first or last. */
function timesOf({ shown }: TextLine | Shape, { times }: Context): TextTimes {
  if (shown === undefined) return times;
  const isFirst = shown.from <= times.from;
  const isLast = shown.to >= times.to;
  return fitTimes({ ...shown, fadeIn: isFirst ? times.fadeIn : 0, fadeOut: isLast ? times.fadeOut : 0 });
}

function shapePiece(shape: Shape, context: Context): Piece {
  const { canvas, animation, scene, origin } = context;
  const mover = {
    x: shape.x + shape.width / 2,
    y: shape.y + shape.height / 2,
    em: scene.em,
    middle: scene.middle,
    isTimed: false,
    isTyped: false,
    canvas,
  };
  const motions = motionsOf(animation, timesOf(shape, context), { ...mover, blur: shape.blur ?? 0 });
  const blur = shape.blur === undefined ? '' : `\\blur${px(shape.blur)}`;
  const look = `\\1c${toColor(shape.color)}\\1a${toAlpha(shape.opacity)}`;
  const events = motions.map(({ from, to, codes }) => ({
    from: origin + from,
    to: origin + to,
    text: `{\\an5${look}${blur}${codes}\\p1}${shape.path}{\\p0}`,
  }));
  return { depth: 0, events };
}

const anchors = { left: 4, center: 5, right: 6 } as const;

/** The copies below a line, and the line itself. */
function linePieces(line: TextLine, context: Context): Piece[] {
  return [...line.under.map((stroke) => copyPiece(line, stroke, context)), copyPiece(line, undefined, context)];
}

function copyPiece(line: TextLine, stroke: Stroke | undefined, context: Context): Piece {
  const { canvas, animation, scene, origin } = context;
  const times = timesOf(line, context);
  const { dx = 0, dy = 0, blur = 0 } = stroke ?? {};
  // The renderer's box reaches from the ascent to the descent of the largest face in the line; its middle is the anchor.
  const scale = Math.max(0.01, ...line.clusters.map((cluster) => (cluster.family === undefined ? 0.01 : cluster.scale)));
  const middle = ((faceMetrics.ascent - faceMetrics.descent) / 2) * scale * line.em;
  const isTyped = animation === 'typewriter' && line.spoken === undefined;
  const mover = {
    x: line.x + dx,
    y: line.y - middle + dy,
    em: scene.em,
    middle: scene.middle,
    blur,
    isTimed: line.spoken !== undefined,
    isTyped,
    canvas,
  };
  const look = stroke === undefined ? fillCodes(line.color, line.opacity) : strokeCodes(line, stroke);
  const shape = `${stroke === undefined ? '' : `\\bord${px(stroke.width)}`}${blur > 0 ? `\\blur${px(blur)}` : ''}`;
  // A mark that nobody sees gives the line the direction of its paragraph, whatever its first word is.
  const [direction, mark] = line.isRightToLeft ? ['\\fe-1\\fs1', '\u200f'] : ['', ''];
  const letters = lineText(line, stroke, context);
  const events = motionsOf(animation, times, mover).map(({ from, to, codes }) => ({
    from: origin + from,
    to: origin + to,
    text: `{\\an${anchors[line.anchor]}${direction}${look}${shape}${codes}}${mark}${letters}`,
  }));
  return { depth: stroke === undefined ? 2 : 1, events };
}

function fillCodes(color: string, opacity: number): string {
  return `\\1c${toColor(color)}\\1a${toAlpha(opacity)}`;
}

/** What lies wholly below the letters is not drawn: every picture laid over another costs time in every frame. */
function strokeCodes(line: TextLine, stroke: Stroke): string {
  const { color, opacity } = stroke;
  if (stroke.width === 0) return fillCodes(color, opacity);
  return `${fillCodes(color, hasHole(line, stroke) ? 0 : opacity)}\\3c${toColor(color)}\\3a${toAlpha(opacity)}`;
}

function alphaCodes(line: TextLine, stroke: Stroke | undefined): string {
  const edge = toAlpha((stroke ?? line).opacity);
  return `\\1a${stroke !== undefined && hasHole(line, stroke) ? toAlpha(0) : edge}\\3a${edge}`;
}

function hasHole(line: TextLine, { dx, dy, width }: Stroke): boolean {
  return width > 0 && dx === 0 && dy === 0 && line.opacity === 1;
}

/** The line's characters, with codes where the face changes, where a word is spoken and where one is typed. */
function lineText(line: TextLine, stroke: Stroke | undefined, context: Context): string {
  const times = timesOf(line, context);
  const alpha = alphaCodes(line, stroke);
  const spoken = wordCodes(line, stroke === undefined, times);
  const isTyped = context.animation === 'typewriter' && line.spoken === undefined && times.fadeIn > 0;
  const typed = isTyped ? typingCodes(line, alpha, times) : undefined;
  let text = needsLetter(line) ? `{\\fs1\\fsp0\\1a&HFF&\\3a&HFF&}x{${alpha}}` : '';
  let face = '';
  for (const [index, cluster] of line.clusters.entries()) {
    const wanted = faceCodes(line, cluster);
    const codes = `${wanted === face ? '' : wanted}${spoken.get(index) ?? ''}${typed?.get(index) ?? ''}`;
    face = wanted;
    text += `${codes === '' ? '' : `{${codes}}`}${escapeText(cluster.text)}`;
  }
  return text;
}

/** A character in none of our faces goes on in the one before it, from where the renderer looks further. */
function faceCodes(line: TextLine, cluster: Cluster): string {
  const { family, scale, isPicture, text } = cluster;
  // Marks of direction are in hardly any font: one picked for them would move the line by its own height.
  if (/^\p{Cf}+$/u.test(text)) return '\\fs1';
  const size = `\\fs${px(line.em * lineHeight * scale)}`;
  const spacing = line.spacing === 0 ? '' : `\\fsp${isPicture ? 0 : px(line.spacing)}`;
  // The spaces at both ends stay alike while the word between them swells.
  const still = cluster === line.pad && line.spoken !== undefined ? '\\fscx100\\fscy100' : '';
  return family === undefined ? size : `\\fn${family}${spacing}${size}${still}`;
}

/**
 * libass cuts emoji sequences at their joiners where a line has no letter, for the joiner then counts as another script
 * than the picture. A letter that is a pixel wide and cannot be seen keeps them together.
 */
function needsLetter({ clusters }: TextLine): boolean {
  const isSequence = clusters.some(({ isPicture, text }) => isPicture && Array.from(text).length > 1);
  return isSequence && !clusters.some(({ text }) => /\p{L}/u.test(text));
}

/** Characters appear one after the other over the time that the text comes in. Words of joined scripts come whole. */
function typingCodes(line: TextLine, alpha: string, times: TextTimes): Map<number, string> {
  const codes = new Map<number, string>();
  const { clusters, typing = { first: 0, count: clusters.length } } = line;
  for (const [index, cluster] of clusters.entries()) {
    if (cluster.isRightToLeft && clusters[index - 1]?.isRightToLeft === true) continue;
    const at = ms((times.fadeIn * (typing.first + index + 0.5)) / typing.count);
    codes.set(index, `\\1a&HFF&\\3a&HFF&${change(at, at + 1, alpha)}`);
  }
  return codes;
}

/** `h:mm:ss.cc`. */
function clock(seconds: number): string {
  const total = Math.max(0, Math.round(seconds * 100));
  const two = (value: number) => String(Math.floor(value) % 60).padStart(2, '0');
  return `${Math.floor(total / 360_000)}:${two(total / 6000)}:${two(total / 100)}.${String(total % 100).padStart(2, '0')}`;
}
