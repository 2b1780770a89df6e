import { describe, expect, test } from 'vitest';
import { milliseconds } from '#core/time';
import type { FoundSpeech } from './find-speech.ts';
import { createFrameLevels } from './frame-levels.ts';
import { toNoiseFacts } from './noise.ts';
import { findPauses } from './pauses.ts';
import { bandCount, type SoundFeatures } from './sound-features.ts';
import { findSpeech } from './find-speech.ts';
import { toSpeechFacts } from './speech.ts';
import { toMono } from './to-mono.ts';
import { adaptThreshold } from './voice-threshold.ts';

const power = (db: number) => 10 ** (db / 10);

/** Frames with one level each, e.g. `levels([10, -60], [20, -20])`: 10 frames at −60 dB, then 20 at −20 dB. */
function levels(...parts: readonly (readonly [number, number])[]): Float32Array {
  return Float32Array.from(parts.flatMap(([count, db]) => Array.from({ length: count }, () => power(db))));
}

describe('adaptThreshold()', () => {
  const voices = (...parts: readonly (readonly [number, number])[]) =>
    Float32Array.from(parts.flatMap(([count, value]) => Array.from({ length: count }, () => value)));

  test('lies between the two heaps of answers, wherever noise or music moved them', () => {
    expect(adaptThreshold(voices([500, 0.02], [500, 0.98]))).toBeCloseTo(0.5, 1);
    const hidden = adaptThreshold(voices([500, 0.02], [300, 0.45], [200, 0.6]));
    expect(hidden).toBeLessThan(0.45);
    const lifted = adaptThreshold(voices([500, 0.4], [500, 0.98]));
    expect(lifted).toBeGreaterThan(0.4);
  });

  test('stays at 0.5 where there are no two heaps, and with nothing at all', () => {
    expect(adaptThreshold(voices([1000, 0.03]))).toBe(0.5);
    expect(adaptThreshold(voices([980, 0.03], [20, 0.9]))).toBe(0.5);
    expect(adaptThreshold(new Float32Array(0))).toBe(0.5);
  });
});

describe('findSpeech()', () => {
  /** White noise at −60 dB per band with a louder stretch, and a detector that answers late at both ends. */
  function features(speech: { start: number; end: number; db: number }, voice: { start: number; end: number }): SoundFeatures {
    const frames = 400;
    const bands = new Float32Array(frames * bandCount);
    let state = 7;
    for (let index = 0; index < bands.length; index++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const frame = Math.floor(index / bandCount);
      bands[index] = power(frame >= speech.start && frame < speech.end ? speech.db : -60 + (2 * state) / 2 ** 32);
    }
    const answers = Float32Array.from({ length: frames }, (_, frame) =>
      frame >= voice.start && frame < voice.end ? 0.95 : 0.02,
    );
    return { frames, bands, voice: answers };
  }

  test('moves late answers of the detector to where the sound begins and ends', () => {
    const { ranges } = findSpeech(features({ start: 150, end: 250, db: -20 }, { start: 158, end: 265 }));
    expect(ranges).toHaveLength(1);
    expect(Math.abs(ranges[0]!.start - 150)).toBeLessThanOrEqual(2);
    expect(Math.abs(ranges[0]!.end - 250)).toBeLessThanOrEqual(3);
  });

  test('a sound without a voice is no speech, however loud', () => {
    expect(findSpeech(features({ start: 150, end: 250, db: -10 }, { start: 0, end: 0 })).ranges).toEqual([]);
  });

  test.each([0, 1, 5])('%i frames give no more than they hold', (frames) => {
    const { bands, voice } = features({ start: 0, end: 400, db: -20 }, { start: 0, end: 400 });
    const { ranges } = findSpeech({ frames, bands: bands.subarray(0, frames * bandCount), voice: voice.subarray(0, frames) });
    for (const { start, end } of ranges) expect(start >= 0 && end <= frames && end > start).toBe(true);
  });
});

describe('findPauses()', () => {
  const pausesOf = (speech: readonly { start: number; end: number }[], all: Float32Array) =>
    findPauses(speech, { all, heard: all });

  test('tells music and applause from a quiet room, and a breath from both', () => {
    const all = levels([100, -60], [100, -20], [100, -25], [100, -20], [80, -60], [10, -40], [10, -60], [100, -20], [100, -60]);
    const found = pausesOf(
      [
        { start: 100, end: 200 },
        { start: 300, end: 400 },
        { start: 500, end: 600 },
      ],
      all,
    );
    expect(found.map(({ start, audible }) => [start, audible])).toEqual([
      [0, false],
      [200, true],
      [400, false],
      [600, false],
    ]);
    expect(found[1]!.levelDbfs).toBeCloseTo(-25, 3);
  });

  test('a steady noise is the quiet of its recording; digital silence is −120', () => {
    const noisy = levels([100, -30], [100, -20], [100, -30]);
    expect(pausesOf([{ start: 100, end: 200 }], noisy).some(({ audible }) => audible)).toBe(false);
    const silent = Float32Array.from({ length: 300 }, (_, frame) => (frame >= 100 && frame < 200 ? power(-20) : 0));
    expect(pausesOf([{ start: 100, end: 200 }], silent).map(({ levelDbfs }) => levelDbfs)).toEqual([-120, -120]);
  });

  test('gaps under 100 ms are none', () => {
    expect(
      pausesOf(
        [
          { start: 0, end: 50 },
          { start: 59, end: 100 },
        ],
        levels([100, -20]),
      ),
    ).toEqual([]);
  });
});

describe('toNoiseFacts()', () => {
  test('takes the power of the floor out of that of the speech, and no event into the floor', () => {
    const powers = levels([200, -40], [50, -10], [200, -40]).map((value, frame) =>
      frame >= 200 && frame < 250 ? power(-10) + power(-40) : value,
    );
    powers.fill(power(-15), 20, 30);
    const facts = toNoiseFacts([{ start: 200, end: 250 }], powers);
    expect(facts.floorDbfs).toBeCloseTo(-40, 1);
    expect(facts.speechDbfs).toBeCloseTo(-10, 1);
    expect(facts.snrDb).toBeCloseTo(30, 1);
  });

  test('has a floor, and no SNR, without speech; and both where nobody ever stops talking', () => {
    expect(toNoiseFacts([], levels([100, -50]))).toMatchObject({ speechDbfs: -120, snrDb: 0 });
    expect(toNoiseFacts([], new Float32Array(0))).toEqual({ floorDbfs: -120, speechDbfs: -120, snrDb: 0 });
    const { floorDbfs, snrDb } = toNoiseFacts([{ start: 0, end: 100 }], levels([50, -20], [10, -50], [40, -20]));
    expect(floorDbfs).toBeCloseTo(-50, 1);
    expect(snrDb).toBeGreaterThan(25);
  });
});

describe('toSpeechFacts()', () => {
  const found: FoundSpeech = {
    ranges: [{ start: 10, end: 60 }],
    threshold: 0.5,
    hiddenBefore: 0,
    evidence: { active: new Uint8Array(), strong: new Uint8Array(), excessDb: new Float32Array(), restless: 0, snrDb: 30 },
  };
  const powers = { all: levels([100, -40]), heard: levels([100, -40]) };

  test('covers the asset without a hole, and ends with the sound where that ends inside a frame', () => {
    const facts = toSpeechFacts(found, { powers, soundEnd: milliseconds(997), assetEnd: milliseconds(997) });
    const all = [...facts.speech, ...facts.pauses].sort((a, b) => a.start - b.start);
    expect(all.map(({ start, duration }) => start + duration)).toEqual([milliseconds(100), milliseconds(600), milliseconds(997)]);
  });

  test('an asset that lasts longer than its sound ends in a pause', () => {
    const facts = toSpeechFacts(found, { powers, soundEnd: milliseconds(1000), assetEnd: milliseconds(5000) });
    expect(facts.pauses.at(-1)).toMatchObject({ start: milliseconds(600), duration: milliseconds(4400) });
    const toTheEnd = toSpeechFacts(
      { ...found, ranges: [{ start: 10, end: 100 }] },
      { powers, soundEnd: milliseconds(1000), assetEnd: milliseconds(5000) },
    );
    expect(toTheEnd.pauses.at(-1)).toEqual({
      start: milliseconds(1000),
      duration: milliseconds(4000),
      levelDbfs: -120,
      audible: false,
    });
  });
});

describe('toMono()', () => {
  const tone = Float32Array.from({ length: 480 }, (_, index) => Math.sin(index / 5));
  const silence = new Float32Array(480);

  test('is the mean of two channels, and the louder one where they cancel', () => {
    expect(toMono([tone, silence])[7]).toBeCloseTo(tone[7]! / 2, 6);
    expect(toMono([tone, tone.map((value) => -0.9 * value)])).toEqual(tone);
  });

  test('samples that are no numbers become silence', () => {
    expect(toMono([Float32Array.of(0.5, Number.NaN, Infinity)])).toEqual(Float32Array.of(0.5, 0, 0));
  });
});

test.each([8000, 11_025, 22_050, 44_100, 48_000])(
  'createFrameLevels() never drifts at %i Hz, whatever the blocks are',
  (rate) => {
    const loud = new Float32Array(rate * 3);
    // One second of tone in the middle: its borders are where frames 100 and 200 begin.
    loud.fill(0.5, rate, 2 * rate);
    for (const block of [777, loud.length]) {
      const meter = createFrameLevels(rate);
      for (let start = 0; start < loud.length; start += block) meter.push([loud.subarray(start, start + block)]);
      const measured = meter.finish();
      expect(measured).toHaveLength(300);
      expect([measured[99], measured[100], measured[199], measured[200]]).toEqual([0, 0.25, 0.25, 0]);
    }
  },
);
