/** A text layer as lines and shapes at their places, in the look of its preset. */
import type { Size } from '#core/asset';
import type { TextStyle, TextWord } from '#core/timeline';
import { layCaption } from './caption-styles.ts';
import { openTypefaces, type Typefaces } from './fonts.ts';
import { openStage } from './text-layout.ts';
import { middleOf, type TextScene } from './text-scene.ts';
import { textStyles, type Paragraph } from './text-styles.ts';

export type DrawnText = {
  readonly text: string;
  readonly style: TextStyle;
  readonly words?: readonly TextWord[];
};

/** Everything lies inside the middle 90 % of the canvas. A text without anything to see has no elements. */
export function drawText(layer: DrawnText, canvas: Size, typefaces: Typefaces): TextScene {
  const { text, style, words } = layer;
  const stage = openStage(canvas, style, typefaces);
  const paragraphs = paragraphsOf(text);
  const { accent, draw } = textStyles[style.preset];
  if (paragraphs.length === 0) return { elements: [], em: stage.em, middle: middleOf([]) };
  const elements = draw(stage, {
    paragraphs,
    text,
    accent: style.accent ?? accent ?? style.color,
    ...(words === undefined ? {} : { words }),
  });
  const lines = elements.filter((element) => element.kind === 'line');
  const count = lines.reduce((sum, { clusters }) => sum + clusters.length, 0);
  let first = 0;
  const typed = elements.map((element) => {
    if (element.kind === 'shape') return element;
    const line = { ...element, typing: { first, count } };
    first += element.clusters.length;
    return line;
  });
  return { elements: typed, em: stage.em, middle: middleOf(typed) };
}

/** Lines as the user broke them, without empty ones. */
function paragraphsOf(text: string): Paragraph[] {
  const paragraphs: Paragraph[] = [];
  for (const { 0: found, index } of text.matchAll(/[^\n\r\u2028\u2029]+/gu)) {
    const start = index + (found.length - found.trimStart().length);
    if (found.trim() !== '') paragraphs.push({ text: found.trim(), start });
  }
  return paragraphs;
}

/**
 * The lines in which a caption is shown on a canvas: at most 42 characters (20 Chinese ones) and two lines where it can
 * be, evenly long, never beginning with punctuation.
 */
export function breakCaption(text: string, canvas: Size, style: TextStyle): string[] {
  const paragraphs = paragraphsOf(text);
  if (paragraphs.length === 0) return [];
  const block = layCaption(openStage(canvas, style, openTypefaces()), { paragraphs, text });
  return block.lines.map(({ clusters }) => clusters.map((cluster) => cluster.text).join(''));
}
