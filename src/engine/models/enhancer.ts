/**
 * GTCRN (Rong 2024, MIT): a small network that frees a voice from noise, run by sherpa-onnx from a file that was fetched.
 *
 * It hears 16 kHz; what lies above is for others.
 */
import { createRequire } from 'node:module';
import { fail } from '#core/errors';

export const enhancerRateHz = 16_000;

export type SpeechEnhancer = {
  /** The next samples, mono at 16 kHz, any number; gives those that are done, each where its input was. */
  push(block: Float32Array): Float32Array;
  /** The rest: as many came out as went in. */
  flush(): Float32Array;
  /** Gives it back once it has done its work, for the next one to begin with. */
  release(): void;
};

/** What of sherpa-onnx-node is used here. Source: its types.js. */
type Native = {
  run(request: { samples: Float32Array; sampleRate: number; enableExternalBuffer: boolean }): { readonly samples: Float32Array };
  flush(enableExternalBuffer: boolean): { readonly samples: Float32Array };
  reset(): void;
};
type Sherpa = { readonly OnlineSpeechDenoiser: new (config: object) => Native };

/** Given back and waiting, by the model's path. */
const idle = new Map<string, Native[]>();
const mostIdle = 2;

/** One that has heard nothing yet. Errors: MODEL_MISSING where the model cannot be run. */
export function createSpeechEnhancer(path: string): SpeechEnhancer {
  const native = idle.get(path)?.pop() ?? open(path);
  native.reset();
  let released = false;
  return {
    push(block) {
      if (block.length === 0) return block;
      return native.run({ samples: block, sampleRate: enhancerRateHz, enableExternalBuffer: false }).samples;
    },
    flush: () => native.flush(false).samples,
    release() {
      const kept = idle.get(path) ?? [];
      if (!released && kept.length < mostIdle) idle.set(path, [...kept, native]);
      released = true;
    },
  };
}

function open(path: string): Native {
  try {
    const { OnlineSpeechDenoiser } = createRequire(import.meta.url)('sherpa-onnx-node') as Sherpa;
    return new OnlineSpeechDenoiser({ model: { gtcrn: { model: path }, numThreads: 1, provider: 'cpu', debug: false } });
  } catch (cause) {
    throw fail('MODEL_MISSING', { what: 'Neural noise removal' }, { cause });
  }
}
