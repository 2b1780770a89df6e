/** Titles in the middle of the picture. */
import { drawLine, placeBox, reachOf, rowOf, setRows, type Block, type Row, type Stage, type Under } from './text-layout.ts';
import { boxShape, diamondShape, shadeFor, type Shape, type TextLine } from './text-scene.ts';
import type { Draft } from './text-styles.ts';

/** A soft edge that keeps letters apart from any picture without being seen as such; small letters need more of it. */
export function softEdge(color: string, size: 'large' | 'small' = 'large'): Under[] {
  const shade = shadeFor(color);
  if (size === 'small') {
    return [
      { color: shade, opacity: 0.75, blur: 0.18, dy: 0.03 },
      { color: shade, opacity: 0.8, width: 0.04, blur: 0.04 },
    ];
  }
  return [
    { color: shade, opacity: 0.7, blur: 0.15, dy: 0.03 },
    { color: shade, opacity: 0.7, width: 0.02, blur: 0.03 },
  ];
}

type Centred = { readonly block: Block; readonly x: number; readonly y: number };

/** Rows in the middle; `extra` is height for what a style draws below them, in em. */
function centre(stage: Stage, rows: readonly Row[], { reach, extra = 0 }: { reach: number; extra?: number }): Centred {
  const { safe, em, canvas } = stage;
  const block = setRows(rows, em, {
    width: Math.min(canvas.width * 0.86 + 2 * reach * em, safe.right - safe.left),
    height: safe.bottom - safe.top,
    edge: { x: 2 * reach, y: 2 * reach + extra },
  });
  const margin = reach * block.em;
  const needs = { over: block.over + margin, below: block.below + margin };
  const box = { width: block.width, height: block.height + extra * block.em, ...needs };
  return { block, ...placeBox(stage, box, 'center') };
}

function lines({ block, x, y }: Centred, look: (row: number) => { color: string; under: readonly Under[] }): TextLine[] {
  const column = { left: x, top: y, width: block.width, align: 'center' } as const;
  return block.lines.map((line) => drawLine(line, column, look(line.row)));
}

export function drawTitle(stage: Stage, { paragraphs }: Draft): TextLine[] {
  const { color } = stage.style;
  const under = softEdge(color);
  const rows = paragraphs.map(({ text }) => rowOf(stage, text, { face: 'bold', spacing: -0.012, leading: 1.14 }));
  return lines(centre(stage, rows, { reach: reachOf(under) }), () => ({ color, under }));
}

export function drawTitleBold(stage: Stage, { paragraphs, accent }: Draft): TextLine[] {
  const { color } = stage.style;
  const shade = shadeFor(color);
  const under: Under[] = [
    { color: '#000000', opacity: 0.35, width: 0.05, blur: 0.12, dx: 0.05, dy: 0.07 },
    { color: accent, opacity: 1, width: 0.03, dx: 0.055, dy: 0.055 },
    { color: shade, opacity: 1, width: 0.03 },
  ];
  const rows = paragraphs.map(({ text }) =>
    rowOf(stage, text, { face: 'poster', scale: 1.2, isUpper: true, spacing: 0.012, leading: 1.08 }),
  );
  return lines(centre(stage, rows, { reach: reachOf(under) * 1.2 }), () => ({ color, under }));
}

export function drawTitleElegant(stage: Stage, { paragraphs, accent }: Draft): (TextLine | Shape)[] {
  const { color } = stage.style;
  const under = softEdge(color);
  const ruleSpace = 0.5;
  const rows = paragraphs.map(({ text }, index) =>
    index === 0
      ? rowOf(stage, text, { face: 'serif', spacing: 0.015, leading: 1.18, mostLines: 2 })
      : rowOf(stage, text, { face: 'serif-italic', scale: 0.44, leading: 1.3, before: index === 1 ? ruleSpace : 0 }),
  );
  const hasMore = rows.length > 1;
  const centred = centre(stage, rows, { reach: reachOf(under), ...(hasMore ? {} : { extra: ruleSpace }) });
  const { block, x, y } = centred;
  const first = block.lines.findLast(({ row }) => row === 0) ?? block.lines[0]!;
  const middle = { x: x + block.width / 2, y: y + first.top + first.height + ruleSpace * 0.5 * block.em };
  const reach = Math.min(block.width / 2, 2.4 * block.em);
  const [gap, thick] = [0.22 * block.em, Math.max(1, 0.022 * block.em)];
  const rule = (left: number) =>
    boxShape({ x: left, y: middle.y - thick / 2, width: reach - gap, height: thick }, 0, { color: accent });
  const glow = boxShape({ x: middle.x - reach, y: middle.y - 0.06 * block.em, width: reach * 2, height: 0.12 * block.em }, 0, {
    color: shadeFor(accent),
    opacity: 0.28,
    blur: 0.1 * block.em,
  });
  return [
    glow,
    rule(middle.x - reach),
    rule(middle.x + gap),
    diamondShape(middle.x, middle.y, 0.075 * block.em, { color: accent }),
    ...lines(centred, (row) => ({ color, under: row === 0 ? under : softEdge(color, 'small') })),
  ];
}

export function drawTitleNeon(stage: Stage, { paragraphs, accent }: Draft): TextLine[] {
  const { color } = stage.style;
  const under: Under[] = [
    { color: '#000000', opacity: 0.55, width: 0.12, blur: 0.22 },
    { color: accent, opacity: 0.75, width: 0.1, blur: 0.2 },
    { color: accent, opacity: 0.9, width: 0.05, blur: 0.07 },
    { color: accent, opacity: 1, width: 0.022 },
  ];
  const rows = paragraphs.map(({ text }) => rowOf(stage, text, { face: 'medium', spacing: 0.05, leading: 1.24 }));
  return lines(centre(stage, rows, { reach: reachOf(under) }), () => ({ color, under }));
}
