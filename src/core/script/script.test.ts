import { describe, expect, test } from 'vitest';
import { milliseconds, rangeBetween, seconds, toSeconds } from '#core/time';
import {
  countWords,
  estimateSeconds,
  layLines,
  readScript,
  scriptDocument,
  scriptMarkdown,
  wordsIn,
  type Script,
} from './index.ts';

const shot = (from: number, to: number) => rangeBetween(seconds(from), seconds(to));

describe('readScript()', () => {
  test.each([
    ['two lines', 'Welcome.\nGoodbye.', [{ text: 'Welcome.' }, { text: 'Goodbye.' }]],
    [
      'one paragraph becomes its sentences',
      'Welcome to it. Here is 1.5 of 3. Bye!',
      [{ text: 'Welcome to it.' }, { text: 'Here is 1.5 of 3.' }, { text: 'Bye!' }],
    ],
    [
      'shots',
      'Shot 2: Hello\nscene 3 - World',
      [
        { shot: 2, text: 'Hello' },
        { shot: 3, text: 'World' },
      ],
    ],
    [
      'a numbered list',
      '1. Hello\n2) World',
      [
        { shot: 1, text: 'Hello' },
        { shot: 2, text: 'World' },
      ],
    ],
    [
      'times',
      '0:05 Hello\n[00:01:02.5] World\n(1:10 - 1:20) End',
      [
        { at: seconds(5), text: 'Hello' },
        { at: milliseconds(62_500), text: 'World' },
        { at: seconds(70), text: 'End' },
      ],
    ],
    [
      'speakers, markup and directions',
      '**VO:** no\nNarrator: Say *this* [smiling] now',
      [{ text: 'no' }, { text: 'Say this now' }],
    ],
    [
      'Chinese',
      '镜头1：欢迎使用。\n第2个镜头：再见。',
      [
        { shot: 1, text: '欢迎使用。' },
        { shot: 2, text: '再见。' },
      ],
    ],
    ['Chinese sentences', '欢迎使用。这里是首页。', [{ text: '欢迎使用。' }, { text: '这里是首页。' }]],
    [
      'headings give the place',
      '# Title\n\n## Shot 1, 0:00–0:08\n> busy\n\nWords of\none line.\n\n## Shot 2, 0:08–0:12\n\n[what happens here]\n',
      [{ shot: 1, at: seconds(0), text: 'Words of one line.' }],
    ],
    ['nothing to say', '---\n[later]\n> note\n', []],
  ] as const)('%s', (_name, text, lines) => {
    expect(readScript(text)).toEqual(lines);
  });

  test('takes hostile texts in no time', () => {
    for (const text of [
      '['.repeat(200_000),
      '*'.repeat(200_000),
      `a${' '.repeat(200_000)}`,
      '.'.repeat(200_000),
      '1. '.repeat(60_000),
      '\n \n'.repeat(60_000),
    ])
      expect(readScript(text).length).toBeLessThanOrEqual(400);
  });
});

describe('estimateSeconds()', () => {
  test('150 words of plain English take a minute, 240 Chinese characters too', () => {
    const english = Array.from(
      { length: 10 },
      () => 'The report shows what your customers bought this week and why they came back.',
    ).join(' ');
    const perWord = estimateSeconds(english) / countWords(english);
    expect(perWord).toBeGreaterThan(0.36);
    expect(perWord).toBeLessThan(0.46);
    expect(estimateSeconds('好'.repeat(240))).toBeCloseTo(60.2, 1);
  });

  test('nothing takes no time', () => expect(estimateSeconds('  ')).toBe(0));
  test('a budget is words in that time', () =>
    expect([wordsIn(10, 'en'), wordsIn(10, 'zh'), wordsIn(0.5, 'en')]).toEqual([25, 40, 0]));
});

describe('layLines()', () => {
  const shots = [shot(0, 5), shot(5, 12), shot(12, 20)];
  const inOrder = (laying: ReturnType<typeof layLines>) =>
    laying.lines.every(
      ({ start, duration }, index) =>
        index === 0 || start >= laying.lines[index - 1]!.start + laying.lines[index - 1]!.duration || duration < 0,
    );

  test('each line begins in its shot and stays in it', () => {
    const laying = layLines(
      [
        { duration: seconds(3), shot: 1 },
        { duration: seconds(4), shot: 3 },
      ],
      shots,
      seconds(20),
    );
    expect(laying.lines.map(({ start }) => toSeconds(start))).toEqual([0.3, 12.3]);
    expect(laying.lines.map(({ over, speed }) => [over, speed])).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  test('a line that is a little too long is sped up, never by more than 8 %', () => {
    const [line] = layLines([{ duration: milliseconds(5300), shot: 1 }], shots, seconds(20)).lines;
    expect(line!.speed).toBe(1.06);
    expect(toSeconds(line!.start) + toSeconds(line!.duration)).toBeLessThanOrEqual(5.151);
    const [long, next] = layLines(
      [
        { duration: seconds(8), shot: 1 },
        { duration: seconds(2), shot: 2 },
      ],
      shots,
      seconds(20),
    ).lines;
    expect(long!.speed).toBe(1.08);
    expect(toSeconds(long!.over)).toBeCloseTo(8 / 1.08 - 5, 2);
    expect(next!.start).toBeGreaterThan(long!.start + long!.duration);
  });

  test('what would be cut off by the end begins earlier, or is left out', () => {
    expect(
      layLines([{ duration: seconds(9), shot: 3 }], shots, seconds(20)).lines.map(
        ({ start, duration }) => toSeconds(start) + toSeconds(duration) <= 20,
      ),
    ).toEqual([true]);
    expect(layLines([{ duration: seconds(19) }, { duration: seconds(6) }], shots, seconds(20)).leftOut).toEqual([1]);
  });

  test('lines without a place are spread and begin with shots where they can', () => {
    const laying = layLines(
      Array.from({ length: 3 }, () => ({ duration: seconds(3) })),
      shots,
      seconds(20),
    );
    expect(laying.lines.map(({ start }) => toSeconds(start))).toEqual([0.3, 5.3, 12.3]);
    const many = layLines(
      Array.from({ length: 5 }, () => ({ duration: seconds(2) })),
      shots,
      seconds(20),
    );
    expect(many.leftOut).toEqual([]);
    expect(inOrder(many)).toBe(true);
  });

  test('never over each other and never over the end, whatever is asked', () => {
    const faults: string[] = [];
    let state = 4;
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 10_000; round++) {
      const lines = Array.from({ length: 1 + Math.floor(random() * 6) }, () => ({
        duration: milliseconds(300 + random() * 6000),
        ...(random() < 0.4 ? { shot: 1 + Math.floor(random() * 4) } : {}),
        ...(random() < 0.3 ? { at: seconds(Math.floor(random() * 24)) } : {}),
      }));
      const laying = layLines(lines, shots, seconds(20));
      const isSound = laying.lines.every(({ start, duration, speed }, index) => {
        const before = laying.lines[index - 1];
        const free = before === undefined ? 0 : before.start + before.duration;
        return start >= free && toSeconds(start) + toSeconds(duration) <= 20.000_01 && speed >= 1 && speed <= 1.08;
      });
      if (!isSound || laying.lines.length + laying.leftOut.length !== lines.length) faults.push(JSON.stringify(lines));
    }
    expect(faults).toEqual([]);
  });
});

describe('a script on paper', () => {
  const script: Script = {
    title: 'demo.mp4',
    language: 'en',
    tone: 'friendly',
    lengthSeconds: 20,
    writtenBy: 'draft',
    shots: [
      { number: 1, range: shot(0, 5), media: 'demo.mp4', movement: 'busy', spokenShare: 0, budgetWords: 11 },
      { number: 2, range: shot(5, 20), media: 'demo.mp4', spokenShare: 0.9, said: 'hello there', budgetWords: 0 },
    ],
    lines: [],
    afterText: 0,
  };

  test('a draft has places to fill and says nothing', () => {
    const text = scriptMarkdown(script);
    expect(text).toContain('## Shot 1, 0:00–0:05');
    expect(text).toContain('[what happens here]');
    expect(text).toContain('> Said: hello there');
    expect(readScript(text)).toEqual([]);
  });

  test('what was filled in comes back, in its shot', () => {
    const filled = scriptMarkdown(script).replace('[what happens here]', 'Welcome to the demo.');
    expect(readScript(filled)).toEqual([{ shot: 1, at: 0, text: 'Welcome to the demo.' }]);
    const written = scriptMarkdown({ ...script, writtenBy: 'user', lines: [{ shot: 2, text: 'Bye.' }] });
    expect(readScript(written)).toEqual([{ shot: 2, at: seconds(5), text: 'Bye.' }]);
  });

  test('as JSON in milliseconds', () => {
    const document = scriptDocument({ ...script, lines: [{ shot: 1, text: 'Welcome to the demo.' }] });
    expect(document.shots[1]).toMatchObject({ shot: 2, start_ms: 5000, end_ms: 20_000, said: 'hello there', budget_words: 0 });
    expect(document.lines).toEqual([{ shot: 1, text: 'Welcome to the demo.', words: 4, estimated_ms: expect.any(Number) }]);
  });
});
