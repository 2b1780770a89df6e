/** Text as people see it: drawn by the renderer, measured in pixels. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Size } from '#core/asset';
import { milliseconds } from '#core/time';
import { textAnimations, textPresets, type TextPosition, type TextPreset, type TextWord } from '#core/timeline';
import { drawText } from '../../src/engine/render/draw-text.ts';
import { openTypefaces } from '../../src/engine/render/fonts.ts';
import { drawTextPicture, grey, openTextPicture, plainStyle, type Rgb, type TextPicture } from '../fixtures/text-pictures.ts';

const wide = { width: 320, height: 180 };
const canvases: Readonly<Record<string, Size>> = {
  '16:9': wide,
  '9:16': { width: 180, height: 320 },
  '1:1': { width: 240, height: 240 },
};
const texts = {
  short: 'Amara Okafor\nHead of Design',
  long: 'Every large thing begins as a small one that somebody did not put away, and this sentence goes on for longer than any sensible title would\nIncomprehensibilities notwithstanding',
  chinese: '我们只带了一台相机，没有任何计划就出发了。\n第二天，雨停了。',
  arabic: 'مرحبا بكم في رحلتنا الجديدة إلى الجبال\nمصممة رئيسية',
  emoji: 'Road trip 🚗🌊👨‍👩‍👧‍👦\n🎉🎉🎉',
} as const;
const positions: readonly TextPosition[] = ['top', 'center', 'bottom', 'lower-third'];

function sizeFor(preset: TextPreset): number {
  return preset.startsWith('title') || preset === 'end-card' ? 0.12 : 0.07;
}

type Ink = {
  readonly count: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
};

/** Pixels that are clearly not the plain grey below. */
function inkOf(
  { width, height, data }: Rgb,
  isInk = (r: number, g: number, b: number) => Math.max(Math.abs(r - 110), Math.abs(g - 110), Math.abs(b - 110)) > 14,
): Ink {
  let [count, left, right, top, bottom] = [0, width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      if (!isInk(data[at]!, data[at + 1]!, data[at + 2]!)) continue;
      count++;
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
    }
  }
  return { count, left, right, top, bottom };
}

function differing(a: Rgb, b: Rgb): number {
  let count = 0;
  for (let at = 0; at < a.data.length; at += 3) {
    if ([0, 1, 2].some((channel) => Math.abs(a.data[at + channel]! - b.data[at + channel]!) > 30)) count++;
  }
  return count;
}

/** Only the letters themselves, without strokes: white on grey. */
const letters = (r: number, g: number, b: number) => Math.min(r, g, b) > 180;
const yellow = (r: number, g: number, b: number) => r > 150 && g > 120 && b < 90;

function drawn(text: string, more: Partial<TextPicture> & { preset?: TextPreset; size?: number } = {}): Rgb {
  const { preset = 'lower-third-news', size = 0.16, ...rest } = more;
  return drawTextPicture({ text, canvas: wide, style: { ...plainStyle, preset, size }, ...rest });
}

/** Groups of columns with letters in them, as first and last column. */
function columnRuns(picture: Rgb, from = 0): [number, number][] {
  const runs: [number, number][] = [];
  for (let x = from; x < picture.width; x++) {
    const column = inkOf({ width: 1, height: picture.height, data: columnOf(picture, x) }, letters);
    if (column.count === 0) continue;
    if (runs.at(-1)?.[1] === x - 1) runs.at(-1)![1] = x;
    else runs.push([x, x]);
  }
  return runs;
}

function columnOf({ width, height, data }: Rgb, x: number): Uint8Array {
  const column = new Uint8Array(height * 3);
  for (let y = 0; y < height; y++) column.set(data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3), y * 3);
  return column;
}

describe.each(textPresets)('%s', (preset) => {
  test.each(Object.keys(canvases))('stays inside the middle nine tenths of a %s canvas', (shape) => {
    const canvas = canvases[shape]!;
    for (const [index, [name, text]] of Object.entries(texts).entries()) {
      const position = positions[(index + textPresets.indexOf(preset)) % positions.length]!;
      const style = { ...plainStyle, preset, position, size: sizeFor(preset) };
      const ink = inkOf(drawTextPicture({ text, style, canvas }));
      const where = `${name} at the ${position}`;
      expect(ink.count, where).toBeGreaterThan(40);
      expect(ink.left, where).toBeGreaterThanOrEqual(Math.floor(canvas.width * 0.05));
      expect(ink.right, where).toBeLessThanOrEqual(Math.ceil(canvas.width * 0.95));
      expect(ink.top, where).toBeGreaterThanOrEqual(Math.floor(canvas.height * 0.05));
      expect(ink.bottom, where).toBeLessThanOrEqual(Math.ceil(canvas.height * 0.95));
    }
  });

  test('has a picture in the reference, small and named on the page', () => {
    const folder = join(import.meta.dirname, '../../docs/reference');
    const path = join(folder, 'text-styles', `${preset}.png`);
    const picture = readFileSync(path);
    expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([640, 360]);
    expect(statSync(path).size).toBeLessThan(40_000);
    expect(readFileSync(join(folder, 'text-styles.md'), 'utf8')).toContain(`text-styles/${preset}.png`);
  });
});

test('no two presets look alike', () => {
  const pictures = textPresets.map((preset) => drawn('Amara Okafor\nHead of Design', { preset, size: 0.1 }));
  for (const [index, one] of pictures.entries()) {
    for (const [other, two] of pictures.entries()) {
      if (other <= index) continue;
      const smaller = Math.min(inkOf(one).count, inkOf(two).count);
      expect(differing(one, two) / smaller, `${textPresets[index]} and ${textPresets[other]}`).toBeGreaterThan(0.08);
    }
  }
});

test.each(textPresets)('%s asked for far too large is made smaller, not torn', (preset) => {
  for (const canvas of Object.values(canvases)) {
    const style = { ...plainStyle, preset, size: 0.3 };
    const text = 'Thanks for watching\nSubscribe';
    const { elements } = drawText({ text, style }, canvas, openTypefaces());
    const lines = elements
      .filter((element) => element.kind === 'line')
      .map(({ clusters }) => clusters.map((cluster) => cluster.text).join(''));
    const words = lines.join(' ').toLowerCase().split(' ');
    expect(words.filter((word) => word !== '“')).toEqual(['thanks', 'for', 'watching', 'subscribe']);
    const ink = inkOf(drawTextPicture({ text, style, canvas }));
    expect(ink.right - ink.left).toBeGreaterThan(canvas.width * 0.3);
    expect([ink.left >= Math.floor(canvas.width * 0.05), ink.right <= Math.ceil(canvas.width * 0.95)]).toEqual([true, true]);
  }
});

test('on an upright canvas nothing at the bottom reaches under the controls of players', () => {
  const canvas = canvases['9:16']!;
  for (const preset of ['lower-third', 'lower-third-bar', 'lower-third-news', 'caption', 'caption-box'] as const) {
    for (const position of ['bottom', 'lower-third'] as const) {
      const style = { ...plainStyle, preset, position, size: 0.05 };
      expect(inkOf(drawTextPicture({ text: texts.short, style, canvas })).bottom, preset).toBeLessThan(canvas.height * 0.82);
    }
  }
});

test.each([
  ['Latin', 'Waveform & Tāmaki — 2026'],
  ['Greek and Cyrillic', 'Καλημέρα, привіт'],
  ['Chinese', '我们的第一次旅行'],
  ['Korean', '안녕하세요 여러분'],
  ['Arabic', 'مرحبا بكم في رحلتنا'],
  ['Hebrew', 'שלום לכולם'],
  ['emoji', 'ok 👨‍👩‍👧‍👦 🇫🇷 1️⃣ ❤️ 👍🏽'],
])('%s is as wide as was reckoned when its lines were broken', (_, text) => {
  for (const preset of ['title', 'title-bold', 'lower-third-news'] as const) {
    const style = { ...plainStyle, preset, size: 0.06 };
    const canvas = { width: 640, height: 360 };
    const line = drawText({ text, style }, canvas, openTypefaces()).elements.find((element) => element.kind === 'line')!;
    const ink = inkOf(drawTextPicture({ text, style, canvas }), letters);
    const width = ink.right - ink.left + 1;
    expect(width / line.width, preset).toBeGreaterThan(0.93);
    expect(width / line.width, preset).toBeLessThan(1.02);
  }
});

describe('words', () => {
  const times: TextWord[] = ['One', 'two', 'three', 'four'].map((text, index) => ({
    text,
    start: milliseconds(200 + index * 400),
    end: milliseconds(560 + index * 400),
  }));
  const captioned = (preset: TextPreset, words?: TextWord[]) =>
    openTextPicture({
      text: 'One two three four.',
      canvas: wide,
      style: { ...plainStyle, preset, position: 'bottom', size: 0.12 },
      ...(words && { words }),
    });

  test('karaoke fills with the accent as time goes on, within a word too', () => {
    using opened = captioned('caption-karaoke', times);
    const filled = [100, 300, 500, 700, 1100, 1500, 1900].map((ms) => inkOf(opened.at(ms), yellow).count);
    expect(filled[0]).toBe(0);
    for (const [index, count] of filled.entries()) {
      if (index > 0) expect(count, String(filled)).toBeGreaterThan(filled[index - 1]!);
    }
  });

  test('karaoke keeps time on the second line', () => {
    const words = 'The second line of it waits until the first one is over'.split(' ').map((text, index) => ({
      text,
      start: milliseconds(index * 150),
      end: milliseconds(index * 150 + 150),
    }));
    const text = words.map((word) => word.text).join(' ');
    using opened = openTextPicture({
      text,
      words,
      canvas: wide,
      style: { ...plainStyle, preset: 'caption-karaoke', position: 'bottom', size: 0.09 },
    });
    const lineBox = inkOf(opened.at(1000), letters);
    const isLower = (y: number) => y > (lineBox.top + lineBox.bottom) / 2;
    const halves = (ms: number) => {
      const { width, height, data } = opened.at(ms);
      const split = Array.from({ length: height }, (_, y) => y).findIndex(isLower) * width * 3;
      const upper = inkOf({ width, height: split / width / 3, data: data.subarray(0, split) }, yellow).count;
      const lower = inkOf({ width, height: height - split / width / 3, data: data.subarray(split) }, yellow).count;
      return { upper, lower };
    };
    expect(halves(600).lower).toBe(0);
    expect(halves(600).upper).toBeGreaterThan(20);
    expect(halves(1750).lower).toBeGreaterThan(halves(1250).lower);
  });

  test('the word being spoken pops: larger, in the accent, and small again after', () => {
    using opened = captioned('caption-pop', times);
    const green = (r: number, g: number, b: number) => g > 150 && r < 140 && b < 190;
    const [before, during, after] = [100, 400, 1950].map((ms) => ({
      accent: inkOf(opened.at(ms), green),
      all: inkOf(opened.at(ms)),
    }));
    expect(before!.accent.count).toBe(0);
    expect(after!.accent.count).toBe(0);
    expect(during!.accent.count).toBeGreaterThan(60);
    expect(during!.all.bottom - during!.all.top).toBeGreaterThan(before!.all.bottom - before!.all.top);
    // The word after it is where it was.
    const last = (ms: number) => columnRuns(opened.at(ms)).at(-1)!;
    expect(last(400)).toEqual(last(100));
    const [one, three] = [400, 1200].map((ms) => inkOf(opened.at(ms), green));
    expect(three!.left).toBeGreaterThan(one!.right);
  });

  test('without times of words nothing is filled or popped', () => {
    for (const preset of ['caption-karaoke', 'caption-pop'] as const) {
      using plain = captioned(preset);
      expect(differing(plain.at(300), plain.at(1500)), preset).toBe(0);
      using strange = captioned(preset, [{ text: 'elsewhere', start: milliseconds(0), end: milliseconds(900) }]);
      expect(differing(plain.at(300), strange.at(300)), preset).toBe(0);
    }
  });

  test('a long caption with times shows two lines after two lines', () => {
    const words = Array.from({ length: 30 }, (_, index) => ({
      text: `word${index}`,
      start: milliseconds(index * 60),
      end: milliseconds(index * 60 + 60),
    }));
    const text = words.map((word) => word.text).join(' ');
    using opened = openTextPicture({
      text,
      words,
      canvas: wide,
      style: { ...plainStyle, preset: 'caption', position: 'bottom', size: 0.09 },
    });
    const [early, late] = [inkOf(opened.at(100)), inkOf(opened.at(1900))];
    expect(differing(opened.at(100), opened.at(1900))).toBeGreaterThan(500);
    for (const ink of [early, late]) expect(ink.bottom - ink.top).toBeLessThan(wide.height * 0.3);
  });
});

describe.each(textAnimations)('animation %s', (animation) => {
  const spans = { fadeIn: milliseconds(600), fadeOut: milliseconds(600) };

  test('begins and ends unseen and shows the whole text between', () => {
    for (const preset of ['title', 'lower-third-bar'] as const) {
      const picture = { text: 'Hello there', canvas: wide, style: { ...plainStyle, preset, size: 0.14 } };
      const still = inkOf(drawTextPicture(picture));
      using moving = openTextPicture({ ...picture, style: { ...picture.style, ...spans, animation } });
      const [start, early, whole, end] = [1, 300, 1000, 1999].map((ms) => moving.at(ms));
      expect(differing(whole!, drawTextPicture(picture)), preset).toBe(0);
      const [first, last] = [inkOf(start!).count, inkOf(end!).count];
      if (animation === 'none') {
        expect([first, last]).toEqual([still.count, still.count]);
        continue;
      }
      expect(first, preset).toBeLessThan(still.count * 0.02);
      expect(last, preset).toBeLessThan(still.count * 0.02);
      expect(differing(early!, whole!), preset).toBeGreaterThan(50);
      expect(inkOf(early!).count, preset).toBeGreaterThan(still.count * 0.04);
    }
  });

  test('stays inside the safe area on its way', () => {
    using moving = openTextPicture({
      text: 'All the way along the bottom edge of it',
      canvas: wide,
      style: { ...plainStyle, ...spans, preset: 'caption-outline', position: 'bottom', size: 0.1, animation },
    });
    for (const ms of [50, 150, 250, 400, 550, 1450, 1600, 1800, 1950]) {
      const ink = inkOf(moving.at(ms));
      expect(ink.bottom, `${ms} ms`).toBeLessThanOrEqual(Math.ceil(wide.height * 0.95));
      expect(ink.right, `${ms} ms`).toBeLessThanOrEqual(Math.ceil(wide.width * 0.95));
      expect(ink.left, `${ms} ms`).toBeGreaterThanOrEqual(Math.floor(wide.width * 0.05));
    }
  });
});

test('popping letters stay on their plates', () => {
  const style = { ...plainStyle, preset: 'lower-third-bar', position: 'lower-third', size: 0.16 } as const;
  using popping = openTextPicture({
    text: 'Amara Okafor',
    canvas: wide,
    style: { ...style, fadeIn: milliseconds(800), fadeOut: milliseconds(800), animation: 'pop' },
  });
  const widths = [400, 480, 1000, 1500].map((ms) => {
    const picture = popping.at(ms);
    const [plate, ink] = [inkOf(picture), inkOf(picture, letters)];
    expect(ink.left - plate.left, `${ms} ms`).toBeGreaterThan(2);
    expect(plate.right - ink.right, `${ms} ms`).toBeGreaterThan(2);
    return plate.right - plate.left;
  });
  expect(widths[1]).toBeGreaterThan(widths[2]!);
  expect(widths[0]).toBeLessThan(widths[2]!);
  expect(widths[3]).toBeLessThan(widths[2]!);
});

test('typewriter shows more characters as time goes on', () => {
  using typing = openTextPicture({
    text: 'Typewriter',
    canvas: wide,
    style: { ...plainStyle, size: 0.16, fadeIn: milliseconds(1000), animation: 'typewriter' },
  });
  const counts = [50, 250, 450, 650, 850, 1100].map((ms) => inkOf(typing.at(ms), letters).count);
  for (const [index, count] of counts.entries()) if (index > 0) expect(count, String(counts)).toBeGreaterThan(counts[index - 1]!);
});

test('Arabic words come one by one from the right, and where they stay', () => {
  const style = {
    ...plainStyle,
    preset: 'lower-third-bar',
    size: 0.08,
    fadeIn: milliseconds(1000),
    animation: 'typewriter',
  } as const;
  using typing = openTextPicture({ text: 'مرحبا بكم في رحلتنا', canvas: wide, style });
  const whole = inkOf(typing.at(1500), letters);
  const inks = [200, 450, 650].map((ms) => inkOf(typing.at(ms), letters));
  for (const [index, ink] of inks.entries()) {
    expect(Math.abs(ink.right - whole.right)).toBeLessThan(2);
    expect(ink.left).toBeGreaterThan(whole.left + 6);
    if (index > 0) expect(ink.left).toBeLessThan(inks[index - 1]!.left);
  }
});

test('Arabic words fill one after the other, from the right', () => {
  const words = ['مرحبا', 'بكم', 'جميعا'].map((text, index) => ({
    text,
    start: milliseconds(200 + index * 500),
    end: milliseconds(650 + index * 500),
  }));
  const style = { ...plainStyle, preset: 'caption-karaoke', position: 'center', size: 0.14 } as const;
  using opened = openTextPicture({ text: 'مرحبا بكم جميعا', words, canvas: wide, style });
  const inks = [100, 400, 900, 1400].map((ms) => inkOf(opened.at(ms), yellow));
  expect(inks[0]!.count).toBe(0);
  expect(inks[1]!.left).toBeGreaterThan(inks[2]!.left);
  expect(inks[2]!.left).toBeGreaterThan(inks[3]!.left);
  expect(Math.abs(inks[1]!.right - inks[3]!.right)).toBeLessThan(2);
});

test('an Arabic word that is spoken swells where it is', () => {
  const words = ['مرحبا', 'بكم', 'جميعا'].map((text, index) => ({
    text,
    start: milliseconds(200 + index * 500),
    end: milliseconds(650 + index * 500),
  }));
  const style = { ...plainStyle, preset: 'caption-pop', position: 'center', size: 0.14 } as const;
  using opened = openTextPicture({ text: 'مرحبا بكم جميعا', words, canvas: wide, style });
  const green = (r: number, g: number, b: number) => g > 150 && r < 140 && b < 190;
  const places = [400, 900, 1400].map((ms) => inkOf(opened.at(ms), green));
  expect(places[0]!.left).toBeGreaterThan(places[1]!.right);
  expect(places[1]!.left).toBeGreaterThan(places[2]!.right);
  expect(columnRuns(opened.at(400))[0]).toEqual(columnRuns(opened.at(100))[0]);
});

describe('scripts', () => {
  const noGlyph = '\u{10fff0}';

  test('emoji are pictures, not boxes', () => {
    const box = drawn(noGlyph);
    const [smile, car] = [drawn('😀'), drawn('🚗')];
    for (const [one, two] of [
      [smile, box],
      [car, box],
      [smile, car],
    ] as const)
      expect(differing(one, two)).toBeGreaterThan(150);
  });

  test.each(['👨‍👩‍👧‍👦', '🇫🇷', '1️⃣', '👍🏽', '🏳️‍🌈'])('%s is one picture, alone and between letters', (sequence) => {
    for (const preset of ['lower-third-news', 'title', 'title-neon'] as const) {
      const widthOf = (text: string) => {
        const ink = inkOf(drawn(text, { preset }), letters);
        return ink.right - ink.left;
      };
      const one = widthOf('😀');
      expect(widthOf(sequence), preset).toBeLessThan(one * 1.35);
      expect(Math.abs(widthOf(`x${sequence}x`) - widthOf('x😀x')), preset).toBeLessThan(one * 0.4);
    }
  });

  test('Arabic letters join, and run from right to left', () => {
    const start = 24;
    expect(columnRuns(drawn('محمد'), start)).toHaveLength(1);
    expect(columnRuns(drawn('م\u200cح\u200cم\u200cد'), start).length).toBeGreaterThan(1);
    // Alef, the narrow one, is written first and stands at the right.
    const [left, right] = columnRuns(drawn('ا سس'), start);
    expect(left![1] - left![0]).toBeGreaterThan(3 * (right![1] - right![0]));
    expect(drawnFamilies('مرحبا שלום 😀')).toEqual([
      'Rushes Arabic Black',
      'Rushes Sans Black',
      'Rushes Hebrew Black',
      'Rushes Emoji',
    ]);
  });

  test('Hebrew runs from right to left, and its lower third stands at the right', () => {
    const runs = columnRuns(drawn('ו שש'), 24);
    expect(runs.at(-1)![1] - runs.at(-1)![0]).toBeLessThan(runs[0]![1] - runs[0]![0]);
    const style = { ...plainStyle, preset: 'lower-third', position: 'lower-third' } as const;
    expect(inkOf(drawTextPicture({ text: 'שלום\nמעצבת', style, canvas: wide })).left).toBeGreaterThan(wide.width / 2);
    expect(inkOf(drawTextPicture({ text: 'Hello\nRole', style, canvas: wide })).right).toBeLessThan(wide.width / 2);
  });

  function drawnFamilies(text: string): (string | undefined)[] {
    const style = { ...plainStyle, preset: 'lower-third-news' } as const;
    const line = drawText({ text, style }, wide, openTypefaces()).elements.find((element) => element.kind === 'line')!;
    return [...new Set(line.clusters.map(({ family }) => family))];
  }
});

describe('what looks like markup is text', () => {
  const inkWidth = (text: string) => {
    const ink = inkOf(drawn(text, { size: 0.1 }), letters);
    return ink.right - ink.left;
  };

  test('braces and codes are shown literally', () => {
    expect(inkWidth('{\\b1}x')).toBeGreaterThan(inkWidth('x') * 4);
    expect(inkWidth('{\\an9\\fs400\\1c&H0000FF&}x')).toBeGreaterThan(inkWidth('x') * 12);
    const red = (r: number, g: number, b: number) => r > 120 && g < 60 && b < 60;
    const same = { preset: 'title', size: 0.08 } as const;
    expect(inkOf(drawn('{\\1c&H0000FF&}red', same), red).count).toBe(0);
    // One character for another of the same kind changes next to nothing but itself.
    expect(Math.abs(inkWidth('{x}') - inkWidth('(x)'))).toBeLessThan(6);
  });

  test.each(['a\\Nb', 'a\\hb', 'a\\nb'])('%s is one line with a backslash in it', (text) => {
    const [code, plain] = [inkOf(drawn(text, { size: 0.1 }), letters), inkOf(drawn('a/Nb', { size: 0.1 }), letters)];
    expect(code.bottom - code.top).toBeLessThanOrEqual(plain.bottom - plain.top + 3);
    expect(code.right - code.left).toBeGreaterThan(inkWidth('ab') * 1.3);
  });

  test('invisible characters add nothing to see, and two thousand characters fit', () => {
    const edges = (text: string) => {
      const { left, right, top, bottom } = inkOf(drawn(text), letters);
      return [left, right, top, bottom];
    };
    const plain = edges('abcd');
    for (const hidden of ['\u2060', '\u200b', '\u200e', '\u200f', '\u2066\u2069', '\u202a\u202c', '\ufeff', '\u00ad']) {
      const code = hidden.codePointAt(0)!.toString(16);
      for (const [index, edge] of edges(`ab${hidden}cd`).entries())
        expect(Math.abs(edge - plain[index]!), code).toBeLessThanOrEqual(2);
    }
    const ink = inkOf(
      drawTextPicture({
        text: 'Two thousand characters! '.repeat(80),
        canvas: wide,
        style: { ...plainStyle, size: 0.1 },
        backdrop: grey,
      }),
    );
    expect(ink.top).toBeGreaterThanOrEqual(9);
    expect(ink.bottom).toBeLessThanOrEqual(171);
  });
});
