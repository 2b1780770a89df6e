/** What a text becomes before it is written for the renderer: lines and shapes at places, in canvas pixels. */
import type { Cluster } from './text-clusters.ts';

/** A copy of a line below it: outline, shadow, glow. Pixels. */
export type Stroke = {
  readonly color: string;
  /** 0 … 1. */
  readonly opacity: number;
  readonly width: number;
  readonly blur: number;
  readonly dx: number;
  readonly dy: number;
};

/** When a word is spoken, in seconds from the clip's start, and the clusters of its line that are it. */
export type LineWord = { readonly first: number; readonly start: number; readonly end: number };

/** Seconds from the clip's start; absent in elements that are there for the whole clip. */
export type Shown = { readonly from: number; readonly to: number };

export type TextLine = {
  readonly kind: 'line';
  readonly clusters: readonly Cluster[];
  readonly isRightToLeft: boolean;
  /** A space for the ends of joined words; see `directedParts`. */
  readonly pad?: Cluster;
  readonly anchor: 'left' | 'center' | 'right';
  readonly x: number;
  /** Of the baseline. */
  readonly y: number;
  readonly em: number;
  /** Pixels after each character. */
  readonly spacing: number;
  /** Pixels from its first to its last character. */
  readonly width: number;
  readonly color: string;
  readonly opacity: number;
  readonly under: readonly Stroke[];
  readonly shown?: Shown;
  /** Its first character among all of the text, and how many those are; for characters that come one by one. */
  readonly typing?: { readonly first: number; readonly count: number };
  readonly spoken?: { readonly how: 'fill' | 'pop'; readonly accent: string; readonly words: readonly LineWord[] };
};

export type Shape = {
  readonly kind: 'shape';
  /** Drawing commands of ASS, from 0, 0 to `width`, `height`. */
  readonly path: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly color: string;
  readonly opacity: number;
  readonly blur?: number;
  readonly shown?: Shown;
};

/** Bottom first. */
export type TextScene = {
  readonly elements: readonly (TextLine | Shape)[];
  /** Size of a letter and the middle of all elements, for animations. */
  readonly em: number;
  readonly middle: { readonly x: number; readonly y: number };
};

/** The middle of what elements cover. */
export function middleOf(elements: readonly (TextLine | Shape)[]): TextScene['middle'] {
  const boxes = elements.map((element) => {
    const { x, y, width } = element;
    if (element.kind === 'shape') return { left: x, right: x + width, top: y, bottom: y + element.height };
    const left = { left: x, center: x - width / 2, right: x - width }[element.anchor];
    return { left, right: left + width, top: y - element.em, bottom: y + element.em * 0.3 };
  });
  if (boxes.length === 0) return { x: 0, y: 0 };
  return {
    x: (Math.min(...boxes.map(({ left }) => left)) + Math.max(...boxes.map(({ right }) => right))) / 2,
    y: (Math.min(...boxes.map(({ top }) => top)) + Math.max(...boxes.map(({ bottom }) => bottom))) / 2,
  };
}

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
type Look = { readonly color: string; readonly opacity?: number; readonly blur?: number; readonly shown?: Shown };

/** A rectangle with round corners; edges lie on whole pixels so that they are sharp. */
export function boxShape(box: Box, radius: number, look: Look): Shape {
  const [x, y] = [Math.round(box.x), Math.round(box.y)];
  const [width, height] = [Math.max(1, Math.round(box.width)), Math.max(1, Math.round(box.height))];
  const round = Math.min(radius, width / 2, height / 2);
  const path = round < 0.5 ? `m 0 0 l ${width} 0 ${width} ${height} 0 ${height}` : roundPath(width, height, round);
  return { kind: 'shape', path, x, y, width, height, opacity: 1, ...look };
}

/** How far a Bézier's handles reach to follow a quarter circle. */
const arc = 0.5523;

function roundPath(width: number, height: number, radius: number): string {
  const near = radius * (1 - arc);
  const n = (value: number) => value.toFixed(2);
  const corner = (...points: readonly number[]) => `b ${points.map(n).join(' ')}`;
  return [
    `m ${n(radius)} 0`,
    `l ${n(width - radius)} 0`,
    corner(width - near, 0, width, near, width, radius),
    `l ${n(width)} ${n(height - radius)}`,
    corner(width, height - near, width - near, height, width - radius, height),
    `l ${n(radius)} ${n(height)}`,
    corner(near, height, 0, height - near, 0, height - radius),
    `l 0 ${n(radius)}`,
    corner(0, near, near, 0, radius, 0),
  ].join(' ');
}

/** A square standing on its corner. */
export function diamondShape(x: number, y: number, reach: number, look: Look): Shape {
  const side = Math.max(2, Math.round(reach * 2));
  const half = side / 2;
  const path = `m ${half} 0 l ${side} ${half} ${half} ${side} 0 ${half}`;
  return { kind: 'shape', path, x: x - half, y: y - half, width: side, height: side, opacity: 1, ...look };
}

/** 0 (black) … 1 (white), as WCAG 2.2 counts it. */
export function luminance(color: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

/** The colour wished for where it can be read on `back` (3 : 1 for large text), else black or white. */
export function inkOn(back: string, wished: string): string {
  const contrast = (one: string, other: string) => {
    const [low, high] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
    return (high! + 0.05) / (low! + 0.05);
  };
  if (contrast(back, wished) >= 3) return wished;
  return contrast(back, '#111111') > contrast(back, '#ffffff') ? '#111111' : '#ffffff';
}

/** What separates a colour from any picture: dark below light letters, light below dark ones. */
export function shadeFor(color: string): string {
  return luminance(color) > 0.2 ? '#000000' : '#ffffff';
}
