/** Captions: two lines at most, evenly broken; with the times of words, in as many pages as they need. */
import type { TextPreset } from '#core/timeline';
import type { Face } from './fonts.ts';
import { matchWords, wordsOfLine, type SpokenWord } from './karaoke.ts';
import {
  drawLine,
  placeBox,
  reachOf,
  rowOf,
  setRows,
  type Block,
  type Room,
  type Row,
  type Stage,
  type Under,
} from './text-layout.ts';
import { boxShape, inkOn, shadeFor, type Shape, type Shown, type TextLine } from './text-scene.ts';
import type { Draft, DrawStyle } from './text-styles.ts';

type CaptionPreset = Extract<TextPreset, `caption${string}`>;
type Elements = (TextLine | Shape)[];

type CaptionLook = {
  readonly face: Face;
  readonly leading: number;
  readonly spacing?: number;
  readonly under: (color: string) => readonly Under[];
  readonly hasPlate?: boolean;
  readonly spoken?: 'fill' | 'pop';
};

const looks: Readonly<Record<CaptionPreset, CaptionLook>> = {
  caption: {
    face: 'medium',
    leading: 1.3,
    under: (color) => [
      { color: shadeFor(color), opacity: 0.8, blur: 0.13, dy: 0.03 },
      { color: shadeFor(color), opacity: 0.9, width: 0.045, blur: 0.03 },
    ],
  },
  'caption-box': { face: 'medium', leading: 1.36, under: () => [], hasPlate: true },
  'caption-outline': {
    face: 'black',
    leading: 1.28,
    under: (color) => [
      { color: shadeFor(color), opacity: 0.6, blur: 0.12, dy: 0.1 },
      { color: shadeFor(color), opacity: 1, width: 0.11 },
    ],
  },
  'caption-karaoke': {
    face: 'bold',
    leading: 1.32,
    under: (color) => [
      { color: shadeFor(color), opacity: 0.7, blur: 0.12, dy: 0.05 },
      { color: shadeFor(color), opacity: 0.92, width: 0.06, blur: 0.012 },
    ],
    spoken: 'fill',
  },
  'caption-pop': {
    face: 'black',
    leading: 1.36,
    spacing: 0.005,
    under: (color) => [
      { color: shadeFor(color), opacity: 0.6, blur: 0.1, dx: 0.03, dy: 0.1 },
      { color: shadeFor(color), opacity: 1, width: 0.085 },
    ],
    spoken: 'pop',
  },
};

/** Characters of a line and lines of a page, as caption rules have them. */
const columns = 42;
const mostLines = 2;
const plate = { x: 0.5, y: 0.2 } as const;

function lookOf({ style }: Stage): CaptionLook {
  return looks[style.preset in looks ? (style.preset as CaptionPreset) : 'caption'];
}

/** What strokes and swelling words need around the lines, in em. */
function marginOf(look: CaptionLook, color: string): { readonly x: number; readonly y: number } {
  if (look.hasPlate === true) return plate;
  const reach = reachOf(look.under(color));
  return look.spoken === 'pop' ? { x: reach + 0.3, y: reach + 0.12 } : { x: reach, y: reach };
}

function roomOf(stage: Stage): Room {
  const { canvas, safe, isTall, style } = stage;
  const margin = marginOf(lookOf(stage), style.color);
  const widest = canvas.width * (isTall ? 0.84 : canvas.width > canvas.height * 1.2 ? 0.8 : 0.88);
  return { width: widest, height: safe.bottom - safe.top, edge: { x: 2 * margin.x, y: 2 * margin.y } };
}

function captionRow(stage: Stage, text: string, start: number): Row {
  const look = lookOf(stage);
  const { face, leading, spacing = 0 } = look;
  const row = rowOf(stage, text, { face, leading, spacing, columns, mostLines }, start);
  if (look.spoken !== 'pop') return row;
  // Room between words for the one that swells.
  const clusters = row.clusters.map((cluster) => (cluster.isSpace ? { ...cluster, width: cluster.width + 0.1 } : cluster));
  return { ...row, clusters };
}

/** As the user broke it where that makes two lines at the size asked for; else broken anew. */
export function layCaption(stage: Stage, { paragraphs, text }: Pick<Draft, 'paragraphs' | 'text'>): Block {
  const room = roomOf(stage);
  if (paragraphs.length > 1) {
    const kept = setRows(
      paragraphs.map((paragraph) => captionRow(stage, paragraph.text, paragraph.start)),
      stage.em,
      room,
    );
    if (kept.lines.length <= mostLines && kept.em === stage.em) return kept;
  }
  return setRows([oneRow(stage, text)], stage.em, room);
}

/** Line breaks as spaces, so that places in the text stay what they are. */
function oneRow(stage: Stage, text: string): Row {
  const first = text.length - text.trimStart().length;
  return captionRow(stage, text.trim().replaceAll(/[\n\r\u2028\u2029]/g, ' '), first);
}

export function captionStyle(preset: CaptionPreset): DrawStyle {
  return (stage, draft) => {
    const words = matchWords(draft.text, draft.words);
    if (words === undefined) return drawPage(stage, layCaption(stage, draft), { accent: draft.accent });
    const spoken = looks[preset].spoken === undefined ? {} : { words };
    return pagesOf(stage, draft, words).flatMap(({ block, shown }) =>
      drawPage(stage, block, { accent: draft.accent, shown, ...spoken }),
    );
  };
}

type Page = { readonly block: Block; readonly shown: Shown };

/** Two lines at a time: a page comes with its first word and stays until the next one comes. */
function pagesOf(stage: Stage, draft: Draft, words: readonly SpokenWord[]): Page[] {
  const whole = layCaption(stage, draft);
  const wanted =
    whole.em === stage.em ? whole : setRows([{ ...oneRow(stage, draft.text), mostLines: 1000 }], stage.em, roomOf(stage));
  if (wanted.lines.length <= mostLines) return [{ block: wanted, shown: everything }];
  const row = oneRow(stage, draft.text);
  const count = Math.ceil(wanted.lines.length / mostLines);
  const starts = Array.from({ length: count }, (_, index) => wanted.lines[index * mostLines]!.clusters[0]!.start);
  const times = starts.map((at, index) =>
    index === 0 ? everything.from : words.findLast((word) => word.at <= at || word === words[0])!.start,
  );
  return starts.map((at, index) => {
    const clusters = row.clusters.filter(({ start }) => start >= at && start < (starts[index + 1] ?? Infinity));
    const block = setRows([{ ...row, clusters }], stage.em, roomOf(stage));
    return { block, shown: { from: times[index]!, to: times[index + 1] ?? everything.to } };
  });
}

/** Longer than any clip. */
const everything: Shown = { from: 0, to: 1e9 };

type PageLook = { readonly accent: string; readonly shown?: Shown; readonly words?: readonly SpokenWord[] };

function drawPage(stage: Stage, block: Block, { accent, shown, words }: PageLook): Elements {
  const { style } = stage;
  const look = lookOf(stage);
  const margin = marginOf(look, style.color);
  const [padX, padY] = look.hasPlate === true ? [plate.x * block.em, plate.y * block.em] : [0, 0];
  const spare = look.hasPlate === true ? 0 : margin.y * block.em;
  const box = {
    width: block.width + 2 * padX,
    height: block.height + 2 * padY,
    over: Math.max(0, block.over - padY) + spare,
    below: Math.max(0, block.below - padY) + spare,
  };
  const { x, y } = placeBox(stage, box, 'center');
  const when = shown === undefined || shown === everything ? {} : { shown };
  const column = { left: x + padX, top: y + padY, width: block.width, align: 'center' } as const;
  const color = look.hasPlate === true ? inkOn(accent, style.color) : style.color;
  const lines = block.lines.map((line) => {
    const drawn = { ...drawLine(line, column, { color, under: look.under(color) }), ...when };
    const spoken = words === undefined || look.spoken === undefined ? [] : wordsOfLine(line.clusters, words);
    return spoken.length === 0 ? drawn : { ...drawn, spoken: { how: look.spoken!, accent, words: spoken } };
  });
  if (look.hasPlate !== true) return lines;
  return [
    boxShape({ x, y, width: box.width, height: box.height }, 0.22 * block.em, { color: accent, opacity: 0.74, ...when }),
    ...lines,
  ];
}
