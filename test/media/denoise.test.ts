/** What noise removal gives on sound whose truth is known. The whole table: `npm run bench -- noise`. */
import { describe, expect, test } from 'vitest';
import { rmsDbfs, siSdrDb, stoi } from '#core/dsp';
import { makeNoise } from '#engine/sample';
import { createDenoiser, measureProfile } from '#engine/sound';
import { clean, madeGain, meanGain, plainKinds, realGain, realPairs, type Gain } from '../fixtures/noise-table.ts';
import { hasRealMedia } from '../fixtures/real-media.ts';
import { noiseKinds, spokenSentences, speechWithNoise, type SampleRange } from '../fixtures/sounds.ts';

const seed = Number(process.env.SEED ?? 41);
process.stdout.write(`seed ${seed}\n`);

function print(gains: readonly Gain[]): void {
  for (const { name, before, after } of gains) process.stdout.write(`${name}: ${before.toFixed(1)} → ${after.toFixed(1)} dB\n`);
  process.stdout.write(`mean gain ${meanGain(gains).toFixed(2)} dB\n`);
}

/** Level within ranges, 50 ms off their edges. */
function level(samples: Float32Array, ranges: readonly SampleRange[]): number {
  return rmsDbfs(Float32Array.from(ranges.flatMap(({ start, end }) => [...samples.subarray(start + 2400, end - 2400)])));
}

describe('createDenoiser() on made noise', () => {
  test('gains 8 dB at 5 dB over the six plain kinds and 7 dB over all ten, none less than 2', () => {
    const gains = noiseKinds.map((kind) => madeGain(kind, 5, seed));
    print(gains);
    expect(meanGain(gains.filter(({ name }) => plainKinds.some((kind) => name.startsWith(kind))))).toBeGreaterThanOrEqual(8);
    expect(meanGain(gains)).toBeGreaterThanOrEqual(7);
    for (const { name, before, after } of gains) expect(after - before, name).toBeGreaterThanOrEqual(2);
  });

  test('leaves no kind below its input at 20 dB', () => {
    const gains = noiseKinds.map((kind) => madeGain(kind, 20, seed));
    print(gains);
    for (const { name, before, after } of gains) expect(after, name).toBeGreaterThanOrEqual(before);
    expect(meanGain(gains)).toBeGreaterThanOrEqual(4);
  });

  test.each(['fan', 'hum', 'street', 'white'] as const)('lowers the floor in pauses of %s by 18 dB and keeps speech', (kind) => {
    const { clean: truth, noisy, pauses, speech } = speechWithNoise({ kind, snrDb: 10, seed, seconds: 12 });
    const out = clean(noisy);
    const dropDb = level(noisy, pauses) - level(out, pauses);
    process.stdout.write(`${kind}: floor ${dropDb.toFixed(1)} dB lower\n`);
    expect(dropDb).toBeGreaterThanOrEqual(18);
    expect(level(out, pauses)).toBeGreaterThan(-110);
    expect(Math.abs(level(out, speech) - level(truth, speech))).toBeLessThanOrEqual(0.8);
    expect(stoi(truth, out, 48_000)).toBeGreaterThanOrEqual(stoi(truth, noisy, 48_000));
  });

  test('takes hum out from under a voice that crosses its harmonics', () => {
    const { clean: truth, noisy } = speechWithNoise({ kind: 'hum', snrDb: 0, seed, seconds: 8, voice: 'rms' });
    expect(measureProfile(noisy).lines.length).toBeGreaterThan(10);
    expect(siSdrDb(truth, clean(noisy)) - siSdrDb(truth, noisy)).toBeGreaterThan(15);
  });
});

describe.skipIf(!hasRealMedia)('createDenoiser() on real pairs', () => {
  test('leaves none below its input and is ahead of RNNoise alone on each, by 2 dB on the whole', () => {
    const gains = realPairs.map((pair) => realGain(pair));
    print(gains);
    for (const { name, before, after, rnnoise } of gains) {
      expect(after, name).toBeGreaterThan(before + 0.5);
      expect(after, name).toBeGreaterThan(rnnoise + 0.5);
    }
    expect(meanGain(gains)).toBeGreaterThan(5);
  });

  test('with the neural engine gains 6.5 dB and more, and speech is understood better in each', () => {
    const gains = realPairs.map((pair) => realGain(pair, 'neural'));
    print(gains);
    for (const { name, before, after, stoi } of gains) {
      expect(after, name).toBeGreaterThan(before + 1.5);
      expect(stoi, name).toBeGreaterThan(0);
    }
    expect(meanGain(gains)).toBeGreaterThan(6.5);
  });

  test('the neural engine gives every sample in its place, the same whatever the blocks', () => {
    const { noisy, clean: truth } = speechWithNoise({ kind: 'rain', snrDb: 10, seed, seconds: 5 });
    const out = clean(noisy, { engine: 'neural' });
    expect(out.length).toBe(noisy.length);
    expect(bestLag(truth, out, 600)).toBe(0);
    for (const block of [997, noisy.length])
      expect(sameSamples(clean(noisy, { engine: 'neural', block }), out), `${block}`).toBe(true);
    for (const count of [0, 1, 480, 5000])
      expect(clean(noisy.slice(0, count), { engine: 'neural' }).length, `${count}`).toBe(count);
  });
});

describe('createDenoiser() as a stream', () => {
  const { clean: truth, noisy } = speechWithNoise({ kind: 'pink', snrDb: 10, seed, seconds: 6 });
  const hummed = speechWithNoise({ kind: 'hum', snrDb: 10, seed, seconds: 6 }).noisy;

  test.each(['auto', 'rnnoise', 'spectral'] as const)('%s gives every sample in its place', (engine) => {
    const out = clean(noisy, { engine });
    expect(out.length).toBe(noisy.length);
    expect(bestLag(truth, out, 600)).toBe(0);
  });

  test.each([
    ['auto', noisy],
    ['auto', hummed],
    ['rnnoise', noisy],
    ['spectral', noisy],
  ] as const)('%s gives the same whatever the blocks, and the same again', (engine, sound) => {
    const out = clean(sound, { engine });
    for (const block of [997, 48_000, sound.length])
      expect(sameSamples(clean(sound, { engine, block }), out), `${block}`).toBe(true);
  });

  test.each([0, 1, 479, 1024, 5000, 48_001])('%i samples come out as many', (count) => {
    const short = noisy.slice(0, count);
    const profile = measureProfile(noisy);
    for (const [engine, used] of [
      ['auto', profile],
      ['rnnoise', profile],
      ['spectral', measureProfile(short)],
      ['auto', measureProfile(hummed)],
    ] as const) {
      const denoiser = createDenoiser({ sampleRateHz: 48_000, strength: 1, engine, profile: used });
      const out = [denoiser.process(short), denoiser.flush()];
      expect(out[0]!.length + out[1]!.length).toBe(count);
      expect(out.every((block) => block.every(Number.isFinite))).toBe(true);
    }
  });

  test('holds back less than two and a half seconds', () => {
    const denoiser = createDenoiser({ sampleRateHz: 48_000, strength: 1, engine: 'auto', profile: measureProfile(hummed) });
    let given = 0;
    for (let at = 0; at + 4800 <= hummed.length; at += 4800) {
      given += denoiser.process(hummed.subarray(at, at + 4800)).length;
      expect(at + 4800 - given).toBeLessThan(120_000);
    }
  });
});

describe('createDenoiser() where it must hold back', () => {
  test('strength 0 changes nothing, and less strength takes less', () => {
    const { noisy, pauses } = speechWithNoise({ kind: 'pink', snrDb: 10, seed, seconds: 6 });
    expect(sameSamples(clean(noisy, { strength: 0 }), noisy)).toBe(true);
    const floors = [0, 0.3, 0.6, 1].map((strength) => level(clean(noisy, { strength }), pauses));
    for (let index = 1; index < floors.length; index++) expect(floors[index]).toBeLessThan(floors[index - 1]! - 3);
  });

  test.each([1, 2, 3])('a clean recording passes as it is (%i)', (number) => {
    const { clean: truth } = spokenSentences({ seed: seed + number, seconds: 8 });
    expect(sameSamples(clean(truth), truth)).toBe(true);
    // A studio's floor, 45 dB down.
    const { noisy } = speechWithNoise({ kind: 'pink', snrDb: 45, seed: seed + number, seconds: 8 });
    expect(sameSamples(clean(noisy), noisy)).toBe(true);
  });

  test('a nearly clean recording is hardly touched', () => {
    const { clean: truth, noisy } = speechWithNoise({ kind: 'pink', snrDb: 32, seed, seconds: 8 });
    const out = clean(noisy);
    // What goes is about the noise itself.
    expect(siSdrDb(noisy, out)).toBeGreaterThan(28);
    expect(siSdrDb(truth, out)).toBeGreaterThanOrEqual(siSdrDb(truth, noisy));
  });

  test('music between speech is left alone', () => {
    const { clean: truth, speech } = spokenSentences({ seed, seconds: 12 });
    const music = chords(truth.length);
    const mixed = truth.map((value, index) => value + music[index]!);
    expect(measureProfile(mixed).hasMusic).toBe(true);
    expect(sameSamples(clean(mixed), mixed)).toBe(true);
    expect(speech.length).toBeGreaterThan(0);
  });

  test('silence, noise alone and full scale give finite sound that is no louder', () => {
    const loud = makeNoise('white', seed, 96_000).map((value) => Math.max(-1, Math.min(1, value)));
    for (const sound of [new Float32Array(96_000), makeNoise('rain', seed, 96_000).map((value) => value * 1e-5), loud]) {
      const out = clean(sound);
      expect(out.every(Number.isFinite)).toBe(true);
      expect(rmsDbfs(out)).toBeLessThanOrEqual(rmsDbfs(sound) + 0.1);
    }
  });

  test('the neural engine says where its model is missing', () => {
    const profile = measureProfile(new Float32Array(4800));
    expect(() => createDenoiser({ sampleRateHz: 48_000, strength: 1, engine: 'neural', profile })).toThrow(/model/);
    expect(() => createDenoiser({ sampleRateHz: 48_000, strength: 1.1, engine: 'auto', profile })).toThrow(/strength/);
  });
});

describe('measureProfile()', () => {
  test.each([
    ['pink', 5],
    ['fan', 10],
    ['hum', 10],
    ['rain', 15],
    ['street', 20],
  ] as const)('reads the level of %s at %i dB within 2 dB', (kind, snrDb) => {
    const { noisy } = speechWithNoise({ kind, snrDb, seed, seconds: 12 });
    const profile = measureProfile(noisy);
    expect(Math.abs(profile.snrDb - snrDb)).toBeLessThan(2);
    expect(profile.hasMusic).toBe(false);
    // It goes through the store.
    expect(JSON.parse(JSON.stringify(profile))).toEqual(profile);
  });
});

/** Three held notes with overtones, others each 0.4 s, 12 dB under the speech. */
function chords(count: number): Float32Array {
  const roots = [440, 349.23, 523.25, 392];
  return Float32Array.from({ length: count }, (_, index) => {
    const time = index / 48_000;
    const root = roots[Math.floor(time / 0.4) % roots.length]!;
    let sum = 0;
    for (const step of [1, 1.25, 1.5])
      for (const order of [1, 2, 3, 4]) sum += Math.sin(2 * Math.PI * root * step * order * time) / order;
    return 0.012 * sum;
  });
}

function sameSamples(left: Float32Array, right: Float32Array): boolean {
  return left.length === right.length && left.every((value, index) => value === right[index]);
}

/** The shift in samples at which both are most alike. */
function bestLag(reference: Float32Array, moved: Float32Array, most: number): number {
  let [best, found] = [-Infinity, 0];
  for (let lag = -most; lag <= most; lag++) {
    let sum = 0;
    for (let index = most; index < reference.length - most; index += 7) sum += reference[index]! * moved[index + lag]!;
    if (sum > best) [best, found] = [sum, lag];
  }
  return found;
}
