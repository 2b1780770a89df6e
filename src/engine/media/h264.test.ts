import { expect, test } from 'vitest';
import { joinUnits, readParameterSets, toLengthPrefixed, unitsOf, writeConfiguration } from './avcc.ts';
import { readPictureSetId, readSequence } from './sps.ts';

/** x264, High@4.0, 1920×1080, four-byte lengths. */
const record = Buffer.from('01640028ffe1001b67640028acd940780227e5c044000003000400000300f03c60c65801000468eb8f2cfdf8f800', 'hex');

test('readSequence() reads size, cropping and reordering of a real stream', () => {
  const sets = readParameterSets(record)!;
  expect(readSequence(sets.sps[0]!)).toEqual({
    id: 0,
    profile: 100,
    level: 40,
    chromaFormat: 1,
    bitDepth: 8,
    framesOnly: true,
    width: 1920,
    height: 1080,
    sampleAspect: { num: 1, den: 1 },
    reorderFrames: 2,
  });
  expect(readPictureSetId(sets.pps[0]!)).toBe(0);
});

test('a unit that is cut short is unreadable, not misread', () => {
  const [sps] = readParameterSets(record)!.sps;
  for (let length = 1; length < 12; length++) expect(readSequence(sps!.subarray(0, length))).toBeUndefined();
});

test('writeConfiguration() of one stream is the record it came from, and of two names the higher profile and level', () => {
  const sets = readParameterSets(record)!;
  expect(writeConfiguration([sets])).toEqual(record);
  const other = { sps: [Buffer.from('674d002a9a', 'hex')], pps: [Buffer.from('68ce3c', 'hex')] };
  const joined = writeConfiguration([other, sets, sets]);
  expect([...joined.subarray(0, 6)]).toEqual([1, 100, 0, 42, 255, 0xe2]);
  expect(readParameterSets(joined)).toEqual({
    sps: [...other.sps, ...sets.sps],
    pps: [...other.pps, ...sets.pps],
    lengthBytes: 4,
  });
});

test('units come out of start codes, and of lengths of one, two and four bytes, the same', () => {
  const units = ['65880a0b0c', '0601ffee', '41e000000301'].map((hex) => Buffer.from(hex, 'hex'));
  const startCoded = Buffer.concat([
    Buffer.from([0, 0, 0, 1]),
    units[0]!,
    Buffer.from([0, 0, 1]),
    units[1]!,
    Buffer.from([0, 0, 0, 1]),
    units[2]!,
  ]);
  const withLength = (bytes: number) =>
    Buffer.concat(
      units.flatMap((unit) => {
        const length = Buffer.alloc(bytes);
        length.writeUIntBE(unit.length, 0, bytes);
        return [length, unit];
      }),
    );
  expect([...unitsOf(startCoded, 0)]).toEqual(units);
  for (const bytes of [1, 2, 4]) {
    expect([...unitsOf(withLength(bytes), bytes)]).toEqual(units);
    expect(toLengthPrefixed(withLength(bytes), bytes)).toEqual(joinUnits(units));
  }
  expect(readParameterSets(Buffer.from([0, 0, 0, 1, 0x65, 1, 2, 3]))).toBeUndefined();
});
