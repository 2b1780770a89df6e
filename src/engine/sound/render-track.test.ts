import { expect, test } from 'vitest';
import { fromSample } from '#core/time';
import type { SoundClip } from '#engine/plan';
import { mixTracks } from './mix-tracks.ts';
import { renderTrack } from './render-track.ts';
import { createSoundReader } from './sound-reader.ts';

const rate = 48_000;

function clip(sourceSample: number, firstSample: number, samples: number, other: Partial<SoundClip> = {}): SoundClip {
  const speed = other.speed ?? { num: 1, den: 1 };
  const source = { start: fromSample(sourceSample, rate), duration: fromSample((samples * speed.num) / speed.den, rate) };
  return { assetId: 'a', streamIndex: 1, source, firstSample, samples, speed, gainDb: 0, fadeIn: 0, fadeOut: 0, ...other };
}

function render(clips: readonly SoundClip[], source: Float32Array, samples: number, gainDb = 0): Float32Array {
  const { length } = source;
  function* open(first: number, end: number): Generator<Float32Array[]> {
    for (let start = first; start < end; start += 5000) yield [source.slice(start, Math.min(end, start + 5000))];
  }
  const reader = createSoundReader({
    channels: 1,
    length,
    open,
    settleSamples: 0,
    bridgeSamples: 96_000,
    historySamples: 12_000,
  });
  const soundOf = () => ({ reader, length });
  const track = renderTrack({ clips, gainDb, channels: 1, sampleRateHz: rate, samples, blockSamples: 7777, soundOf });
  const blocks = [...mixTracks([track], { samples, channels: 1, blockSamples: 10_000 })];
  return Float32Array.from(blocks.flatMap((block) => [...block[0]!]));
}

/** A low tone that a hard cut would break: its own energy above 4 kHz is nothing, a step's is everywhere. */
const tone = Float32Array.from({ length: rate * 4 }, (_, index) => 0.5 * Math.sin((2 * Math.PI * 97.3 * index) / rate));

/** Peak of the fourth difference: far over 4 kHz, a 97 Hz tone gives 1e-8, a click of 0.1 gives 0.3 and more. */
function click(samples: Float32Array, from: number, to: number): number {
  let most = 0;
  for (let index = Math.max(4, from); index < to; index++) {
    const [a, b, c, d, e] = [samples[index - 4]!, samples[index - 3]!, samples[index - 2]!, samples[index - 1]!, samples[index]!];
    most = Math.max(most, Math.abs(a - 4 * b + 6 * c - 4 * d + e));
  }
  return most;
}

test('renderTrack() leaves untouched sound bit-exact, whatever the clips it was split into', () => {
  const clips = [
    clip(0, 0, 50_001),
    clip(50_001, 50_001, 31_999, { fadeIn: 1440, fadeOut: 1440 }),
    clip(82_000, 82_000, 110_000, { fadeIn: 1440 }),
  ];
  expect(render(clips, tone, tone.length)).toEqual(tone);
});

test('renderTrack() gives exact positions and silence where nothing is', () => {
  const result = render([clip(1000, 500, 2000), clip(9000, 10_000, 3000)], tone, 20_000);
  expect(result.length).toBe(20_000);
  const expected = new Float32Array(20_000);
  expected.set(tone.subarray(1000, 3000), 500);
  expected.set(tone.subarray(9000, 12_000), 10_000);
  expect(result).toEqual(expected);
});

test('renderTrack() joins without a click where a hard cut has one', () => {
  // Half a period off: the sound would jump by up to the double amplitude.
  const cuts = [20_000, 41_111, 60_321, 80_000];
  const clipsWith = (fade: number) =>
    [0, ...cuts].map((start, index) =>
      clip(start + index * 7013, start, (cuts[index] ?? 100_000) - start, { fadeIn: fade, fadeOut: fade }),
    );
  const hard = render(clipsWith(0), tone, 100_000);
  const soft = render(clipsWith(1440), tone, 100_000);
  for (const cut of cuts) {
    expect(click(hard, cut - 10, cut + 10)).toBeGreaterThan(0.05);
    expect(click(soft, cut - 2000, cut + 2000)).toBeLessThan(0.0005);
  }
  // Away from joins nothing was touched.
  expect(soft.subarray(22_000, 40_000)).toEqual(hard.subarray(22_000, 40_000));
});

test('renderTrack() fades in and out at edges that have no neighbour', () => {
  const dc = new Float32Array(rate).fill(0.5);
  const result = render([clip(0, 1000, 10_000, { fadeIn: 240, fadeOut: 4800 })], dc, 12_000);
  expect(result[999]).toBe(0);
  expect(result[1000]).toBeLessThan(0.01);
  expect(result[1240]).toBe(0.5);
  expect(result[6199]).toBe(0.5);
  expect(result[8600]! / 0.5).toBeCloseTo(Math.SQRT1_2, 2);
  expect(result[10_999]).toBeLessThan(0.01);
  expect(result[11_000]).toBe(0);
});

test('renderTrack() changes level and speed, with exact lengths', () => {
  const loud = render([clip(0, 0, 10_000, { gainDb: 6 })], tone, 10_000, -12);
  for (let index = 0; index < 10_000; index += 97) expect(loud[index]).toBeCloseTo(tone[index]! * 10 ** (-6 / 20), 5);
  const fast = render([clip(0, 0, 96_000, { speed: { num: 2, den: 1 } }), clip(500, 96_000, 1000)], tone, 97_000);
  expect(fast.subarray(96_000)).toEqual(tone.subarray(500, 1500));
  let crossings = 0;
  for (let index = 4800; index < 91_200; index++) if (fast[index - 1]! < 0 && fast[index]! >= 0) crossings++;
  expect(Math.abs(crossings - 97.3 * 1.8)).toBeLessThan(2);
});

test('renderTrack() survives clips shorter than their joins', () => {
  const clips = Array.from({ length: 200 }, (_, index) => clip(index * 900, index * 37, 37, { fadeIn: 1440, fadeOut: 1440 }));
  const result = render(clips, tone, 200 * 37 + 100);
  expect(result.length).toBe(7500);
  expect(result.every((value) => Math.abs(value) < 1)).toBe(true);
});
