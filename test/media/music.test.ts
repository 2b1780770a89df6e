/** Makes beds of music and measures the files: level, tempo, key, loop, spectrum. To hear one: `rushes music calm -o bed.wav`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLoudnessMeter, createRealFft } from '#core/dsp';
import { musicMoods, type MusicFacts, type MusicRequest } from '#core/facts';
import { toSample } from '#core/time';
import { decodeSound } from '#engine/media';
import { composeMusic, makeMusicTask } from '#engine/music';

const rate = 48_000;
let folder: string;
let made = 0;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rushes-music-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Made = { readonly path: string; readonly facts: MusicFacts; readonly left: Float32Array; readonly right: Float32Array };

async function make(request: MusicRequest): Promise<Made> {
  const path = join(folder, `${made++}.flac`);
  const context = { signal: new AbortController().signal, progress: () => {}, scratch: folder };
  const facts = await makeMusicTask({ request, outputPath: path }, context);
  const blocks = [...decodeSound({ path, container: 'flac' }, { streamIndex: 0, sampleRateHz: rate, channels: 2 })];
  const joined = (channel: number): Float32Array => {
    const whole = new Float32Array(blocks.reduce((sum, block) => sum + block[0]!.length, 0));
    let at = 0;
    for (const block of blocks) {
      whole.set(block[channel]!, at);
      at += block[channel]!.length;
    }
    return whole;
  };
  return { path, facts, left: joined(0), right: joined(1) };
}

/** Power in frequency bands, edges in Hz, of both sides together. */
function bandPowers({ left, right }: Made, edges: readonly number[]): number[] {
  const powers = edges.slice(1).map(() => 0);
  spectrum(left, right, (hz, power) => {
    const band = edges.findIndex((edge, index) => hz >= edge && hz < (edges[index + 1] ?? Infinity));
    if (band >= 0 && band < powers.length) powers[band]! += power;
  });
  return powers;
}

/** Share of each pitch class in what sounds between 100 and 2000 Hz. */
function chroma({ left, right }: Made): number[] {
  const classes = Array.from({ length: 12 }, () => 0);
  spectrum(left, right, (hz, power) => {
    if (hz < 100 || hz > 2000) return;
    classes[((Math.round(69 + 12 * Math.log2(hz / 440)) % 12) + 12) % 12]! += Math.sqrt(power);
  });
  const total = classes.reduce((sum, value) => sum + value, 0);
  return classes.map((value) => value / total);
}

function spectrum(left: Float32Array, right: Float32Array, hear: (hz: number, power: number) => void): void {
  const size = 16_384;
  const fft = createRealFft(size);
  const [re, im, frame] = [new Float64Array(size / 2 + 1), new Float64Array(size / 2 + 1), new Float64Array(size)];
  const power = new Float64Array(size / 2 + 1);
  for (let at = 0; at + size <= left.length; at += size) {
    for (let index = 0; index < size; index++)
      frame[index] = (left[at + index]! + right[at + index]!) * (0.5 - 0.5 * Math.cos((2 * Math.PI * index) / size));
    fft.forward(frame, re, im);
    for (let bin = 1; bin <= size / 2; bin++) power[bin]! += re[bin]! ** 2 + im[bin]! ** 2;
  }
  for (let bin = 1; bin <= size / 2; bin++) hear((bin * rate) / size, power[bin]!);
}

/** How strongly something begins in each millisecond: the rise of the level. */
function onsets({ left, right }: Made): Float64Array {
  const step = rate / 1000;
  const levels = Float64Array.from({ length: Math.floor(left.length / step) }, (_, index) => {
    let energy = 1e-6;
    // Differences let the fronts of sounds through and hold back what hums on.
    for (let at = Math.max(1, index * step); at < (index + 1) * step; at++)
      energy += (left[at]! + right[at]! - left[at - 1]! - right[at - 1]!) ** 2;
    return Math.log(energy);
  });
  const mean = (from: number): number => {
    const part = levels.subarray(Math.max(0, from), Math.max(0, from + 8));
    return part.reduce((sum, level) => sum + level, 0) / Math.max(1, part.length);
  };
  return levels.map((_, index) => Math.max(0, mean(index) - mean(index - 8)));
}

/** The shift of the said beats, in ms, at which most begins. */
function beatError(bed: Made): number {
  const strength = onsets(bed);
  const beats = bed.facts.beats.slice(0, -8).map((time) => toSample(time, rate, 'round') / 48);
  let best = 0;
  let most = -1;
  for (let shift = -40; shift <= 40; shift++) {
    const sum = beats.reduce((total, beat) => total + (strength[Math.round(beat + shift)] ?? 0), 0);
    if (sum > most) [best, most] = [shift, sum];
  }
  return best;
}

function loudness({ left, right }: Made) {
  const meter = createLoudnessMeter(rate, 2);
  meter.push([left, right]);
  return meter.result();
}

const minorSteps = [0, 2, 3, 5, 7, 8, 10];
const majorSteps = [0, 2, 4, 5, 7, 9, 11];

describe('a bed of music', () => {
  const cases = musicMoods.flatMap((mood) => [
    { mood, bpm: 84, key: 'Am', tonic: 9, steps: minorSteps },
    { mood, bpm: 122, key: 'D', tonic: 2, steps: majorSteps },
  ]);
  const seen = new Map<string, string>();

  test.each(cases)('$mood at $bpm in $key keeps level, beat, key and spectrum', async ({ mood, bpm, key, tonic, steps }) => {
    const bed = await make({ mood, bpm, key, seconds: 14 });
    const { facts, left, right } = bed;
    const perBeat = Math.round((rate * 60) / bpm);
    expect(left.length % (4 * perBeat)).toBe(0);
    expect(left.length).toBeGreaterThanOrEqual(14 * rate);
    expect(facts).toMatchObject({ mood, bpm, key, beatsPerBar: 4 });
    expect(facts.beats.map((time) => toSample(time, rate, 'round'))).toEqual(facts.beats.map((_, index) => index * perBeat));
    expect(facts.downbeats).toEqual(facts.beats.filter((_, index) => index % 4 === 0));

    const { integratedLufs, truePeakDbtp } = loudness(bed);
    expect(Math.abs(integratedLufs + 18)).toBeLessThan(1);
    expect(truePeakDbtp).toBeLessThan(-0.3);
    for (const side of [left, right]) {
      expect(Math.abs(side.reduce((sum, value) => sum + value, 0) / side.length)).toBeLessThan(1e-4);
    }

    expect(Math.abs(beatError(bed))).toBeLessThanOrEqual(5);

    const [rumble, low, middle, voice, high, air] = bandPowers(bed, [5, 28, 250, 1000, 4000, 12_000, 24_000]) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const all = rumble + low + middle + voice + high + air;
    const share = (power: number) => 10 * Math.log10(power / all);
    expect(share(rumble)).toBeLessThan(-25);
    expect(share(air)).toBeLessThan(-30);
    expect(share(voice)).toBeLessThan(-7);
    expect(share(middle)).toBeGreaterThan(-14);

    const classes = chroma(bed);
    const inKey = steps.reduce((sum, step) => sum + classes[(tonic + step) % 12]!, 0);
    // Suspense borrows chords from beside the key; where home is can still be heard.
    if (mood !== 'suspense') expect(inKey).toBeGreaterThan(0.72);
    expect(classes.toSorted((a, b) => b - a).indexOf(classes[tonic]!)).toBeLessThan(4);

    const hash = createHash('sha256').update(readFileSync(bed.path)).digest('hex');
    expect(seen.has(hash)).toBe(false);
    seen.set(hash, mood);
  });

  test('is the same for the same request and another for another seed', async () => {
    const request = { mood: 'corporate', seconds: 9, bpm: 120, seed: 7 } as const;
    const [first, again, other] = [await make(request), await make(request), await make({ ...request, seed: 8 })];
    expect(Buffer.compare(readFileSync(first.path), readFileSync(again.path))).toBe(0);
    expect(Buffer.compare(readFileSync(first.path), readFileSync(other.path))).not.toBe(0);
  });

  test('in another key is the same piece, moved', async () => {
    const request = { mood: 'calm', seconds: 12, bpm: 90 } as const;
    const [c, e] = [chroma(await make({ ...request, key: 'C' })), chroma(await make({ ...request, key: 'Eb' }))];
    const likeness = (shift: number): number => {
      const moved = c.map((_, index) => c[(index - shift + 12) % 12]!);
      const dot = moved.reduce((sum, value, index) => sum + value * e[index]!, 0);
      return dot / Math.sqrt(c.reduce((sum, value) => sum + value ** 2, 0) * e.reduce((sum, value) => sum + value ** 2, 0));
    };
    const best = Array.from({ length: 12 }, (_, shift) => shift).reduce((a, b) => (likeness(b) > likeness(a) ? b : a));
    expect(best).toBe(3);
    expect(likeness(3)).toBeGreaterThan(0.9);
  });
});

describe('a loop of music', () => {
  test.each([
    { mood: 'upbeat', bpm: 120, seconds: 26 },
    { mood: 'cinematic', bpm: 150, seconds: 30 },
  ] as const)('of $mood goes on at its start as it would at its end', async (request) => {
    const { facts, left, right } = await make(request);
    const [start, end] = [toSample(facts.loop.start, rate, 'round'), toSample(facts.loop.end, rate, 'round')];
    expect(facts.downbeats).toContain(facts.loop.start);
    expect(facts.downbeats).toContain(facts.loop.end);
    expect(end - start).toBeGreaterThanOrEqual(4 * 4 * Math.round((rate * 60) / request.bpm));
    // What leads to the start and what leads to the end are one sound, to the last bits.
    let [apart, loudest] = [0, 0];
    for (const side of [left, right]) {
      for (let back = 1; back <= rate / 2; back++) {
        apart = Math.max(apart, Math.abs(side[start - back]! - side[end - back]!));
        loudest = Math.max(loudest, Math.abs(side[end - back]!));
      }
    }
    expect(loudest).toBeGreaterThan(0.02);
    expect(apart).toBeLessThan(1e-3);
  });

  test('of a piece of one phrase has what rings over in its first bar', async () => {
    const { facts, left } = await make({ mood: 'calm', seconds: 10, bpm: 100 });
    expect(facts.loop.start).toBe(0);
    const end = toSample(facts.loop.end, rate, 'round');
    let steepest = 0;
    for (let at = end - rate / 20; at < end; at++) steepest = Math.max(steepest, Math.abs(left[at]! - left[at - 1]!));
    expect(Math.abs(left[0]! - left[end - 1]!)).toBeLessThan(Math.max(0.004, 2 * steepest));
  });
});

describe('composeMusic()', () => {
  test('lays out any length in memory that does not grow with it, and refuses what is out of bounds', () => {
    const { facts, samples } = composeMusic({ mood: 'lo-fi', seconds: 7200, bpm: 60 });
    expect(samples).toBe(7200 * rate);
    expect(facts.beats).toHaveLength(7200);
    expect(facts.loop.end).toBeGreaterThan(facts.loop.start);
    for (const wrong of [
      { seconds: 0 },
      { seconds: 7201 },
      { bpm: 59 },
      { bpm: 181 },
      { key: 'H' },
      { seed: 0.5 },
      { mood: 'polka' as 'calm' },
    ])
      expect(() => composeMusic({ mood: 'calm', seconds: 10, ...wrong })).toThrow(/not|no /);
  });

  test('without a tempo takes one at which it ends when it was asked to', () => {
    for (const mood of musicMoods) {
      for (const seconds of [30, 33.3, 61, 240]) {
        const { samples, facts } = composeMusic({ mood, seconds });
        expect(samples / rate - seconds).toBeGreaterThanOrEqual(0);
        expect(samples / rate - seconds).toBeLessThan(0.05);
        expect(facts.bpm).toBeGreaterThan(60);
        expect(facts.bpm).toBeLessThan(132);
      }
    }
  });

  test('every length from a second on, at the slowest and the fastest, is long enough and loops on bars', () => {
    for (const bpm of [60, 97, 180]) {
      for (let seconds = 1; seconds < 90; seconds += 3) {
        const { facts, samples } = composeMusic({ mood: 'suspense', seconds, bpm });
        expect(samples).toBeGreaterThanOrEqual(seconds * rate);
        expect(facts.downbeats).toContain(facts.loop.start);
        expect(facts.downbeats).toContain(facts.loop.end);
        expect(facts.loop.end).toBeGreaterThan(facts.loop.start);
      }
    }
  });
});
