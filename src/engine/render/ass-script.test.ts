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
  ['{\\b1}bold', '\\{\\\u2060b1\\}bold'],
  ['a\\Nb', 'a\\\u2060Nb'],
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
  expect(lines.filter((line) => line.startsWith('Dialogue:'))).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith('Style:'))).toHaveLength(1);
  expect(lines.filter((line) => line.startsWith('['))).toEqual(['[Script Info]', '[V4+ Styles]', '[Events]']);
});

test('writeScript() places a text that began before its span, in the colour and size asked for', () => {
  const layer: TextLayer = { kind: 'text', text: 'Hi', style, start: milliseconds(-1500), end: milliseconds(2250) };
  const script = writeScript([layer], { width: 1920, height: 1080 }, 3600);
  expect(script).toContain('Dialogue: 0,0:59:58.50,1:00:02.25,S0,,0,0,0,,{\\fad(300,0)}Hi');
  expect(script).toContain('Style: S0,Rushes Sans Bold,156.38,&H00EFAB12');
});
