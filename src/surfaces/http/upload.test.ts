import { expect, test } from 'vitest';
import { clean } from './upload.ts';

test.each([
  ['talk.mp4', 'talk.mp4'],
  ['../../etc/passwd', 'passwd'],
  ['..\\..\\boot.ini', 'boot.ini'],
  ['/abs/olute.mov', 'olute.mov'],
  ['C:\\video.avi', 'video.avi'],
  ['a\u0000b\nc\r.mp4', 'abc.mp4'],
  ['evil\u202Egpj.mp4', 'evilgpj.mp4'],
  ['-evil.mp4', '-evil.mp4'],
  ['演讲 第一段.mp4', '演讲 第一段.mp4'],
  ['😀.gif', '😀.gif'],
  ['', 'upload'],
  ['..', 'upload'],
  ['folder/', 'upload'],
  ['$(id).mp4', '$(id).mp4'],
])('%j is shown as %j', (name, expected) => {
  expect(clean(name)).toBe(expected);
});

test('a long name is cut and keeps its extension', () => {
  const name = clean(`${'长'.repeat(300)}.webm`);
  expect(Array.from(name)).toHaveLength(200);
  expect(name.endsWith('长.webm')).toBe(true);
});
