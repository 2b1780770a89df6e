import { expect, test } from 'vitest';
import { createSoundReader, type SoundProcess } from './sound-reader.ts';

const ramp = Float32Array.from({ length: 50_000 }, (_, index) => index + 1);

/** Gives the ramp in blocks of 1000 and counts how often it was opened. */
function ramps(options: { createProcess?: () => SoundProcess; settle?: number; endOf?: (first: number) => number }) {
  const opened: number[] = [];
  function* open(first: number, end: number): Generator<Float32Array[]> {
    opened.push(first);
    for (let start = first; start < end; start += 1000) yield [ramp.slice(start, Math.min(end, start + 1000))];
  }
  const reader = createSoundReader({
    channels: 1,
    length: ramp.length,
    open,
    ...(options.endOf === undefined ? {} : { endOf: options.endOf }),
    ...(options.createProcess === undefined ? {} : { createProcess: options.createProcess }),
    settleSamples: options.settle ?? 0,
    bridgeSamples: 5000,
    historySamples: 2000,
  });
  return { reader, opened };
}

/** Holds 700 samples back, as a filter with that delay does after it was compensated. */
function holdBack(): SoundProcess {
  const held: number[] = [];
  return {
    process: ([block]) => {
      held.push(...block!);
      return [Float32Array.from(held.splice(0, Math.max(0, held.length - 700)))];
    },
    flush: () => [Float32Array.from(held.splice(0))],
  };
}

test('createSoundReader() gives any place, silence outside, and the last sample through a process that holds some back', () => {
  const { reader } = ramps({ createProcess: holdBack, settle: 3000 });
  expect([...reader.read(-2, 4)[0]!]).toEqual([0, 0, 1, 2]);
  expect([...reader.read(49_998, 4)[0]!]).toEqual([49_999, 50_000, 0, 0]);
  expect([...reader.read(30_000, 2)[0]!]).toEqual([30_001, 30_002]);
  expect([...reader.read(29_000, 1)[0]!]).toEqual([29_001]);
});

test('createSoundReader() reads on through short holes, starts again early enough after long ones', () => {
  const { reader, opened } = ramps({ createProcess: holdBack, settle: 3000 });
  reader.read(0, 1000);
  reader.read(4000, 1000);
  reader.read(3500, 100);
  expect(opened).toEqual([0]);
  reader.read(20_000, 1000);
  expect(opened).toEqual([0, 17_000]);
});

test('createSoundReader() opens no further than it is told to, and anew where reading goes on after all', () => {
  const { reader, opened } = ramps({ createProcess: holdBack, settle: 3000, endOf: (first) => (first < 5000 ? 5000 : 50_000) });
  const whole = [...reader.read(0, 4000)[0]!, ...reader.read(4000, 5000)[0]!];
  expect(whole).toEqual([...ramp.subarray(0, 9000)]);
  expect(opened).toEqual([0, 2000]);
});
