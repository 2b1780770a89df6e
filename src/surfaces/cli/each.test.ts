import { describe, expect, test } from 'vitest';
import { asksForEach, instructionsForEach, tableOf } from './each.ts';

const names = ['a.mp4', 'b.mp4'];

describe('instructionsForEach()', () => {
  test.each([
    ['remove noise and trim pauses', ['remove noise and trim pauses', 'remove noise and trim pauses']],
    ['clean the first, trim the second, export both', ['clean it', 'trim it']],
    [
      'remove noise from the first video, trim pauses in the second, then normalize both',
      ['remove noise, normalize it', 'trim pauses, normalize it'],
    ],
    ['cut the first 5 seconds of a.mp4, make b.mp4 warmer', ['cut the first 5 seconds of it', 'make it warmer']],
    ['remove noise, process each separately', ['remove noise', 'remove noise']],
    ['cut the first second', ['cut the first second', 'cut the first second']],
    ['第一个视频降噪，第二个视频剪停顿', ['降噪', '剪停顿']],
    ['分别处理：降噪', ['降噪', '降噪']],
  ])('%s', (said, expected) => {
    expect(instructionsForEach(said, names)).toEqual(expected);
  });
});

test.each([
  ['process each separately', true],
  ['export both as separate files', true],
  ['分别处理', true],
  ['remove noise from both', false],
  ['cut the first 5 seconds', false],
])('asksForEach("%s") is %s', (said, expected) => {
  expect(asksForEach(said)).toBe(expected);
});

test('the table has a line for each file, whatever came of it', () => {
  const lines = tableOf([
    { file: 'a.mp4', asked: 'clean it', before: '1:00.0', after: '0:55.0', output: '/x/a-edited.mp4, proved' },
    { file: '会议.mp4', asked: '', failed: 'failed: it is empty' },
  ]);
  expect(lines).toEqual([
    '#  File      Asked     Length           Result',
    '-  --------  --------  ---------------  -----------------------',
    '1  a.mp4     clean it  1:00.0 → 0:55.0  /x/a-edited.mp4, proved',
    '2  会议.mp4  -         -                failed: it is empty',
  ]);
});
