import { expect, test } from 'vitest';
import { cleanName } from './clean-name.ts';

test.each([
  ['talk.mp4', 'talk.mp4'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\me\\clip.mov', 'clip.mov'],
  ['a\u0000b\nc\td.mp4', 'abcd.mp4'],
  ['invoice\u202Egpj.exe', 'invoicegpj.exe'],
  ['  two   spaces .wav ', 'two spaces .wav'],
  ['-rf.mp4', '-rf.mp4'],
  ["$(id) `id` 'a;b'.mp4", "$(id) `id` 'a;b'.mp4"],
  ['访谈 🎬.mp4', '访谈 🎬.mp4'],
  ['..', 'untitled'],
  ['/', 'untitled'],
  ['', 'untitled'],
  ['\uD800.mp4', '.mp4'],
])('cleanName() shows %j as %j', (name, shown) => {
  expect(cleanName(name)).toBe(shown);
});

test('cleanName() keeps the extension of a name that is too long, and whole characters', () => {
  const name = cleanName(`${'🎬'.repeat(300)}.mp4`);
  expect(Array.from(name)).toHaveLength(200);
  expect(name.endsWith('🎬.mp4')).toBe(true);
});
