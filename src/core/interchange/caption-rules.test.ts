import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addTicks, milliseconds, scaleTicks, seconds, timeRange, zero, type Ticks } from '#core/time';
import { applyEdits, checkTimeline, type Edit } from '#core/timeline';
import {
  captionRules,
  captionsToEdits,
  checkCaptions,
  fitCaptions,
  retimeCues,
  textWidth,
  timelineCues,
  type Cue,
} from './index.ts';
import { captionLook, emptyTimeline, makeAssets } from './test-timelines.ts';

const rate = { num: 25, den: 1 };
const cue = (start: number, end: number, text: string, words?: Cue['words']): Cue => ({
  start: seconds(start),
  end: seconds(end),
  text,
  ...(words === undefined ? {} : { words }),
});
/** Words spoken one after another, each as long as the next. */
const spoken = (start: number, end: number, text: string): Cue => {
  const list = text.split(/\s+/);
  const step = (end - start) / list.length;
  return cue(
    start,
    end,
    text,
    list.map((word, index) => ({ text: word, start: seconds(index * step), end: seconds((index + 1) * step) })),
  );
};

describe('the rules of captions', () => {
  test('each is reported with its moment and its numbers', () => {
    const sentences = checkCaptions(
      [
        cue(0, 0.4, 'Short'),
        cue(0.44, 3, 'A line that goes on for much longer than anybody reads'),
        cue(3, 4, 'one\ntwo\nthree'),
        cue(5, 6.5, 'Thirty characters in one second'),
      ],
      rate,
    ).map(({ rule, sentence }) => `${rule}: ${sentence}`);
    expect(sentences).toEqual([
      'short: At 0:00 a caption is shown for 0.4 s, 1 s is the least',
      'close: At 0:00 the next caption comes 0.04 s later, 2 frames are the least',
      'line: At 0:00.44 a line has 54 characters, 42 are readable',
      'speed: At 0:00.44 21 characters a second are to be read, 17 are comfortable',
      'lines: At 0:03 there are 3 lines, 2 are readable',
      'speed: At 0:05 21 characters a second are to be read, 17 are comfortable',
    ]);
  });

  test('a Chinese character is as wide as two Latin ones, an emoji of several characters as one', () => {
    expect([textWidth('你好ab'), textWidth('👩‍👩‍👧e\u0301')]).toEqual([6, 2]);
  });

  test('long captions are split between words whose times are known, after sentences where one ends', () => {
    const text =
      'First of all we take the camera out of its box. Then we put the battery in, and only after that the lens goes on.';
    const fitted = fitCaptions([spoken(10, 21, text)], rate);
    expect(fitted.changes).toEqual(['1 long caption was split between its words']);
    expect(fitted.cues.map(({ text: part }) => part)).toEqual([
      'First of all we take the\ncamera out of its box.',
      'Then we put the battery in, and\nonly after that the lens goes on.',
    ]);
    const [first, second] = fitted.cues;
    expect([first?.start, second?.end]).toEqual([seconds(10), seconds(21)]);
    // The second begins when its first word is spoken.
    expect(second?.start).toBe(addTicks(seconds(10), spoken(10, 21, text).words![11]!.start));
    expect(fitted.faults.filter(({ rule }) => rule === 'line' || rule === 'lines')).toEqual([]);
  });

  test('without word times the moment is in proportion, and that is said', () => {
    const fitted = fitCaptions([cue(0, 12, `${'a'.repeat(40)} ${'b'.repeat(40)} ${'c'.repeat(40)}`)], rate);
    expect(fitted.changes).toEqual([
      '1 long caption was split without word times: the moment is in proportion to its characters',
    ]);
    const border = scaleTicks(seconds(12), 81, 121);
    expect(fitted.cues.map(({ start, end }) => [start, end])).toEqual([
      [zero, border],
      [border, seconds(12)],
    ]);
  });

  test('no word is lost and no time is left by splitting, whatever is said', () => {
    const word = fc.constantFrom(
      'Hello',
      'to',
      'everybody',
      'on',
      'earth.',
      'Extraordinarily',
      '你好世界',
      'and',
      'x'.repeat(60),
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), fc.boolean(), (words, known) => {
        const made = spoken(5, 25, words.join(' '));
        const { words: _words, ...bare } = made;
        const { cues } = fitCaptions([known ? made : bare], rate);
        const letters = (text: string) => text.replaceAll(/\s/g, '');
        expect(letters(cues.map(({ text }) => text).join(''))).toBe(letters(made.text));
        expect([cues[0]?.start, cues.at(-1)?.end]).toEqual([seconds(5), seconds(25)]);
        cues.slice(1).forEach(({ start }, index) => expect(start).toBe(cues[index]?.end));
        if (known)
          expect(cues.flatMap((one) => (one.words ?? []).map(({ start }) => addTicks(one.start, start)))).toEqual(
            made.words!.map(({ start }) => addTicks(seconds(5), start)),
          );
        for (const { text } of cues) expect(text.split('\n').length).toBeLessThanOrEqual(captionRules.lines);
      }),
      { numRuns: 150 },
    );
  });
});

describe('captions of a recording on the timeline that was cut from it', () => {
  const assets = makeAssets();
  const clip = { kind: 'clip', assetId: 'ast_1', sourceRange: { start: seconds(10), duration: seconds(20) } } as const;
  const whole = applyEdits(emptyTimeline(rate), [
    { kind: 'add-track', track: { kind: 'video', name: 'Video' } },
    { kind: 'add-track', track: { kind: 'audio', name: 'Sound' } },
    {
      kind: 'insert',
      trackId: 'trk_1',
      at: zero,
      item: { ...clip, streamIndex: 0 },
      linked: [{ trackId: 'trk_2', item: { ...clip, streamIndex: 1 } }],
    },
  ]).timeline;
  const cut = (...ranges: readonly (readonly [number, number])[]) =>
    applyEdits(
      whole,
      ranges.map(([start, end]): Edit => ({ kind: 'ripple-delete', range: timeRange(seconds(start), seconds(end - start)) })),
    ).timeline;

  test('move with the cuts; what was cut out is gone, what lies over a closed cut goes on over it', () => {
    const cues = [
      cue(5, 8, 'before'),
      cue(11, 12, 'one'),
      cue(14, 17, 'over the cut'),
      cue(15.2, 15.8, 'cut out'),
      cue(20, 21, 'two'),
    ];
    const { cues: moved, notes } = retimeCues(cut([5, 6]), 'ast_1', cues);
    expect(moved).toEqual([cue(1, 2, 'one'), cue(4, 6, 'over the cut'), cue(9, 10, 'two')]);
    expect(notes).toEqual(['2 captions are about what was cut out']);
  });

  test('lose the words that were cut out and keep when the others are heard', () => {
    // Words of a second each from 14 to 18 of the recording; 15 to 16 goes.
    const { cues } = retimeCues(cut([5, 6]), 'ast_1', [spoken(14, 18, 'we um start now')]);
    expect(cues).toEqual([
      cue(4, 7, 'we start now', [
        { text: 'we', start: zero, end: seconds(1) },
        { text: 'start', start: seconds(1), end: seconds(2) },
        { text: 'now', start: seconds(2), end: seconds(3) },
      ]),
    ]);
  });

  test('follow speed and reverse play', () => {
    const video = whole.tracks[0]!.items[0]!.id;
    const fast = applyEdits(whole, [{ kind: 'set-speed', itemId: video, speed: { num: 2, den: 1 } }]).timeline;
    expect(retimeCues(fast, 'ast_1', [cue(20, 22, 'x')]).cues).toEqual([cue(5, 6, 'x')]);
    const back = applyEdits(whole, [
      { kind: 'set-effect', itemId: whole.tracks[1]!.items[0]!.id, effect: { name: 'reverse' } },
    ]).timeline;
    expect(retimeCues(back, 'ast_1', [cue(12, 13, 'x')]).cues).toEqual([cue(17, 18, 'x')]);
  });

  test('are put on a track, beside what is there or in its place', () => {
    const first = captionsToEdits(whole, [cue(1, 2, 'one'), cue(1.5, 3, 'two')], { style: captionLook });
    const { timeline } = applyEdits(whole, first.edits);
    expect(first.notes).toEqual([
      'Put 1 caption on the track Captions',
      '1 caption at the same time as another went to the track Captions 2, at the top',
    ]);
    expect(
      timeline.tracks
        .slice(2)
        .map(({ name, items }) => [name, items.flatMap((item) => (item.kind === 'text' ? [item.style.position] : []))]),
    ).toEqual([
      ['Captions', ['bottom']],
      ['Captions 2', ['top']],
    ]);
    const again = applyEdits(timeline, captionsToEdits(timeline, [cue(1, 2, 'new')], { existing: 'replace' }).edits).timeline;
    expect(timelineCues(again).cues.map(({ text }) => text)).toEqual(['new']);
    expect(again.tracks.map(({ name }) => name)).toEqual(['Video', 'Sound', 'Captions']);
    expect(checkTimeline(again, assets)).toEqual([]);
    const beside = applyEdits(timeline, captionsToEdits(timeline, [cue(5, 6, 'late')]).edits).timeline;
    expect(timelineCues(beside).cues.map(({ text }) => text)).toEqual(['one', 'two', 'late']);
    expect(beside.tracks).toHaveLength(timeline.tracks.length);
    const end: Ticks = milliseconds(3000);
    expect(captionsToEdits(whole, [{ start: end, end, text: 'x' }]).notes).toEqual([
      '1 caption has no words or no length and was left out',
    ]);
  });
});
