import { expect, test } from 'vitest';
import { stoi } from './stoi.ts';

const rateHz = 16_000;

/** Bursts of a buzz through changing colours: enough like syllables for envelopes to move. */
function syllables(seed: number): Float32Array {
  let state = seed;
  const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
  const samples = new Float32Array(3 * rateHz);
  for (let at = 0; at < samples.length; at += 0.18 * rateHz) {
    const [pitch, colour, level] = [100 + 60 * random(), 300 + 2500 * random(), 0.2 + random()];
    for (let index = 0; index < 0.13 * rateHz && at + index < samples.length; index++) {
      const time = index / rateHz;
      const envelope = Math.sin((Math.PI * time) / 0.13) ** 2;
      for (let order = 1; order * pitch < 5000; order++) {
        const weight = 1 / (1 + ((order * pitch - colour) / 400) ** 2);
        samples[Math.floor(at) + index]! += level * envelope * weight * Math.sin(2 * Math.PI * order * pitch * time);
      }
    }
  }
  return samples;
}

function noise(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 31 - 1);
}

const clean = syllables(5);
const rms = Math.sqrt(clean.reduce((sum, value) => sum + value * value, 0) / clean.length);
const withNoise = (snrDb: number) => {
  const gain = rms * Math.sqrt(3) * 10 ** (-snrDb / 20);
  const added = noise(clean.length, 9);
  return clean.map((value, index) => value + gain * added[index]!);
};

test('stoi() is 1 for the same speech at any level', () => {
  expect(stoi(clean, clean, rateHz)).toBeCloseTo(1, 6);
  expect(
    stoi(
      clean,
      clean.map((value) => value / 7),
      rateHz,
    ),
  ).toBeCloseTo(1, 6);
});

test('stoi() falls with the noise and noise alone says little', () => {
  const scores = [20, 10, 0, -10].map((snrDb) => stoi(clean, withNoise(snrDb), rateHz));
  for (let index = 1; index < scores.length; index++) expect(scores[index]).toBeLessThan(scores[index - 1]! - 0.02);
  expect(scores[0]).toBeGreaterThan(0.9);
  expect(Math.abs(stoi(clean, noise(clean.length, 3), rateHz))).toBeLessThan(0.5);
});

test('stoi() has no answer without speech', () => {
  expect(stoi(new Float32Array(rateHz), new Float32Array(rateHz), rateHz)).toBeNaN();
});
