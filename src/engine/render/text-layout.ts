/** How large a text is and where: broken into lines, shrunk until it fits, kept inside the safe part of the canvas. */
import type { Size } from '#core/asset';
import type { TextStyle } from '#core/timeline';
import { plainFaceOf, type Face, type Typefaces } from './fonts.ts';
import { isRightToLeft, readClusters, widthOf, type Cluster } from './text-clusters.ts';
import { breakLines } from './text-lines.ts';
import type { Stroke, TextLine } from './text-scene.ts';

/** The canvas as a style sees it. Pixels. */
export type Stage = {
  readonly canvas: Size;
  readonly style: TextStyle;
  readonly typefaces: Typefaces;
  /** Letter size that was asked for. */
  readonly em: number;
  /** The middle 90 %. */
  readonly safe: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  /** Upright like a phone, where players lay their own controls over the lower part. */
  readonly isTall: boolean;
};

export function openStage(canvas: Size, style: TextStyle, typefaces: Typefaces): Stage {
  const { width, height } = canvas;
  // Of the height; on upright canvases of the width, where a letter of the same height would fill a line.
  const em = style.size * Math.min(height, width * 1.25);
  const safe = { left: width * 0.05, top: height * 0.05, right: width * 0.95, bottom: height * 0.95 };
  return { canvas, style, typefaces, em, safe, isTall: height > width * 1.5 };
}

/** One paragraph in one look. Lengths in em of its own size. */
export type Row = {
  readonly clusters: readonly Cluster[];
  /** Of the stage's letter size. */
  readonly scale: number;
  readonly spacing: number;
  readonly leading: number;
  /** Space before it, in em of the stage's size. */
  readonly before: number;
  /** Above its first and below its last line, for plates. */
  readonly pad: number;
  readonly columns?: number;
  readonly mostLines: number;
  /** Where a script runs from right to left: a space of its face. */
  readonly space?: Cluster;
};

export type RowLook = {
  readonly face: Face;
  readonly scale?: number;
  readonly spacing?: number;
  readonly leading?: number;
  readonly before?: number;
  readonly pad?: number;
  readonly isUpper?: boolean;
  readonly columns?: number;
  readonly mostLines?: number;
};

/** `start` is where `text` begins in the clip's text. */
export function rowOf(stage: Stage, text: string, look: RowLook, start = 0): Row {
  const { face, isUpper = false, scale = 1, leading = 1.2, before = 0, pad = 0, mostLines = 3, columns } = look;
  const shown = isUpper ? text.toUpperCase() : text;
  const clusters = readClusters(shown, face, stage.typefaces).map((cluster) => ({ ...cluster, start: cluster.start + start }));
  const isJoined = clusters.some((cluster) => cluster.isRightToLeft);
  // Joined letters must not be drawn apart, and reach further up and down; so do Chinese ones.
  const spacing = isJoined ? 0 : (look.spacing ?? 0);
  const roomy = Math.max(leading, isJoined ? 1.42 : clusters.some((cluster) => cluster.isWide) ? 1.25 : 0);
  return {
    clusters,
    scale,
    spacing,
    leading: roomy,
    before,
    pad,
    ...(isJoined ? { space: spaceOf(stage, face) } : {}),
    mostLines,
    ...(columns === undefined ? {} : { columns }),
  };
}

function spaceOf({ typefaces }: Stage, face: Face): Cluster {
  return readClusters('\u00a0', plainFaceOf(face), typefaces)[0]!;
}

/** A line inside its block; pixels from the block's top. */
export type PlacedLine = {
  readonly clusters: readonly Cluster[];
  readonly isRightToLeft: boolean;
  readonly row: number;
  readonly space?: Cluster;
  readonly em: number;
  readonly spacing: number;
  readonly width: number;
  readonly top: number;
  readonly height: number;
  readonly baseline: number;
};

export type Block = {
  readonly lines: readonly PlacedLine[];
  /** Letter size after shrinking. */
  readonly em: number;
  readonly width: number;
  readonly height: number;
  /** How far ink goes beyond the top and the foot, 0 where it does not. */
  readonly over: number;
  readonly below: number;
};

/** Extent of one row inside its block, with the padding of its plate. */
export function rowBox(
  block: Block,
  row: number,
  pad = 0,
): { readonly top: number; readonly bottom: number; readonly width: number } {
  const lines = block.lines.filter((line) => line.row === row);
  const [first, last] = [lines[0], lines.at(-1)];
  if (first === undefined || last === undefined) return { top: 0, bottom: 0, width: 0 };
  const space = pad * first.em;
  return { top: first.top - space, bottom: last.top + last.height + space, width: Math.max(...lines.map(({ width }) => width)) };
}

/** Pixels, and what plates, indents and strokes take of them on both sides together, in em. */
export type Room = {
  readonly width: number;
  readonly height: number;
  readonly edge?: { readonly x?: number; readonly y?: number };
};

/** Middle of capital letters above the baseline, in em; a line is centred on it. */
const capitalMiddle = 0.36;

/**
 * Rows below each other, shrunk together until they fit: first so that no row has more lines than it should and no
 * word is torn, and only where that would be too small, with more lines, and last with words torn.
 */
export function setRows(rows: readonly Row[], em: number, room: Room): Block {
  // Smaller than this no letter can be read on a phone; one that was asked for very large may shrink down to it.
  const smallest = Math.min(room.width, room.height) * 0.045;
  const attempts = [
    { from: 1, to: 0.6, isStrict: true, mayTear: false },
    { from: 0.75, to: Math.min(0.35, smallest / em), isStrict: false, mayTear: false },
    { from: 0.6, to: 0.01, isStrict: false, mayTear: true },
  ];
  for (const { from, to, isStrict, mayTear } of attempts) {
    for (let factor = from; factor >= to; factor *= 0.95) {
      const size = em * factor;
      const width = room.width - (room.edge?.x ?? 0) * size;
      if (width < size) continue;
      const { block, isWhole, isShort } = stackRows(rows, size, width);
      if (block.height + block.over + block.below > room.height - (room.edge?.y ?? 0) * size) continue;
      if ((isWhole || mayTear) && (isShort || !isStrict)) return block;
    }
  }
  return stackRows(rows, em * 0.01, room.width).block;
}

function stackRows(rows: readonly Row[], em: number, width: number): { block: Block; isWhole: boolean; isShort: boolean } {
  const lines: PlacedLine[] = [];
  let [top, isWhole, isShort] = [0, true, true];
  for (const [index, row] of rows.entries()) {
    const size = row.scale * em;
    const limits = { width: width / size, spacing: row.spacing, ...(row.columns === undefined ? {} : { columns: row.columns }) };
    const broken = breakLines(row.clusters, limits);
    isWhole &&= broken.isWhole;
    isShort &&= broken.lines.length <= row.mostLines;
    if (lines.length > 0) top += row.before * em;
    const spacing = row.spacing * size;
    const height = row.leading * size;
    top += row.pad * size;
    for (const clusters of broken.lines) {
      lines.push({
        clusters,
        isRightToLeft: isRightToLeft(row.clusters),
        row: index,
        ...(row.space === undefined ? {} : { space: row.space }),
        em: size,
        spacing,
        // The space after the last character is not seen.
        width: widthOf(clusters, row.spacing) * size - (clusters.at(-1)?.isPicture === true ? 0 : spacing),
        top,
        height,
        baseline: top + height / 2 + capitalMiddle * size,
      });
      top += height;
    }
    top += row.pad * size;
  }
  const over = Math.max(0, ...lines.map((line) => inkTop(line) - line.baseline));
  const below = Math.max(0, ...lines.map((line) => line.baseline - inkBottom(line) - top));
  const block = { lines, em, width: Math.max(0, ...lines.map((line) => line.width)), height: top, over, below };
  return { block, isWhole, isShort };
}

function inkTop({ clusters, em }: PlacedLine): number {
  return Math.max(0, ...clusters.map(({ top }) => top)) * em;
}

function inkBottom({ clusters, em }: PlacedLine): number {
  return Math.min(0, ...clusters.map(({ bottom }) => bottom)) * em;
}

export type Align = 'left' | 'center' | 'right';

/** Where a box stands for the style's position; `over` and `below` are what its ink needs beyond it. */
export function placeBox(
  { canvas, safe, style, isTall }: Stage,
  box: { readonly width: number; readonly height: number; readonly over?: number; readonly below?: number },
  align: Align,
): { readonly x: number; readonly y: number } {
  const { height } = canvas;
  // Players lay names, buttons and progress bars over the lower fifth of upright pictures.
  const foot = isTall ? height * 0.8 : height * (style.position === 'lower-third' ? 0.88 : 0.93);
  const head = isTall ? height * 0.1 : height * 0.07;
  const wished = {
    top: head,
    center: (height - box.height) / 2,
    bottom: foot - box.height,
    'lower-third': foot - box.height,
  }[style.position];
  const { over = 0, below = 0 } = box;
  const y = Math.max(safe.top + over, Math.min(wished, safe.bottom - below - box.height));
  const margin = canvas.width * 0.07;
  const x = { left: margin, center: (canvas.width - box.width) / 2, right: canvas.width - margin - box.width }[align];
  return { x: Math.max(safe.left, Math.min(x, safe.right - box.width)), y };
}

/** Lengths in em of the line. */
export type Under = { readonly color: string; readonly opacity: number } & Partial<
  Readonly<Record<'width' | 'blur' | 'dx' | 'dy', number>>
>;

export type LineLook = { readonly color: string; readonly opacity?: number; readonly under?: readonly Under[] };

/** A placed line at its place on the canvas; `left` and `width` are those of the column it is aligned in. */
export function drawLine(
  line: PlacedLine,
  column: { readonly left: number; readonly top: number; readonly width: number; readonly align: Align },
  look: LineLook,
): TextLine {
  const { left, top, width, align } = column;
  const x = { left, center: left + width / 2, right: left + width }[align];
  const under = (look.under ?? []).map(({ color, opacity, width: reach = 0, blur = 0, dx = 0, dy = 0 }): Stroke => ({
    color,
    opacity,
    width: reach * line.em,
    blur: blur * line.em,
    dx: dx * line.em,
    dy: dy * line.em,
  }));
  return {
    kind: 'line',
    clusters: line.clusters,
    isRightToLeft: line.isRightToLeft,
    ...(line.space === undefined ? {} : { pad: line.space }),
    anchor: align,
    x,
    y: top + line.baseline,
    em: line.em,
    spacing: line.spacing,
    width: line.width,
    color: look.color,
    opacity: look.opacity ?? 1,
    under,
  };
}

/** How far strokes reach beyond letters, in em; a blur is seen to about twice its radius. */
export function reachOf(under: readonly Under[]): number {
  return Math.max(
    0,
    ...under.map(({ width = 0, blur = 0, dx = 0, dy = 0 }) => width + blur * 2 + Math.max(Math.abs(dx), Math.abs(dy))),
  );
}
