/** Names, roles and headlines in the lower part of the picture. They stand on the side where their script begins. */
import { drawLine, placeBox, reachOf, rowBox, rowOf, setRows, type Align, type Row, type Stage } from './text-layout.ts';
import { isRightToLeft } from './text-clusters.ts';
import { boxShape, inkOn, type Shape, type TextLine } from './text-scene.ts';
import type { Draft } from './text-styles.ts';
import { softEdge } from './title-styles.ts';

type Elements = (TextLine | Shape)[];

/** The side where the first line begins. */
function sideOf(rows: readonly Row[]): 'left' | 'right' {
  return isRightToLeft(rows[0]!.clusters) ? 'right' : 'left';
}

/** Part of the canvas's width that names may take. */
function widestOf({ canvas, isTall }: Stage): number {
  return canvas.width * (isTall || canvas.width <= canvas.height * 1.2 ? 0.78 : 0.6);
}

/** Middle position means the middle: only there do they not keep to a side. */
function alignOf({ style }: Stage, side: 'left' | 'right'): Align {
  return style.position === 'center' ? 'center' : side;
}

export function drawLowerThird(stage: Stage, { paragraphs, accent }: Draft): Elements {
  const { color } = stage.style;
  const under = softEdge(color);
  const rows = paragraphs.map(({ text }, index) =>
    index === 0
      ? rowOf(stage, text, { face: 'bold', spacing: -0.005, leading: 1.16, mostLines: 2 })
      : rowOf(stage, text, { face: 'medium', scale: 0.6, leading: 1.28, before: index === 1 ? 0.08 : 0, mostLines: 2 }),
  );
  const side = sideOf(rows);
  const reach = reachOf(under);
  const indent = 0.42;
  const room = {
    width: widestOf(stage),
    height: stage.safe.bottom - stage.safe.top,
    edge: { x: indent + reach, y: 2 * reach },
  };
  const block = setRows(rows, stage.em, room);
  const margin = reach * block.em;
  const step = indent * block.em;
  const box = { width: block.width + step, height: block.height, over: block.over + margin, below: block.below + margin };
  const { x, y } = placeBox(stage, box, alignOf(stage, side));
  const thick = Math.max(2, 0.1 * block.em);
  const barX = side === 'left' ? x : x + box.width - thick;
  const bar = { x: barX, y: y + 0.06 * block.em, width: thick, height: block.height - 0.1 * block.em };
  const column = { left: side === 'left' ? x + step : x, top: y, width: block.width, align: side };
  return [
    boxShape(bar, 0, { color: '#000000', opacity: 0.4, blur: 0.08 * block.em }),
    boxShape(bar, 0, { color: accent }),
    ...block.lines.map((line) => drawLine(line, column, { color, under: line.row === 0 ? under : softEdge(color, 'small') })),
  ];
}

export function drawLowerThirdBar(stage: Stage, { paragraphs, accent }: Draft): Elements {
  const { color } = stage.style;
  const rows = paragraphs.map(({ text }, index) =>
    index === 0
      ? rowOf(stage, text, { face: 'bold', leading: 1.2, pad: 0.15, mostLines: 2 })
      : rowOf(stage, text, { face: 'bold', scale: 0.52, spacing: 0.02, leading: 1.25, pad: 0.25, mostLines: 2 }),
  );
  const side = sideOf(rows);
  const pad = 0.42;
  const room = { width: widestOf(stage), height: stage.safe.bottom - stage.safe.top, edge: { x: 2 * pad } };
  const block = setRows(rows, stage.em, room);
  const step = pad * block.em;
  const box = { width: block.width + 2 * step, height: block.height, over: block.over, below: block.below };
  const { x, y } = placeBox(stage, box, alignOf(stage, side));
  const plates = rows.map((_, index) => {
    const { top, bottom, width } = rowBox(block, index, rows[index]!.pad);
    const plate = width + 2 * step;
    const left = side === 'left' ? x : x + box.width - plate;
    const look = index === 0 ? { color: darkBack(color), opacity: 0.9 } : { color: accent };
    const [from, to] = [Math.round(y + top), Math.round(y + bottom)];
    return boxShape({ x: left, y: from, width: plate, height: to - from }, 0, look);
  });
  const column = { left: x + step, top: y, width: block.width, align: side };
  return [
    ...plates,
    ...block.lines.map((line) => drawLine(line, column, { color: line.row === 0 ? color : inkOn(accent, color) })),
  ];
}

export function drawLowerThirdNews(stage: Stage, { paragraphs, accent }: Draft): Elements {
  const { canvas, safe } = stage;
  const { color } = stage.style;
  const rows = paragraphs.map(({ text }, index) =>
    index === 0
      ? rowOf(stage, text, { face: 'black', spacing: -0.01, leading: 1.16, pad: 0.2, mostLines: 2 })
      : rowOf(stage, text, { face: 'medium', scale: 0.55, leading: 1.25, pad: 0.22, mostLines: 2 }),
  );
  const side = sideOf(rows);
  const [stripe, pad] = [0.3, 0.4];
  // A little less than all that is safe: colour spreads by a pixel where pictures are stored.
  const full = canvas.width * 0.88;
  const block = setRows(rows, stage.em, {
    width: full,
    edge: { x: stripe + 2 * pad },
    height: safe.bottom - safe.top,
  });
  const box = { width: full, height: block.height, over: block.over, below: block.below };
  const { x, y } = placeBox(stage, box, 'center');
  const thick = stripe * block.em;
  const head = rowBox(block, 0, rows[0]!.pad);
  const split = Math.round(y + head.bottom);
  const end = Math.round(y + block.height);
  const back = darkBack(color);
  const plates = [boxShape({ x, y, width: full, height: split - Math.round(y) }, 0, { color: back, opacity: 0.93 })];
  const detail = back === newsBack ? '#f4f5f7' : newsBack;
  if (rows.length > 1)
    plates.push(boxShape({ x, y: split, width: full, height: end - split }, 0, { color: detail, opacity: 0.96 }));
  plates.push(
    boxShape({ x: side === 'left' ? x : x + full - thick, y, width: thick, height: end - Math.round(y) }, 0, { color: accent }),
  );
  const inner = full - thick - 2 * pad * block.em;
  const column = { left: x + pad * block.em + (side === 'left' ? thick : 0), top: y, width: inner, align: side };
  return [
    ...plates,
    ...block.lines.map((line) => drawLine(line, column, { color: line.row === 0 ? color : inkOn(detail, newsBack) })),
  ];
}

const newsBack = '#0b1730';

/** A plate that the text's colour can be read on. */
function darkBack(color: string): string {
  return inkOn(newsBack, color) === color ? newsBack : '#f4f5f7';
}
