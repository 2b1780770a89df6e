import { expect, test } from 'vitest';
import { milliseconds, zero } from '#core/time';
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
