import { expect, test } from 'vitest';
import { fromSample, ticks } from '#core/time';
import type { SoundClip } from '#engine/plan';
import { blend, joinBetween, mergeClips, type Join } from './joins.ts';

const rate = 48_000;

function clip(sourceSample: number, firstSample: number, samples: number, other: Partial<SoundClip> = {}): SoundClip {
  const source = { start: fromSample(sourceSample, rate), duration: fromSample(samples, rate) };
  return {
    assetId: 'a',
    streamIndex: 1,
    source,
    firstSample,
    samples,
    speed: { num: 1, den: 1 },
    gainDb: 0,
    fadeIn: 1440,
    fadeOut: 1440,
    ...other,
  };
}

const plenty = { left: { before: 1e6, after: 1e6 }, right: { before: 1e6, after: 1e6 } };

test('mergeClips() makes one clip of what runs on unchanged, and keeps what differs apart', () => {
  const [a, b] = [clip(0, 0, 10_000), clip(10_000, 10_000, 5000)];
  expect(mergeClips([a, b], rate)).toEqual([
    { ...a, samples: 15_000, source: { start: ticks(0), duration: fromSample(15_000, rate) } },
  ]);
  expect(mergeClips([a, clip(10_100, 10_000, 5000)], rate)).toHaveLength(2);
  expect(mergeClips([a, { ...b, gainDb: 3 }], rate)).toHaveLength(2);
  expect(mergeClips([a, { ...b, fadeIn: 20_000 }], rate)).toHaveLength(2);
  expect(mergeClips([a, { ...b, denoise: { name: 'denoise', strength: 1, engine: 'auto' } }], rate)).toHaveLength(2);
});

test('joinBetween() blends over 30 ms around the cut where both sides have material', () => {
  const join = joinBetween(clip(0, 0, 48_000), clip(90_000, 48_000, 48_000), plenty, rate)!;
  expect(join.length).toBe(1440);
  expect(join.shape).toBe('equal-power');
  expect((join.earliest + join.latest) / 2 + 720).toBe(48_000);
  expect(join.latest - join.earliest).toBe(480);
});

test('joinBetween() moves to the side that has material, and gives way to fades where neither has', () => {
  const [left, right] = [clip(0, 0, 48_000), clip(90_000, 48_000, 48_000)];
  const atEnd = joinBetween(left, right, { ...plenty, left: { before: 0, after: 0 } }, rate)!;
  expect(atEnd.latest + atEnd.length).toBe(48_000);
  const atStart = joinBetween(left, right, { ...plenty, right: { before: 0, after: 0 } }, rate)!;
  expect(atStart.earliest).toBe(48_000);
  const none = { left: { before: 0, after: 0 }, right: { before: 0, after: 0 } };
  expect(joinBetween(left, right, none, rate)).toBeUndefined();
});

test('joinBetween() leaves fades that were asked for, gaps and hard cuts alone', () => {
  const left = clip(0, 0, 48_000);
  expect(joinBetween({ ...left, fadeOut: 48_000 }, clip(90_000, 48_000, 48_000), plenty, rate)).toBeUndefined();
  expect(joinBetween(left, clip(90_000, 48_001, 48_000), plenty, rate)).toBeUndefined();
  expect(joinBetween(left, clip(90_000, 48_000, 48_000, { fadeIn: 0 }), plenty, rate)).toBeUndefined();
});

test('joinBetween() keeps a straight line between two levels of the same running sound', () => {
  expect(joinBetween(clip(0, 0, 48_000), clip(48_000, 48_000, 48_000, { gainDb: -6 }), plenty, rate)!.shape).toBe('linear');
});

test('joinBetween() never reaches further than the middle of a short clip', () => {
  for (const samples of [1, 2, 3, 100, 1439, 1440, 1441]) {
    const join = joinBetween(clip(0, 0, samples), clip(90_000, samples, 48_000), plenty, rate);
    if (join === undefined) continue;
    expect(join.start).toBeGreaterThanOrEqual(Math.floor(samples / 2));
    expect(join.earliest).toBeGreaterThanOrEqual(join.start);
    expect(join.latest + join.length).toBeLessThanOrEqual(join.end);
  }
});

test('blend() keeps the power of two unlike sounds and puts its middle on the quietest place', () => {
  const join: Join = { start: 0, end: 1920, earliest: 0, latest: 480, length: 1440, shape: 'equal-power' };
  let seed = 3;
  const random = () => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff) / 0x3fffffff - 1;
  const power = new Float64Array(1920);
  for (let run = 0; run < 400; run++) {
    const [a, b] = [Float32Array.from({ length: 1920 }, random), Float32Array.from({ length: 1920 }, random)];
    // Both at zero at one place: that is where the middle has to be.
    a[720 + 100] = 0;
    b[720 + 100] = 0;
    const [mixed] = blend([a], [b], join);
    for (let index = 0; index < 1920; index++) power[index]! += mixed![index]! ** 2 / 400;
    expect(mixed![99]).toBe(a[99]);
    expect(mixed![100 + 1440]).toBe(b[100 + 1440]);
    expect(mixed![101]).not.toBe(a[101]);
  }
  for (let index = 0; index < 1920; index += 96) {
    const near = power.subarray(index, index + 96).reduce((sum, value) => sum + value, 0) / 96;
    expect(Math.abs(10 * Math.log10(near * 3))).toBeLessThan(0.35);
  }
});
