import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isEditorError } from '#core/errors';
import { checkTimeline } from '#core/timeline';
import { documentFormat, exportTimeline, parseCaptions, readDocument, type DocumentFormat } from './index.ts';
import { cook, emptyTimeline, makeAssets, toRecipe } from './test-timelines.ts';

const assets = makeAssets();
/** Recipes of three edits to `most`. */
const recipes = (most = 16) =>
  fc.array(fc.integer({ min: 0, max: 999_999 }), { minLength: 13, maxLength: 1 + 4 * most }).map(toRecipe);
const base = emptyTimeline({ num: 25, den: 1 });
const formats: readonly DocumentFormat[] = ['srt', 'vtt', 'ass', 'edl', 'otio'];
const encode = (text: string) => new TextEncoder().encode(text);

/** A document, or a clear refusal; anything else is thrown on. What was read is sound: it can be edited and rendered. */
function read(format: DocumentFormat, bytes: Uint8Array): 'read' | 'refused' {
  try {
    const document = readDocument(format, bytes, { assets, base });
    if (document.kind === 'timeline') expect(checkTimeline(document.timeline, assets)).toEqual([]);
    else for (const { start, end, text } of document.cues) expect(start >= 0 && end > start && text !== '').toBe(true);
    return 'read';
  } catch (error) {
    if (isEditorError(error, 'DOCUMENT_INVALID')) return 'refused';
    throw error;
  }
}

const samples: Readonly<Record<DocumentFormat, string>> = {
  srt: '1\n00:00:01,000 --> 00:00:02,000 X1:3\n<i>Hi</i> {\\an8}\n\n2\n00:00:03,000 --> 00:00:04,000\nThere\n',
  vtt: 'WEBVTT\n\nNOTE x\n\n1\n00:01.000 --> 00:02.000 line:0\n<v A>Hi <00:01.500>there &amp; &#65;\n',
  ass: '[Script Info]\n[Events]\nFormat: Layer, Start, End, Style, Text\nDialogue: 0,0:00:01.00,0:00:02.00,D,{\\k50\\b1}Hi {\\k20}there\\N\\{x\\}\n',
  edl: 'TITLE: x\nFCM: DROP FRAME\n001  AX V     C        00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n* FROM CLIP NAME: City-Night-One.mp4\n002  AX V C 00:00:02:00 00:00:02:00 01:00:01:00 01:00:01:00\n002  BX AA/V  D 012 00:00:03:00 00:00:05:00 01:00:01:00 01:00:03:00\nM2   BX  050.0  00:00:03:00\n* TO CLIP NAME: City-Night-One.mp4\n',
  otio: exportTimeline('otio', cook({ rate: { num: 25, den: 1 }, choices: [] }, 'on the grid'), assets).text,
};

test('bytes of any kind are read or refused, never anything else', () => {
  fc.assert(
    fc.property(fc.constantFrom(...formats), fc.uint8Array({ maxLength: 400 }), (format, bytes) => {
      read(format, bytes);
    }),
    { numRuns: 300 },
  );
});

test('documents with parts cut out, doubled, swapped and replaced are read or refused', () => {
  const outcomes = { read: 0, refused: 0 };
  const change = fc.record({
    at: fc.nat(9999),
    length: fc.nat(40),
    put: fc.oneof(
      fc.string({ maxLength: 8 }),
      fc.constantFrom(
        '-->',
        '{',
        '}',
        '<',
        '\\k9',
        '\n',
        '00:00:01,000',
        '99:99:99:99',
        '-1',
        '1e999',
        'null',
        '[]',
        '{}',
        '"',
        ',',
        '\0',
        '*',
        '999999999999999999999',
      ),
    ),
  });
  fc.assert(
    fc.property(fc.constantFrom(...formats), fc.array(change, { minLength: 1, maxLength: 6 }), (format, changes) => {
      let text = samples[format];
      for (const { at, length, put } of changes) {
        const place = at % (text.length + 1);
        text = text.slice(0, place) + put + text.slice(place + length);
      }
      outcomes[read(format, encode(text))]++;
    }),
    { numRuns: 600 },
  );
  expect(outcomes.read).toBeGreaterThan(40);
  expect(outcomes.refused).toBeGreaterThan(40);
});

test('OTIO with values of other kinds in place of its own is read or refused', () => {
  const junk = fc.oneof(
    fc.constantFrom(null, 0, -1, 1e308, Number.MAX_SAFE_INTEGER, 0.5, '', 'Track.1', [], {}, true),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const outcomes = { read: 0, refused: 0 };
  fc.assert(
    fc.property(
      recipes(6),
      fc.array(fc.record({ at: fc.nat(99_999), value: junk }), { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      (recipe, changes, keepOwn) => {
        const document = JSON.parse(exportTimeline('otio', cook(recipe, 'anywhere'), assets).text) as Record<string, unknown>;
        if (!keepOwn) document.metadata = {};
        for (const { at, value } of changes) {
          const places: [Record<string, unknown>, string][] = [];
          const walk = (object: unknown): void => {
            if (typeof object !== 'object' || object === null) return;
            for (const key of Object.keys(object)) {
              places.push([object as Record<string, unknown>, key]);
              walk((object as Record<string, unknown>)[key]);
            }
          };
          walk(keepOwn ? document : document.tracks);
          const [owner, key] = places[at % places.length] ?? [document, 'tracks'];
          owner[key] = value;
        }
        outcomes[read('otio', encode(JSON.stringify(document)))]++;
      },
    ),
    { numRuns: 60 },
  );
  expect(outcomes.read).toBeGreaterThan(5);
  expect(outcomes.refused).toBeGreaterThan(5);
});

const mib = 1_048_576;
const gap = '{"OTIO_SCHEMA":"Gap.1","source_range":{"start_time":{"value":0,"rate":25},"duration":{"value":1,"rate":25}}}';
const fill = (part: string) => part.repeat(Math.ceil(mib / part.length));
/** A mebibyte that a careless reader would take minutes for. */
const bombs: readonly (readonly [what: string, format: DocumentFormat, text: string])[] = [
  ['SRT of open brackets', 'srt', `1\n00:00:01,000 --> 00:00:02,000\n${fill('<<<<<<<<<<\n')}`],
  ['SRT of tags that never end', 'srt', `1\n00:00:01,000 --> 00:00:02,000\n${fill(`${'<i '.repeat(20_000)}\n`)}`],
  ['SRT of spaces', 'srt', `1\n00:00:01,000 --> 00:00:02,000\n${fill(`${' '.repeat(60_000)}x\n`)}`],
  ['SRT of cues', 'srt', fill('1\n00:00:01,000 --> 00:00:02,000\nx\n\n')],
  ['SRT of numbers', 'srt', `1\n00:00:01,000 --> 00:00:02,000\n${fill('1\n')}`],
  ['SRT in one line', 'srt', `00:00:01,000 --> 00:00:02,000\n${fill('x')}`],
  ['VTT of stamps', 'vtt', `WEBVTT\n\n00:01.000 --> 00:02.000\n${fill(`${'<00:01.100>a'.repeat(4000)}\n`)}`],
  ['VTT of ampersands', 'vtt', `WEBVTT\n\n00:01.000 --> 00:02.000\n${fill(`${'&'.repeat(60_000)}\n`)}`],
  ['VTT of arrows', 'vtt', `WEBVTT\n${fill('-->\n')}`],
  [
    'ASS of braces',
    'ass',
    `[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,,,,,,,${'{'.repeat(60_000)}\n${fill('{'.repeat(60_000) + '}\n')}`,
  ],
  ['ASS of karaoke', 'ass', fill(`Dialogue: 0,0:00:01.00,0:00:02.00,,,,,,,${'{\\k1}a'.repeat(5000)}\n`)],
  ['ASS of codes in one brace', 'ass', fill(`Dialogue: 0,0:00:01.00,0:00:02.00,,,,,,,{${'\\k1'.repeat(15_000)}}a\n`)],
  ['EDL of events', 'edl', fill('001 AX V C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n')],
  [
    'EDL of dissolves',
    'edl',
    fill('1 A V C 00:00:01:00 00:00:01:00 01:00:00:00 01:00:00:00\n1 B V D 9 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n'),
  ],
  ['EDL of comments', 'edl', `001 AX V C 00:00:01:00 00:00:02:00 01:00:00:00 01:00:01:00\n${fill('* FROM CLIP NAME: x\n')}`],
  ['EDL of words', 'edl', fill(`001 ${'x '.repeat(30_000)}\n`)],
  ['OTIO of brackets', 'otio', fill('[')],
  ['OTIO of nested arrays', 'otio', `{"OTIO_SCHEMA":"Timeline.1","tracks":${'['.repeat(mib / 2)}${']'.repeat(mib / 2)}}`],
  ['OTIO of nested stacks', 'otio', nest(9000)],
  ['OTIO of layers', 'otio', layers(4500)],
  ['OTIO of gaps', 'otio', `{"OTIO_SCHEMA":"Track.1","children":[${Array.from({ length: 9000 }, () => gap).join(',')}]}`],
];

function nest(depth: number): string {
  return `${'{"OTIO_SCHEMA":"Stack.1","children":['.repeat(depth)}${']}'.repeat(depth)}`;
}

function layers(count: number): string {
  const clip =
    '{"OTIO_SCHEMA":"Clip.1","name":"x","source_range":{"start_time":{"value":0,"rate":25},"duration":{"value":9,"rate":25}}}';
  const one = (index: number) =>
    `{"OTIO_SCHEMA":"Track.1","children":[{"OTIO_SCHEMA":"Gap.1","source_range":{"start_time":{"value":0,"rate":25},"duration":{"value":${index * 10},"rate":25}}},${clip}]}`;
  return `{"OTIO_SCHEMA":"Track.1","children":[{"OTIO_SCHEMA":"Stack.1","children":[${Array.from({ length: count }, (_, index) => one(index)).join(',')}]}]}`;
}

test.each(bombs)('%s is done with in under a second', (_what, format, text) => {
  const bytes = encode(text);
  // Time of this process alone: other work on the machine is not the reader's fault.
  const before = process.cpuUsage();
  read(format, bytes);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(1000);
});

test('a file is a document only where its name and its content say the same', () => {
  for (const format of formats) expect(documentFormat(`x.${format}`, encode(samples[format]))).toBe(format);
  expect(documentFormat('x.SSA', encode(samples.ass))).toBe('ass');
  expect(documentFormat('x.mp4', encode(samples.srt))).toBeUndefined();
  expect(documentFormat('x.srt', Uint8Array.from([0, 0, 0, 24, 102, 116, 121, 112]))).toBeUndefined();
  expect(documentFormat('x.otio', encode('{"a":1}'))).toBeUndefined();
  expect(documentFormat('x.vtt', encode(samples.srt))).toBeUndefined();
});

test('text is read in UTF-8 and UTF-16; another encoding is refused with what to do', () => {
  const utf16 = Uint8Array.from([
    0xff,
    0xfe,
    ...Array.from(samples.srt).flatMap((character) => [character.charCodeAt(0) & 255, character.charCodeAt(0) >> 8]),
  ]);
  expect(readDocument('srt', utf16, { assets, base })).toEqual(readDocument('srt', encode(samples.srt), { assets, base }));
  const latin = Uint8Array.from([...encode('1\n00:00:01,000 --> 00:00:02,000\ncaf'), 0xe9, 0x0a]);
  expect(() => readDocument('srt', latin, { assets, base })).toThrow(/save it as UTF-8/);
});

test('pasted captions are told apart by how they begin', () => {
  for (const format of ['srt', 'vtt', 'ass'] as const)
    expect(parseCaptions(`\n ${samples[format]}`).cues.length).toBeGreaterThan(0);
});
