/** Whole cards and small plates: end cards, quotations, chapters, labels. */
import { isRightToLeft, readClusters } from './text-clusters.ts';
import { drawLine, placeBox, reachOf, rowBox, rowOf, setRows, type Stage } from './text-layout.ts';
import { boxShape, inkOn, shadeFor, type Shape, type TextLine } from './text-scene.ts';
import type { Draft } from './text-styles.ts';
import { softEdge } from './title-styles.ts';

type Elements = (TextLine | Shape)[];

export function drawEndCard(stage: Stage, { paragraphs, accent }: Draft): Elements {
  const { canvas, safe } = stage;
  const { color } = stage.style;
  const button = 0.46;
  const rows = paragraphs.map(({ text }, index) => {
    if (index === 0) return rowOf(stage, text, { face: 'black', spacing: -0.015, leading: 1.16, mostLines: 2 });
    if (index === 1)
      return rowOf(stage, text, { face: 'bold', scale: button, leading: 1.3, pad: 0.4, before: 0.3, mostLines: 1 });
    return rowOf(stage, text, { face: 'medium', scale: 0.38, leading: 1.5, before: index === 2 ? 0.3 : 0, mostLines: 2 });
  });
  const [padX, padY] = [0.8, 0.62];
  const widest = Math.min(safe.right - safe.left, canvas.width * (canvas.width > canvas.height * 1.2 ? 0.72 : 0.9));
  const block = setRows(rows, stage.em, {
    width: widest,
    height: safe.bottom - safe.top,
    edge: { x: 2 * padX + 0.9, y: 2 * padY },
  });
  const { em } = block;
  const box = { width: block.width + (2 * padX + 0.9) * em, height: block.height + 2 * padY * em };
  const { x, y } = placeBox(stage, box, 'center');
  const back = inkOn('#0b0d12', color) === color ? '#0b0d12' : '#f4f5f7';
  const column = { left: x + padX * em + 0.45 * em, top: y + padY * em, width: block.width, align: 'center' } as const;
  const plates = [boxShape({ x, y, ...box }, 0.32 * em, { color: back, opacity: 0.84 })];
  const call = rowBox(block, 1, rows[1]?.pad);
  if (call.width > 0) {
    const width = call.width + 0.9 * em;
    const place = { x: column.left + (block.width - width) / 2, y: column.top + call.top, width, height: call.bottom - call.top };
    plates.push(boxShape(place, 0.5 * em, { color: accent }));
  }
  return [
    ...plates,
    ...block.lines.map((line) =>
      drawLine(line, column, {
        color: line.row === 1 ? inkOn(accent, color) : color,
        opacity: line.row > 1 ? 0.85 : 1,
      }),
    ),
  ];
}

export function drawQuote(stage: Stage, { paragraphs, accent }: Draft): Elements {
  const { canvas, safe, typefaces } = stage;
  const { color } = stage.style;
  const under = softEdge(color);
  const last = paragraphs.length > 1 ? paragraphs.length - 1 : -1;
  const rows = paragraphs.map(({ text }, index) =>
    index === last
      ? rowOf(stage, text, { face: 'medium', scale: 0.5, spacing: 0.03, leading: 1.4, before: 0.62, mostLines: 2 })
      : rowOf(stage, text, { face: 'serif-italic', leading: 1.28, mostLines: 6 }),
  );
  const reach = reachOf(under);
  const markSpace = 0.95;
  const block = setRows(rows, stage.em, {
    width: canvas.width * (canvas.width > canvas.height * 1.2 ? 0.66 : 0.8),
    height: safe.bottom - safe.top,
    edge: { y: 2 * reach + markSpace },
  });
  const { em } = block;
  const margin = reach * em;
  const box = { width: block.width, height: block.height + markSpace * em, over: margin, below: block.below + margin };
  const { x, y } = placeBox(stage, box, 'center');
  const column = { left: x, top: y + markSpace * em, width: block.width, align: 'center' } as const;
  const mark = readClusters('“', 'serif', typefaces);
  const size = 2.5 * em;
  const shapes: Shape[] = [];
  const credit = block.lines.find(({ row }) => row === last);
  if (credit !== undefined) {
    const [width, thick] = [0.9 * em, Math.max(1, 0.04 * em)];
    const ruleY = column.top + credit.top - 0.3 * em;
    shapes.push(boxShape({ x: x + (block.width - width) / 2, y: ruleY, width, height: thick }, 0, { color: accent }));
  }
  const sign = {
    clusters: mark,
    isRightToLeft: false,
    row: -1,
    em: size,
    spacing: 0,
    width: mark[0]!.width * size,
    top: 0,
    height: 0,
    // The mark hangs from the capital height: its foot stands well above the first line.
    baseline: 0.72 * size - 0.02 * em,
  };
  const signUnder = [{ color: shadeFor(accent), opacity: 0.4, width: 0.01, blur: 0.05 }];
  return [
    ...shapes,
    drawLine(sign, { ...column, top: y }, { color: accent, under: signUnder }),
    ...block.lines.map((line) => drawLine(line, column, { color, under: line.row === last ? softEdge(color, 'small') : under })),
  ];
}

export function drawChapter(stage: Stage, { paragraphs, accent }: Draft): Elements {
  const { canvas, safe } = stage;
  const { color } = stage.style;
  const under = softEdge(color);
  const hasHead = paragraphs.length > 1;
  const rows = paragraphs.map(({ text }, index) =>
    index === 0 && hasHead
      ? rowOf(stage, text, { face: 'bold', scale: 0.36, spacing: 0.2, leading: 1.5, isUpper: true, mostLines: 1 })
      : rowOf(stage, text, { face: 'light', spacing: -0.015, leading: 1.14, before: index === 1 ? 0.06 : 0 }),
  );
  const side = isRightToLeft(rows[0]!.clusters) ? 'right' : 'left';
  const reach = reachOf(under);
  const ruleSpace = 0.36;
  const block = setRows(rows, stage.em, {
    width: canvas.width * 0.8,
    height: safe.bottom - safe.top,
    edge: { y: 2 * reach + ruleSpace },
  });
  const { em } = block;
  const margin = reach * em;
  const box = { width: block.width, height: block.height + ruleSpace * em, over: block.over + margin, below: margin };
  const { x, y } = placeBox(stage, box, side);
  const [width, thick] = [1.1 * em, Math.max(2, 0.075 * em)];
  const rule = { x: side === 'left' ? x : x + box.width - width, y: y + box.height - thick, width, height: thick };
  const column = { left: x, top: y, width: block.width, align: side } as const;
  const isHead = (row: number) => hasHead && row === 0;
  return [
    boxShape(rule, 0, { color: shadeFor(accent), opacity: 0.4, blur: 0.08 * em }),
    boxShape(rule, 0, { color: accent }),
    ...block.lines.map((line) =>
      drawLine(line, column, {
        color: isHead(line.row) ? accent : color,
        under: isHead(line.row) ? softEdge(accent, 'small') : under,
      }),
    ),
  ];
}

export function drawLabel(stage: Stage, { paragraphs, accent }: Draft): Elements {
  const { canvas, safe, style } = stage;
  const rows = paragraphs.map(({ text }) => rowOf(stage, text, { face: 'bold', spacing: 0.015, leading: 1.24, mostLines: 2 }));
  const side = isRightToLeft(rows[0]!.clusters) ? 'right' : 'left';
  const [padX, padY] = [0.62, 0.24];
  const block = setRows(rows, stage.em, {
    width: canvas.width * 0.8,
    height: safe.bottom - safe.top,
    edge: { x: 2 * padX, y: 2 * padY + 0.3 },
  });
  const { em } = block;
  const box = { width: block.width + 2 * padX * em, height: block.height + 2 * padY * em };
  const { x, y } = placeBox(stage, box, style.position === 'lower-third' ? side : 'center');
  const column = { left: x + padX * em, top: y + padY * em, width: block.width, align: 'center' } as const;
  const color = inkOn(accent, style.color);
  return [
    boxShape({ x, y: y + 0.05 * em, ...box }, 0.86 * em, { color: '#000000', opacity: 0.3, blur: 0.1 * em }),
    boxShape({ x, y, ...box }, 0.86 * em, { color: accent }),
    ...block.lines.map((line) => drawLine(line, column, { color })),
  ];
}
