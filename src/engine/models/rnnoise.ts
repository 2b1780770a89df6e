/**
 * RNNoise (Valin 2018, BSD-3): a small recurrent network that takes noise from speech, inside its npm package.
 *
 * The package's own loader is asynchronous and made for pages; its WebAssembly file is instantiated here at once, with
 * its recurrent layers handed to our dense kernel (docs/decisions/2026-11-21-rnnoise-layers.md).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fail } from '#core/errors';
import { createFastGru } from './fast-gru.ts';
import { redirectFunction } from './redirect-function.ts';

/** Samples per frame at 48 kHz: 10 ms. */
export const rnnoiseFrameSamples = 480;
/** Its output comes this many samples late. */
export const rnnoiseDelaySamples = 480;

export type Rnnoise = {
  /**
   * Cleans the next 480 samples (48 kHz, mono, −1 … 1) into `output`, which is `rnnoiseDelaySamples` late. Returns how
   * likely the frame holds a voice, 0 … 1.
   */
  process(input: Float32Array, output: Float32Array): number;
  /** Gives it back once it has done its work, for the next one to begin with: making one takes as long as a second of sound. */
  release(): void;
};

/** Names as the linker of version 0.2.0 shortened them; `open` makes sure that they are still those. */
type Exports = {
  readonly c: WebAssembly.Memory;
  /** Runs what must run before all else. */
  readonly d: () => void;
  /** rnnoise_get_frame_size */
  readonly f: () => number;
  /** rnnoise_init: the state as if it were new. */
  readonly g: (state: number, model: number) => number;
  /** rnnoise_create */
  readonly h: (model: number) => number;
  /** rnnoise_process_frame */
  readonly k: (state: number, output: number, input: number) => number;
  /** malloc */
  readonly l: (bytes: number) => number;
};

/** A cleaner and how to make it forget. */
type Kept = { readonly process: Rnnoise['process']; readonly forget: () => void };

let module: WebAssembly.Module | undefined;
/** Given back and waiting; a recording in many clips needs one after the other. */
const idle: Kept[] = [];
const mostIdle = 4;

/** A cleaner that has heard nothing yet; about 16 MB each, freed with the object where it is not given back. */
export function createRnnoise(): Rnnoise {
  const kept = idle.pop() ?? openCleaner();
  kept.forget();
  let released = false;
  return {
    process: kept.process,
    release() {
      if (!released && idle.length < mostIdle) idle.push(kept);
      released = true;
    },
  };
}

function openCleaner(): Kept {
  const { c: memory, g: initialize, h: create, k: processFrame, l: allocate } = open();
  const state = create(0);
  const bytes = rnnoiseFrameSamples * Float32Array.BYTES_PER_ELEMENT;
  const [inputAt, outputAt] = [allocate(bytes), allocate(bytes)];
  // The layers are unpacked on first use, and that may move the memory.
  let [heard, cleaned] = viewsOf(memory, inputAt, outputAt);
  return {
    process(input, output) {
      if (heard.length === 0) [heard, cleaned] = viewsOf(memory, inputAt, outputAt);
      for (let index = 0; index < rnnoiseFrameSamples; index++) heard[index] = input[index]! * 32_768;
      const voice = processFrame(state, outputAt, inputAt);
      if (cleaned.length === 0) [heard, cleaned] = viewsOf(memory, inputAt, outputAt);
      for (let index = 0; index < rnnoiseFrameSamples; index++) output[index] = cleaned[index]! / 32_768;
      return voice;
    },
    forget: () => void initialize(state, 0),
  };
}

/** Where a frame goes in and where it comes out; empty once the memory has grown. */
function viewsOf(memory: WebAssembly.Memory, inputAt: number, outputAt: number): [Float32Array, Float32Array] {
  return [
    new Float32Array(memory.buffer, inputAt, rnnoiseFrameSamples),
    new Float32Array(memory.buffer, outputAt, rnnoiseFrameSamples),
  ];
}

/** Where `compute_gru` lies among the functions of version 0.2.0, and how long its code is. */
const gruFunction = { body: 12, bytes: 2115, parameters: 3, to: 1 };
/** The constants of version 0.2.0, the layers among them, lie below this address. */
const constantsEnd = 92_531;

function open(): Exports {
  const path = join(dirname(createRequire(import.meta.url).resolve('@echogarden/rnnoise-wasm')), 'rnnoise.wasm');
  module ??= new WebAssembly.Module(redirectFunction(readFileSync(path), gruFunction));
  const imports = {
    a: {
      a: (): never => {
        throw fail('INTERNAL', { reason: 'the noise model ran out of memory' });
      },
      // Large copies, and by redirection the recurrent layers.
      b: (to: number, from: number, count: number): void => {
        if (layers.isLayer(to)) layers.compute(to, from, count);
        else new Uint8Array(exports.c.buffer).copyWithin(to, from, from + count);
      },
    },
  };
  // The cast is the border: what the file exports is checked below.
  const exports = new WebAssembly.Instance(module, imports).exports as unknown as Exports;
  const layers = createFastGru(exports.c, constantsEnd, exports.l);
  exports.d();
  if (exports.f() !== rnnoiseFrameSamples) throw fail('INTERNAL', { reason: 'this is not the known build of the noise model' });
  return exports;
}
