import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { createRnnoise, rnnoiseFrameSamples } from './rnnoise.ts';

type Original = {
  readonly c: WebAssembly.Memory;
  readonly d: () => void;
  readonly h: (model: number) => number;
  readonly k: (state: number, output: number, input: number) => number;
  readonly l: (bytes: number) => number;
};

/** The package's build as it is, without our layers. */
function createOriginal(): (input: Float32Array) => { voice: number; output: Float32Array } {
  const folder = dirname(createRequire(import.meta.url).resolve('@echogarden/rnnoise-wasm'));
  const copy = (to: number, from: number, count: number) => new Uint8Array(exports.c.buffer).copyWithin(to, from, from + count);
  const module = new WebAssembly.Module(readFileSync(join(folder, 'rnnoise.wasm')));
  const exports = new WebAssembly.Instance(module, { a: { a: () => 0, b: copy } }).exports as unknown as Original;
  exports.d();
  const state = exports.h(0);
  const [inputAt, outputAt] = [exports.l(rnnoiseFrameSamples * 4), exports.l(rnnoiseFrameSamples * 4)];
  return (input) => {
    new Float32Array(exports.c.buffer, inputAt, rnnoiseFrameSamples).set(input.map((value) => value * 32_768));
    const voice = exports.k(state, outputAt, inputAt);
    return { voice, output: new Float32Array(exports.c.buffer, outputAt, rnnoiseFrameSamples).map((value) => value / 32_768) };
  };
}

test('createRnnoise() with our layers gives what the package gives, for noise, voice-like sound and silence', () => {
  const [ours, theirs] = [createRnnoise(), createOriginal()];
  const output = new Float32Array(rnnoiseFrameSamples);
  let seed = 5;
  let [energy, difference, least, most] = [0, 0, 1, 0];
  for (let frame = 0; frame < 400; frame++) {
    const input = Float32Array.from({ length: rnnoiseFrameSamples }, (_, index) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      const noise = (seed / 2 ** 31 - 1) * 0.02;
      if (frame > 350) return 0;
      // A buzz with moving resonances for a second, then noise alone for half of one.
      const at = frame * rnnoiseFrameSamples + index;
      const buzz = frame % 150 < 100 ? Math.sin(at / 60) ** 31 * Math.sin(at / (6 + 3 * Math.sin(frame / 20))) : 0;
      return noise + 0.3 * buzz;
    });
    const voice = ours.process(input, output);
    const expected = theirs(input);
    expect(Math.abs(voice - expected.voice)).toBeLessThan(1e-3);
    least = Math.min(least, voice);
    most = Math.max(most, voice);
    for (const [index, value] of expected.output.entries()) {
      energy += value ** 2;
      difference += (value - output[index]!) ** 2;
    }
  }
  expect(10 * Math.log10(difference / energy)).toBeLessThan(-100);
  // Both states of the network were seen.
  expect(most - least).toBeGreaterThan(0.5);
});

test('a cleaner that was given back begins as if it were new', () => {
  const output = new Float32Array(rnnoiseFrameSamples);
  const frame = (at: number) =>
    Float32Array.from({ length: rnnoiseFrameSamples }, (_, index) => 0.3 * Math.sin((at * rnnoiseFrameSamples + index) / 9) ** 9);
  const hear = (): number[] => {
    const cleaner = createRnnoise();
    const heard: number[] = [];
    for (let at = 0; at < 60; at++) {
      heard.push(cleaner.process(frame(at), output));
      heard.push(...output);
    }
    cleaner.release();
    return heard;
  };
  const first = hear();
  expect(first.some((value) => value !== 0)).toBe(true);
  expect(hear()).toEqual(first);
});
