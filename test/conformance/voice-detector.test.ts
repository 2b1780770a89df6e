/**
 * Our run of Silero VAD's network against the reference runtime on the same file.
 *
 * Source: `silero_vad_v6.onnx` as distributed by `@ricky0123/vad-web` (ISC; model MIT), run by `onnxruntime-web` (MIT),
 * which that package depends on.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { createVoiceDetector, synthesizeSpeech, vadWindowSamples } from '#engine/models';

type Runtime = {
  readonly env: { readonly wasm: { numThreads: number } };
  readonly Tensor: new (type: string, data: Float32Array | BigInt64Array, dims: readonly number[]) => unknown;
  readonly InferenceSession: {
    create(model: Uint8Array): Promise<{
      run(
        feeds: Readonly<Record<string, unknown>>,
      ): Promise<{ readonly output: { readonly data: Float32Array }; readonly stateN: unknown }>;
    }>;
  };
};

const context = 64;

/** Two sentences with silence, a hiss and a hum between, so that all of the range of probabilities occurs. */
function makeSound(): Float32Array {
  const parts = [
    synthesizeSpeech('She had your dark suit in greasy wash water.'),
    synthesizeSpeech('Do not ask me to carry it.', 'rms'),
  ];
  const rest = 16_000;
  const sound = new Float32Array(parts.reduce((sum, part) => sum + part.samples.length, 3 * rest));
  let state = 20_261_121;
  for (let index = 0; index < sound.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    sound[index] = 0.004 * (state / 2 ** 31 - 1) + 0.01 * Math.sin((2 * Math.PI * 100 * index) / 16_000);
  }
  let position = rest;
  for (const { samples } of parts) {
    for (let index = 0; index < samples.length; index++) sound[position + index]! += samples[index]!;
    position += samples.length + rest;
  }
  return sound;
}

async function referenceProbabilities(sound: Float32Array): Promise<number[]> {
  const package_ = createRequire(import.meta.url).resolve('@ricky0123/vad-web');
  const module = (await import(pathToFileURL(createRequire(package_).resolve('onnxruntime-web/wasm')).href)) as {
    default: Runtime;
  };
  const runtime = module.default;
  runtime.env.wasm.numThreads = 1;
  const session = await runtime.InferenceSession.create(readFileSync(join(dirname(package_), 'silero_vad_v6.onnx')));
  const rate = new runtime.Tensor('int64', BigInt64Array.of(16_000n), []);
  const padded = new Float32Array(context + sound.length);
  padded.set(sound, context);
  let state: unknown = new runtime.Tensor('float32', new Float32Array(256), [2, 1, 128]);
  const result: number[] = [];
  for (let start = 0; start + vadWindowSamples <= sound.length; start += vadWindowSamples) {
    const heard = padded.slice(start, start + context + vadWindowSamples);
    const output = await session.run({ input: new runtime.Tensor('float32', heard, [1, heard.length]), state, sr: rate });
    state = output.stateN;
    result.push(output.output.data[0]!);
  }
  return result;
}

test('createVoiceDetector() gives the probabilities of the reference runtime, whatever the blocks are', async () => {
  const sound = makeSound();
  const expected = await referenceProbabilities(sound);
  expect(Math.max(...expected)).toBeGreaterThan(0.9);
  expect(Math.min(...expected)).toBeLessThan(0.05);
  for (const size of [160, 1777, sound.length]) {
    const detector = createVoiceDetector();
    const measured: number[] = [];
    for (let start = 0; start < sound.length; start += size) measured.push(...detector.push(sound.subarray(start, start + size)));
    expect(measured.length).toBe(expected.length);
    const worst = Math.max(...measured.map((value, index) => Math.abs(value - expected[index]!)));
    expect(worst, `blocks of ${size}`).toBeLessThan(1e-4);
    expect(detector.flush().length).toBe(sound.length % vadWindowSamples === 0 ? 0 : 1);
  }
});
