import fc from 'fast-check';
import { expect, test } from 'vitest';
import { milliseconds, zero } from '#core/time';
import { textAnimations, textPresets } from '#core/timeline';
import { escapeText, writeScript, type TextLayer } from './ass-script.ts';

const style = {
  preset: 'title',
  position: 'center',
  color: '#12aBef',
  size: 0.1,
  fadeIn: milliseconds(300),
  fadeOut: zero,
} as const;

test.each([
  ['plain', 'plain'],
  ['{\\b1}bold', '\\{\\\ufeffb1\\}bold'],
  ['a\\Nb', 'a\\\ufeffNb'],
  ['one\r\ntwo\nthree', 'one\\Ntwo\\Nthree'],
  ['tab\tbell\u0007', 'tab bell '],
  ['你好，"世界"', '你好，"世界"'],
])('escapeText(%j) is literal', (text, expected) => {
  expect(escapeText(text)).toBe(expected);
});

test('no text can add a line, an event or a style to the script', () => {
  const evil = 'x\nDialogue: 0,0:00:00.00,9:00:00.00,S0,,0,0,0,,evil\r[V4+ Styles]\u2028Style: S0,Arial';
  const layer: TextLayer = { kind: 'text', text: evil, style, start: zero, end: milliseconds(2000) };
  const lines = writeScript([layer], { width: 640, height: 360 }, 0).split('\n');
  const texts = lines.filter((line) => line.startsWith('Dialogue:')).map((line) => line.split(',').slice(9).join(','));
  // Each of its five paragraphs has two copies below it.
  expect(texts).toHaveLength(15);
  expect(texts.join('\n')).not.toMatch(/^Dialogue/m);
  expect(lines.filter((line) => line.startsWith('Style:'))).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith('['))).toEqual(['[Script Info]', '[V4+ Styles]', '[Events]']);
});

test('writeScript() places a text that began before its span, in the colour and size asked for', () => {
  const layer: TextLayer = { kind: 'text', text: 'Hi', style, start: milliseconds(-1500), end: milliseconds(2250) };
  const script = writeScript([layer], { width: 1920, height: 1080 }, 3600);
  expect(script).toMatch(
    /Dialogue: \d+,0:59:58\.50,1:00:02\.25,Plain,,0,0,0,,\{[^}]*\\1c&HEFAB12&[^}]*\\fad\(300,0\)\}\{[^}]*\\fs140\.4\}Hi$/m,
  );
});

/** What people type and what they should not be able to do with it. */
const parts = fc.oneof(
  fc.constantFrom(
    '{',
    '}',
    '\\',
    '\\N',
    '\\n',
    '\\h',
    '\\{',
    '{\\b1}',
    '{\\p1}m 0 0',
    '\r\n',
    '\n',
    '\r',
    '\u2028',
    '\u0085',
    '\0',
  ),
  fc.constantFrom('\u200d', '\u200f', '\u202e', '\u2066', '\u2069', '\ufeff', '\ufe0f', '👨‍👩‍👧‍👦', '🇫🇷', '1️⃣', '\ud800', 'é'),
  fc.constantFrom('word', ' ', 'Dialogue: 0,', '[Events]', 'مرحبا', 'שלום', '你好，', '한국어', ';', ',,'),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const typed = fc.array(parts, { maxLength: 60 }).map((list) => list.join(''));
const seed = 20_261_121;

/** Text as libass reads it outside of codes: its three escapes, and a backslash before anything else is itself. */
function readBack(text: string): string {
  return text.replaceAll(/\\([{}N])/g, (_, mark: string) => (mark === 'N' ? '\n' : mark)).replaceAll('\\\ufeff', '\\');
}

test(`escapeText() gives back every text when it is read, seed ${seed}`, () => {
  fc.assert(
    fc.property(typed, (text) => {
      const escaped = escapeText(text);
      expect(escaped).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      // Every brace is behind a backslash, and every backslash before a brace, a line break or its own keeper.
      expect(escaped.replaceAll(/\\(?:[{}N]|\ufeff)/g, '')).not.toMatch(/[{}\\]/);
      const shown = text.replaceAll(/\r\n|[\n\r\u2028\u2029]/g, '\n').replaceAll(/(?!\n)\p{Cc}/gu, ' ');
      expect(readBack(escaped)).toBe(shown);
    }),
    { seed, numRuns: 300 },
  );
});

test(`writeScript() shows just the characters of any text in any style, seed ${seed}`, () => {
  const looks = fc.record({ preset: fc.constantFrom(...textPresets), animation: fc.constantFrom(...textAnimations) });
  fc.assert(
    fc.property(typed, looks, (text, look) => {
      const layer: TextLayer = { kind: 'text', text, style: { ...style, ...look }, start: zero, end: milliseconds(2000) };
      const lines = writeScript([layer], { width: 640, height: 360 }, 0).split('\n');
      const events = lines.slice(lines.findIndex((line) => line === '[Events]') + 2, -1);
      const shown = new Set(Array.from(seen(text)));
      for (const event of events) {
        expect(event).toMatch(/^Dialogue: \d+,\d:\d\d:\d\d\.\d\d,\d:\d\d:\d\d\.\d\d,Plain,,0,0,0,,\{\\an\d/);
        const words = event.split(',,0,0,0,,')[1]!;
        if (words.includes('\\p1}')) continue;
        // Codes of ours stand in braces without a backslash before them.
        const letters = readBack(words.replaceAll(/(?<!\\)\{[^{}]*(?<!\\)\}/g, ''));
        for (const letter of letters) {
          const isOurs =
            letter === '\u200f' || letter === '\u00a0' || letter === '“' || (letter === 'x' && words.includes('\\fs1\\fsp0'));
          expect(isOurs || shown.has(letter), JSON.stringify([text, words])).toBe(true);
        }
      }
    }),
    { seed, numRuns: 50 },
  );
});

/** Every character that may be shown of a text: its own, in capitals where a style has them, spaces for what has no shape. */
function seen(text: string): string {
  return `${text}${text.toUpperCase()} `;
}

test('two thousand characters are laid out in little time and lose none', () => {
  const text = 'All of these words are here to stay. '.repeat(54).slice(0, 2000).trim();
  const started = performance.now();
  const script = writeScript(
    [{ kind: 'text', text, style, start: zero, end: milliseconds(1000) }],
    { width: 640, height: 360 },
    0,
  );
  // Its soft copy and the letters themselves have no outline; the letters come last.
  const plain = script.split('\n').filter((line) => line.startsWith('Dialogue:') && !line.includes('\\3a'));
  const lines = plain.slice(plain.length / 2).map((line) => line.split(',,0,0,0,,')[1]!.replaceAll(/\{[^{}]*\}/g, ''));
  expect(lines.join(' ')).toBe(text);
  expect(performance.now() - started).toBeLessThan(3000);
});
