/**
 * Recognisers of speech from a folder of files as sherpa-onnx publishes them: what they are is told by their files. They write down what they
 * hear; where each word is, is found in the sound afterwards.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fail } from '#core/errors';
import type { RecogniserModel } from '#engine/tasks';

export const recogniserRateHz = 16_000;
/** Whisper hears half a minute at once; the others get slower with more. */
export const mostHeardSeconds = 28;

export type Recogniser = {
  /** What is said in these samples, mono at 16 kHz; empty for nothing. `language` where the model says it. */
  hear(samples: Float32Array): { readonly text: string; readonly language?: string };
};

/** What of sherpa-onnx-node is used here. Source: its types.js. */
type Stream = { acceptWaveform(wave: { readonly samples: Float32Array; readonly sampleRate: number }): void };
type Native = {
  createStream(): Stream;
  decode(stream: Stream): void;
  getResult(stream: Stream): { readonly text?: string; readonly lang?: string };
};
type Sherpa = { readonly OfflineRecognizer: new (config: object) => Native };

/** Errors: MODEL_MISSING where the files cannot be used. */
export function openRecogniser(folder: string, model: RecogniserModel, language: string | undefined): Recogniser {
  let native: Native;
  try {
    const { OfflineRecognizer } = createRequire(import.meta.url)('sherpa-onnx-node') as Sherpa;
    native = new OfflineRecognizer({
      featConfig: { sampleRate: recogniserRateHz, featureDim: 80 },
      modelConfig: { ...modelConfig(folder, model, language), numThreads: 2, provider: 'cpu', debug: 0 },
    });
  } catch (cause) {
    throw fail('MODEL_MISSING', { what: `Recogniser ${model.name}, whose files could not be loaded,` }, { cause });
  }
  return {
    hear(samples) {
      const stream = native.createStream();
      stream.acceptWaveform({ samples, sampleRate: recogniserRateHz });
      native.decode(stream);
      const { text = '', lang } = native.getResult(stream);
      const found = /^(?:<\|)?([a-z]{2,3})(?:\|>)?$/.exec(lang ?? '')?.[1];
      return { text: text.replace(/<\|[^|]*\|>/g, ' ').trim(), ...(found === undefined ? {} : { language: found }) };
    },
  };
}

function modelConfig(folder: string, { kind, files }: RecogniserModel, language: string | undefined): object {
  const path = (file: string | undefined): string => join(folder, file ?? 'missing');
  const tokens = path(files.tokens);
  switch (kind) {
    case 'whisper':
      return {
        whisper: {
          encoder: path(files.encoder),
          decoder: path(files.decoder),
          language: language ?? '',
          task: 'transcribe',
          tailPaddings: -1,
        },
        tokens,
      };
    case 'sense-voice':
      return { senseVoice: { model: path(files.model), language: language ?? 'auto', useInverseTextNormalization: 1 }, tokens };
    case 'moonshine':
      return {
        moonshine: {
          preprocessor: path(files.preprocessor),
          encoder: path(files.encoder),
          uncachedDecoder: path(files.uncachedDecoder),
          cachedDecoder: path(files.cachedDecoder),
        },
        tokens,
      };
    case 'transducer':
      return {
        transducer: { encoder: path(files.encoder), decoder: path(files.decoder), joiner: path(files.joiner) },
        modelType: 'nemo_transducer',
        tokens,
      };
  }
}
