import { describe, expect, test } from 'vitest';
import { milliseconds, zero } from '#core/time';
import type { TextPreset, TextStyle } from '#core/timeline';
import { breakCaption, drawText } from './draw-text.ts';
import { openTypefaces } from './fonts.ts';
import { matchWords } from './karaoke.ts';

const wide = { width: 1920, height: 1080 };
const tall = { width: 1080, height: 1920 };

function captionStyle(size = 0.05, preset: TextPreset = 'caption'): TextStyle {
  return { preset, position: 'bottom', color: '#ffffff', size, fadeIn: zero, fadeOut: zero };
}

describe('breakCaption()', () => {
  test.each([
    ['One line stays one', ['One line stays one']],
    ['We started with a camera, a van and no plan at all.', ['We started with a camera,', 'a van and no plan at all.']],
    ['First line\nsecond line', ['First line', 'second line']],
    ['我们只带了一台相机，没有任何计划就出发了。', ['我们只带了一台相机，', '没有任何计划就出发了。']],
    ['  ', []],
  ])('%j', (text, lines) => {
    expect(breakCaption(text, wide, captionStyle())).toEqual(lines);
  });

  test('keeps to 42 characters a line, 20 Chinese ones, and two lines', () => {
    const english = breakCaption(
      'The quick brown fox jumps over the lazy dog and then runs back home again.',
      wide,
      captionStyle(0.04),
    );
    expect(english).toHaveLength(2);
    for (const line of english) expect(line.length).toBeLessThanOrEqual(42);
    const chinese = breakCaption('春天的早晨我们沿着河边慢慢地走了很久直到太阳升到山顶才回到村子里去', wide, captionStyle(0.03));
    expect(chinese).toHaveLength(2);
    for (const line of chinese) expect(line.length).toBeLessThanOrEqual(20);
  });

  test('never begins a line with closing punctuation or ends one with an opening mark', () => {
    const sentences = '他说：“好的，我们走吧！”（然后）大家都笑了。「そうですか」と彼は言った。いらっしゃいませ、どうぞ。';
    const characters = Array.from(sentences);
    for (let end = 8; end <= characters.length; end++) {
      const lines = breakCaption(characters.slice(0, end).join(''), tall, captionStyle(0.06));
      for (const line of lines) expect(line).not.toMatch(/^[，。！”）」、ゃっ：]/u);
      for (const line of lines.slice(0, -1)) expect(line).not.toMatch(/[“（「]$/u);
    }
  });

  test('loses nothing of words wider than the canvas', () => {
    const url = `https://example.com/${'abcdefghij'.repeat(30)}`;
    expect(breakCaption(url, tall, captionStyle()).join('')).toBe(url);
  });
});

describe('matchWords()', () => {
  const words = ['Hello', 'big', 'world'].map((text, index) => ({
    text,
    start: milliseconds(index * 500),
    end: milliseconds(index * 500 + 400),
  }));

  test('finds words by their spelling, whatever stands between them', () => {
    expect(matchWords('“Hello”, big — world!', words)?.map(({ at }) => at)).toEqual([1, 9, 15]);
    expect(matchWords('hello BIG world', words)?.map(({ start }) => start)).toEqual([0, 0.5, 1]);
  });

  test('finds words of a corrected text by their count', () => {
    expect(matchWords('Hello pig world', words)?.map(({ at }) => at)).toEqual([0, 6, 10]);
  });

  test('finds Chinese words, which have nothing between them', () => {
    const spoken = ['我们', '走', '吧'].map((text, index) => ({ ...words[index]!, text }));
    expect(matchWords('我们走吧。', spoken)?.map(({ at }) => at)).toEqual([0, 2, 3]);
  });

  test.each(['Hello there', 'Hello big wide world', ''])('%j is not what was spoken', (text) => {
    expect(matchWords(text, words)).toBeUndefined();
  });
});

describe('drawText()', () => {
  test('has nothing to draw for a text without anything to see', () => {
    for (const text of ['', ' \n\t ', '\u2028'])
      expect(drawText({ text, style: captionStyle() }, wide, openTypefaces()).elements).toEqual([]);
  });

  test('makes a text smaller before it tears a word, and keeps its size where it fits', () => {
    const sizeOf = (text: string) => {
      const [line] = drawText({ text, style: captionStyle(0.1, 'title') }, tall, openTypefaces()).elements;
      return line?.kind === 'line' ? line.em : undefined;
    };
    expect(sizeOf('Short')).toBeCloseTo(0.1 * 1080 * 1.25);
    expect(sizeOf('Incomprehensibilities')).toBeLessThan(135);
    const torn = drawText({ text: 'Incomprehensibilities', style: captionStyle(0.1, 'title') }, tall, openTypefaces());
    expect(torn.elements).toHaveLength(1);
  });

  test('every script has its own face, and none is left to the machine', () => {
    const text = 'Aé Ωж 你の한 مر של 😀→½';
    const [line] = drawText({ text, style: captionStyle(0.03, 'title') }, wide, openTypefaces()).elements;
    const faces = line?.kind === 'line' ? line.clusters.map(({ family }) => family) : [];
    expect(faces).not.toContain(undefined);
    expect(new Set(faces)).toEqual(
      new Set([
        'Rushes Sans Bold',
        'Rushes Chinese Bold',
        'Rushes Korean 700',
        'Rushes Arabic Bold',
        'Rushes Hebrew Bold',
        'Rushes Emoji',
      ]),
    );
  });
});
