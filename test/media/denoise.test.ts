import { describe, expect, test } from 'vitest';
import { rmsDbfs, siSdrDb } from '#core/dsp';
import { clean, madeGain, plainKinds, realGain, realPairs } from '../fixtures/noise-table.ts';
import { hasRealMedia } from '../fixtures/real-media.ts';
import { speechWithNoise } from '../fixtures/sounds.ts';

const seed = Number(process.env.SEED ?? 41);
process.stdout.write(`seed ${seed}\n`);

describe('noise removal with no model', () => {
  test('mean gain over six kinds is at least 6 dB at 5 dB, and no kind falls below its input at 20 dB', () => {
    const low = plainKinds.map((kind) => madeGain(kind, 5, seed));
    const high = plainKinds.map((kind) => madeGain(kind, 20, seed));
    for (const { name, before, after } of [...low, ...high])
      process.stdout.write(`${name}: ${before.toFixed(1)} → ${after.toFixed(1)} dB\n`);
    const mean = low.reduce((sum, gain) => sum + gain.after - gain.before, 0) / low.length;
    process.stdout.write(`mean gain at 5 dB: ${mean.toFixed(2)} dB\n`);
    expect(mean).toBeGreaterThanOrEqual(6);
    for (const { name, before, after } of high) expect(after, name).toBeGreaterThanOrEqual(before);
  });

  test.skipIf(!hasRealMedia)('real pairs: none below its input by more than 0.2 dB, mean gain ahead of 3.2 dB', () => {
    const gains = realPairs.map(realGain);
    for (const { name, before, after } of gains) process.stdout.write(`${name}: ${before.toFixed(1)} → ${after.toFixed(1)} dB\n`);
    for (const { name, before, after } of gains) expect(after, name).toBeGreaterThanOrEqual(before - 0.2);
    const mean = gains.reduce((sum, gain) => sum + gain.after - gain.before, 0) / gains.length;
    process.stdout.write(`mean gain on real pairs: ${mean.toFixed(2)} dB\n`);
    expect(mean).toBeGreaterThan(3.2);
  });

  test('the floor in pauses drops by at least 10 dB, speech keeps its level, and every sample stays in place', () => {
    const { clean: truth, noisy, pauses, speech } = speechWithNoise({ kind: 'fan', snrDb: 10, seed, seconds: 12 });
    const out = clean(noisy);
    expect(out.length).toBe(noisy.length);
    const level = (samples: Float32Array, ranges: readonly { readonly start: number; readonly end: number }[]) =>
      rmsDbfs(Float32Array.from(ranges.flatMap(({ start, end }) => Array.from(samples.subarray(start + 2400, end - 2400)))));
    expect(level(noisy, pauses) - level(out, pauses)).toBeGreaterThanOrEqual(10);
    expect(Math.abs(level(out, speech) - level(truth, speech))).toBeLessThanOrEqual(1.5);
    expect(bestLag(truth, out, 600)).toBe(0);
  });

  test('strength 0 changes nothing, and a clean recording is hardly touched', () => {
    const { clean: truth, noisy } = speechWithNoise({ kind: 'pink', snrDb: 10, seed, seconds: 6 });
    expect(isSame(clean(noisy, 0), noisy)).toBe(true);
    expect(siSdrDb(truth, clean(truth))).toBeGreaterThan(30);
  });
});

/** Sample for sample; the framework's own comparison takes minutes for as many. */
function isSame(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
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
