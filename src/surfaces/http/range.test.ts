import { expect, test } from 'vitest';
import { decideRange, type RangeAnswer, type RangeQuestion } from './range.ts';

const etag = '"abc"';
const whole: RangeAnswer = { kind: 'whole' };
const past: RangeAnswer = { kind: 'unsatisfiable' };
const part = (start: number, end: number): RangeAnswer => ({ kind: 'part', start, end });

// A file of 1000 bytes; expected by RFC 9110, sections 13.1, 13.2.2, 14.1.1, 14.1.2 and 14.2.
const cases: [string, Partial<RangeQuestion>, RangeAnswer][] = [
  ['no header', {}, whole],
  ['first byte', { range: 'bytes=0-0' }, part(0, 1)],
  ['first hundred', { range: 'bytes=0-99' }, part(0, 100)],
  ['middle', { range: 'bytes=500-599' }, part(500, 600)],
  ['last byte by number', { range: 'bytes=999-999' }, part(999, 1000)],
  ['open end', { range: 'bytes=900-' }, part(900, 1000)],
  ['open end from the start', { range: 'bytes=0-' }, part(0, 1000)],
  ['all by number', { range: 'bytes=0-999' }, part(0, 1000)],
  ['end past the file', { range: 'bytes=900-5000' }, part(900, 1000)],
  ['end far past any number', { range: `bytes=1-${'9'.repeat(400)}` }, part(1, 1000)],
  ['suffix', { range: 'bytes=-100' }, part(900, 1000)],
  ['suffix of one', { range: 'bytes=-1' }, part(999, 1000)],
  ['suffix of all', { range: 'bytes=-1000' }, part(0, 1000)],
  ['suffix longer than the file', { range: 'bytes=-5000' }, part(0, 1000)],
  ['suffix of nothing', { range: 'bytes=-0' }, past],
  ['start at the end', { range: 'bytes=1000-' }, past],
  ['start past the end', { range: 'bytes=1000-1001' }, past],
  ['start far past any number', { range: `bytes=${'9'.repeat(400)}-` }, past],
  ['last before first', { range: 'bytes=500-499' }, whole],
  ['no number at all', { range: 'bytes=-' }, whole],
  ['empty set', { range: 'bytes=' }, whole],
  ['no unit', { range: '0-99' }, whole],
  ['another unit', { range: 'items=0-99' }, whole],
  ['letters', { range: 'bytes=a-b' }, whole],
  ['negative pair', { range: 'bytes=-5--1' }, whole],
  ['a float', { range: 'bytes=0.5-9' }, whole],
  ['hexadecimal', { range: 'bytes=0x0-0x9' }, whole],
  ['unit in capitals', { range: 'BYTES=0-9' }, part(0, 10)],
  ['white space around', { range: ' bytes = 0-9 ' }, part(0, 10)],
  ['white space inside', { range: 'bytes=0 - 9' }, whole],
  ['two ranges', { range: 'bytes=0-9,20-29' }, whole],
  ['a thousand ranges', { range: `bytes=${'0-0,'.repeat(1000)}` }, whole],
  ['one range and empty elements', { range: 'bytes=,0-9,' }, part(0, 10)],
  ['range on HEAD', { method: 'HEAD', range: 'bytes=0-9' }, whole],
  ['If-Range matches', { range: 'bytes=0-9', ifRange: '"abc"' }, part(0, 10)],
  ['If-Range of another version', { range: 'bytes=0-9', ifRange: '"xyz"' }, whole],
  ['If-Range with a weak tag', { range: 'bytes=0-9', ifRange: 'W/"abc"' }, whole],
  ['If-Range with a date', { range: 'bytes=0-9', ifRange: 'Wed, 21 Oct 2015 07:28:00 GMT' }, whole],
  ['If-Range of another version and a range past the end', { range: 'bytes=5000-', ifRange: '"xyz"' }, whole],
  ['If-None-Match matches', { ifNoneMatch: '"abc"' }, { kind: 'not-modified' }],
  ['If-None-Match matches weakly in a list', { ifNoneMatch: '"x", W/"abc"' }, { kind: 'not-modified' }],
  ['If-None-Match with a star', { ifNoneMatch: '*' }, { kind: 'not-modified' }],
  ['If-None-Match wins over a range', { ifNoneMatch: '"abc"', range: 'bytes=0-9' }, { kind: 'not-modified' }],
  ['If-None-Match of another version', { ifNoneMatch: '"xyz"', range: 'bytes=0-9' }, part(0, 10)],
  ['If-Match matches', { ifMatch: '"abc"', range: 'bytes=0-9' }, part(0, 10)],
  ['If-Match with a star', { ifMatch: '*' }, whole],
  ['If-Match weakly', { ifMatch: 'W/"abc"' }, { kind: 'precondition-failed' }],
  ['If-Match of another version', { ifMatch: '"xyz"' }, { kind: 'precondition-failed' }],
];

test.each(cases)('%s', (_name, question, expected) => {
  expect(decideRange({ method: 'GET', ...question }, 1000, etag)).toEqual(expected);
});

test('an empty file has no satisfiable range', () => {
  expect(decideRange({ method: 'GET', range: 'bytes=0-' }, 0, etag)).toEqual(past);
  expect(decideRange({ method: 'GET', range: 'bytes=-5' }, 0, etag)).toEqual(past);
  expect(decideRange({ method: 'GET' }, 0, etag)).toEqual(whole);
});
