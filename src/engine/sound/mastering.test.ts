import { expect, test } from 'vitest';
import { createLoudnessMeter } from '#core/dsp';
import { chooseMastering, masterBlocks, type Mastering } from './mastering.ts';
import { createSketchMaker } from './mix-sketch.ts';

const rate = 48_000;

function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** Ten seconds of noise in syllables with `crackle` peaks a second that stand `peakDb` above it. */
function programme(crackle: number, peakDb: number): Float32Array[] {
  const next = random(5);
  const samples = Float32Array.from({ length: rate * 10 }, (_, index) => 0.02 * next() * (1 + Math.sin(index / 3000)));
  const height = 0.02 * 10 ** (peakDb / 20);
  for (let index = 0; index < crackle * 10; index++) {
    const at = Math.floor((Math.abs(next()) * 0.98 + 0.005) * samples.length);
    for (let step = 0; step < 40; step++) samples[at + step]! += height * Math.sin(step / 3) * Math.exp(-step / 12);
  }
  return [samples];
}

function measure(blocks: Iterable<Float32Array[]>) {
  const meter = createLoudnessMeter(rate, 1);
  for (const block of blocks) meter.push(block);
  return meter.result();
}

function choose(channels: Float32Array[], targetLufs: number) {
  const sketch = createSketchMaker(rate, 1);
  for (let at = 0; at < channels[0]!.length; at += 7001) sketch.push([channels[0]!.subarray(at, at + 7001)]);
  return chooseMastering(measure([channels]), sketch.finish(), { targetLufs, ceilingDbtp: -1 });
}

function master(channels: Float32Array[], mastering: Mastering) {
  return measure(masterBlocks([channels.map((samples) => samples.slice())], mastering, { channels: 1, sampleRateHz: rate }));
}

for (const [crackle, peakDb] of [
  [0, 0],
  [2, 12],
  [4, 18],
  [1, 24],
] as const) {
  test(`chooseMastering() finds the gain to −14 LUFS through ${crackle} peaks a second of ${peakDb} dB, in one go`, () => {
    const channels = programme(crackle, peakDb);
    const { mastering, outcome } = choose(channels, -14);
    const facts = master(channels, mastering);
    expect(outcome).toBe('as-asked');
    expect(Math.abs(facts.integratedLufs + 14)).toBeLessThan(0.35);
    expect(facts.truePeakDbtp).toBeLessThanOrEqual(-0.95);
  });
}

test('chooseMastering() stops where the limiter would be heard', () => {
  const channels = programme(40, 30);
  const { mastering, outcome } = choose(channels, -9);
  expect(outcome).toBe('limited');
  expect(master(channels, mastering).integratedLufs).toBeLessThan(-9.5);
});

test('chooseMastering() leaves the mix alone where nothing is asked, and protects it where it would clip', () => {
  const channels = programme(1, 12);
  const sketch = createSketchMaker(rate, 1).finish();
  expect(chooseMastering(measure([channels]), sketch, undefined)).toEqual({ mastering: { gainDb: 0 }, outcome: 'as-asked' });
  const hot = channels.map((samples) => samples.map((value) => value * 30));
  const { mastering, outcome } = chooseMastering(measure([hot]), sketch, undefined);
  expect(outcome).toBe('protected');
  expect(master(hot, mastering).samplePeakDbfs).toBeLessThanOrEqual(0);
});
