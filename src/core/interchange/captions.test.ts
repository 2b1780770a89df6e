import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { milliseconds, ticks } from '#core/time';
import { cleanCueText, type Cue } from './cue.ts';
import { parseSrt, parseVtt, sortCues, writeSrt, writeVtt } from './index.ts';

const ms = (value: number) => milliseconds(value);

/** Text a person may type, markup-like parts included. */
const piece = fc.constantFrom(
  'Hello', 'world', '你好', '<i>', '</b>', '{\\an8}', '&amp;', '&', '-->', '00:00:01,000 --> 00:00:02,000', '7', '\n', '\n\n', ' ', '<c.red>', '<00:00:01.000>', 'مرحبا', '👩‍👩‍👧', '>', '<', '\\N', '{', '}', 'NOTE', 'WEBVTT', '"',
); // prettier-ignore
const text = fc
  .array(fc.oneof(piece, fc.string({ maxLength: 6 })), { minLength: 1, maxLength: 8 })
  .map((parts) => cleanCueText(parts.join('').replaceAll('\u2060', '')))
  .filter((value) => value !== '');
const cue: fc.Arbitrary<Cue> = fc
  .record({ start: fc.nat(40_000_000), length: fc.integer({ min: 1, max: 20_000 }), text })
  .map(({ start, length, text: words }) => ({ start: ms(start), end: ms(start + length), text: words }));
const cues = fc.array(cue, { minLength: 1, maxLength: 12 }).map(sortCues);

describe('SubRip', () => {
  test('gives back the same cues, whatever they say', () => {
    fc.assert(
      fc.property(cues, (list) => {
        expect(parseSrt(writeSrt(list))).toEqual({ cues: list, notes: [] });
      }),
      { numRuns: 150 },
    );
  });

  test('is read as players read it: no numbers, dots, no blank lines, a mark at its start, positions after the times', () => {
    const messy =
      '\ufeff1\r\n0:01.5 --> 00:00:03.250 X1:20 X2:30\r\n<i>One</i>\r\nline\r\n2\r\n00:00:04,000-->00:00:05,000\r\n{\\an8}Two\r\n\r\nstill two\r\n\r\n00:00:06,000 --> 00:00:07,000\r\n42\r\n';
    expect(parseSrt(messy)).toEqual({
      cues: [
        { start: ms(1500), end: ms(3250), text: 'One\nline' },
        { start: ms(4000), end: ms(5000), text: 'Two\nstill two' },
        { start: ms(6000), end: ms(7000), text: '42' },
      ],
      notes: [],
    });
  });

  test('names the line of a fault, and says what it left out', () => {
    expect(() => parseSrt('1\n00:00:01,000 --> 00:00:02,000\nGood\n\n2\n00:99:01,000 --> 00:00:02,000\nBad\n')).toThrow(
      /at line 6/,
    );
    expect(() => parseSrt('')).toThrow(/no cue/);
    expect(parseSrt('1\n00:00:05,000 --> 00:00:02,000\nBack\n\n2\n00:00:06,000 --> 00:00:07,000\n\n')).toEqual({
      cues: [],
      notes: ['1 cue without words was left out (line 6)', '1 cue that ends before it starts was left out (line 2)'],
    });
  });
});

describe('WebVTT', () => {
  test('gives back the same cues, whatever they say', () => {
    fc.assert(
      fc.property(cues, (list) => {
        expect(parseVtt(writeVtt(list))).toEqual({ cues: list, notes: [] });
      }),
      { numRuns: 150 },
    );
  });

  test('carries when each word is spoken, pauses between words too', () => {
    const spoken: Cue = {
      start: ms(10_000),
      end: ms(13_000),
      text: 'Hello, big\nworld',
      words: [
        { text: 'Hello', start: ms(200), end: ms(700) },
        { text: 'big', start: ms(900), end: ms(1500) },
        { text: 'world', start: ms(1500), end: ms(2400) },
      ],
    };
    const written = writeVtt([spoken]);
    expect(written).toContain('<00:00:10.200>Hello<00:00:10.700>, <00:00:10.900>big');
    const [read] = parseVtt(written).cues;
    expect(read?.text).toBe(spoken.text);
    expect(read?.words?.map(({ text: word, start, end }) => [word, start, end])).toEqual([
      ['Hello', ms(200), ms(700)],
      ['big', ms(900), ms(1500)],
      ['world', ms(1500), ms(2400)],
    ]);
  });

  test('is read with notes, styles, regions, settings, names and tags', () => {
    const file =
      'WEBVTT - a title\n\nSTYLE\n::cue { color: red }\n\nNOTE one\n\nintro\n00:01.000 --> 00:02.000 align:start line:0\n<v Fred>Hi <c.loud>there</c> &lt;you&gt; &#128512;\n\n01:00:00.000 --> 01:00:01.000\n- A\n- B\n';
    expect(parseVtt(file)).toEqual({
      cues: [
        { start: ms(1000), end: ms(2000), text: 'Hi there <you> 😀' },
        { start: ms(3_600_000), end: ms(3_601_000), text: '- A\n- B' },
      ],
      notes: ['The position of 1 cue was left out', 'The name of the speaker of 1 cue was left out'],
    });
  });

  test('refuses what is none, with the line', () => {
    expect(() => parseVtt('1\n00:01.000 --> 00:02.000\nx')).toThrow(/line 1: its first line is not WEBVTT/);
    expect(() => parseVtt('WEBVTT\n\n00:01.000 --> soon\nx')).toThrow(/at line 3/);
  });
});

test('times off the millisecond are rounded once', () => {
  expect(writeSrt([{ start: ticks(352_801), end: ticks(705_599_999), text: 'x' }])).toContain('00:00:00,001 --> 00:00:01,000');
});
