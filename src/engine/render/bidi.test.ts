import { describe, expect, test } from 'vitest';
import { milliseconds, zero } from '#core/time';
import { levelsOf, visualOrder } from './bidi.ts';
import { drawText } from './draw-text.ts';
import { openTypefaces } from './fonts.ts';
import { partsOf } from './line-parts.ts';
import { readClusters } from './text-clusters.ts';

const typefaces = openTypefaces();

/** Characters from left to right; brackets are turned round only when they are drawn. */
function seen(text: string, isRightToLeft: boolean): string {
  const clusters = readClusters(text, 'medium', typefaces);
  const order = visualOrder(levelsOf(clusters, isRightToLeft));
  return order.map((index) => clusters[index]!.text).join('');
}

describe('visualOrder()', () => {
  test.each([
    ['plain text', 'plain text'],
    ['car means אבג.', 'car means גבא.'],
    ['abc אבג 123 דה xyz', 'abc הד 123 גבא xyz'],
    ['a(ב)c', 'a(ב)c'],
    ['he said "אבג, דה" then', 'he said "הד ,גבא" then'],
    ['one \u200f! two', 'one \u200f! two'],
  ])('%j in a paragraph from left to right is seen as %j', (text, expected) => {
    expect(seen(text, false)).toBe(expected);
  });

  test.each([
    ['אבג', 'גבא'],
    ['אבג abc 123', 'abc 123 גבא'],
    ['אבג 12.50$ דה', 'הד 12.50$ גבא'],
    ['سعر 20.50', '20.50 رعس'],
    ['א(b)ג', 'ג)b(א'],
    ['abc!', '!abc'],
    ['אב (cd ef) גד', 'דג )cd ef( בא'],
    ['אב 👨‍👩‍👧 גד', 'דג 👨‍👩‍👧 בא'],
  ])('%j in a paragraph from right to left is seen as %j', (text, expected) => {
    expect(seen(text, true)).toBe(expected);
  });
});

describe('partsOf()', () => {
  function partsFrom(text: string, preset: 'title' | 'caption-pop' = 'title') {
    const style = { preset, position: 'center', color: '#ffffff', size: 0.05, fadeIn: zero, fadeOut: zero } as const;
    const words = text
      .split(' ')
      .map((word, index) => ({ text: word, start: milliseconds(index * 100), end: milliseconds(index * 100 + 90) }));
    const scene = drawText({ text, style, words }, { width: 1920, height: 1080 }, typefaces);
    const line = scene.elements.find((element) => element.kind === 'line')!;
    return { line, parts: partsOf(line) };
  }
  const textsOf = (parts: readonly { readonly clusters: readonly { readonly text: string }[]; readonly x: number }[]) =>
    parts
      .toSorted((a, b) => a.x - b.x)
      .map(({ clusters }) => clusters.map((cluster) => cluster.text.replace('\u00a0', '')).join(''));

  test('puts words of several scripts where they are read', () => {
    expect(textsOf(partsFrom('Rushes שלום عليكم ok').parts)).toEqual(['Rushes', 'عليكم', 'שלום', 'ok']);
    expect(textsOf(partsFrom('مرحبا (Rushes) 2026').parts)).toEqual(['2026', ')', 'Rushes', '(', 'مرحبا']);
  });

  test('leaves a line of one direction whole, and cuts it between words only where they swell', () => {
    expect(partsFrom('One two three').parts).toHaveLength(1);
    const { line, parts } = partsFrom('One two three', 'caption-pop');
    expect(textsOf(parts)).toEqual(['One', 'two', 'three']);
    const [left, right] = [parts[0]!, parts.at(-1)!];
    expect(left.x - left.width / 2).toBeCloseTo(line.x - line.width / 2);
    expect(right.x + right.width / 2).toBeCloseTo(line.x + line.width / 2);
  });

  test('every part knows its own word', () => {
    const { parts } = partsFrom('مرحبا بكم ok', 'caption-pop');
    const starts = parts.map(({ clusters, spoken }) => {
      const [word] = spoken?.words ?? [];
      return [clusters[word!.first]!.text, word!.start] as const;
    });
    expect(new Map(starts)).toEqual(
      new Map([
        ['م', 0],
        ['ب', 0.1],
        ['o', 0.2],
      ]),
    );
  });
});
