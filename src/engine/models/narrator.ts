/**
 * Voices that read a script: the built-in one, and models of sherpa-onnx from a folder. One interface, so that whoever needs speech does
 * not know which it is.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fail } from '#core/errors';
import type { VoiceChoice, VoiceModel } from '#engine/tasks';
import { readPcm16, runFlite, type FliteVoice, type SpeechSamples } from './flite.ts';
import { readFileSync } from 'node:fs';

export type Narrator = {
  /** Says a text; `pace` 1 is the voice's own, 2 twice as fast. Errors: VOICE_FAILED. */
  readonly speak: (text: string, pace: number) => SpeechSamples;
};

/** What of sherpa-onnx-node is used here. Source: its types.js. */
type Sherpa = {
  readonly OfflineTts: new (config: object) => {
    readonly numSpeakers: number;
    generate(request: {
      readonly text: string;
      readonly sid: number;
      readonly speed: number;
      readonly enableExternalBuffer: boolean;
    }): { readonly samples: Float32Array; readonly sampleRate: number };
  };
};

/** Flite's voices hurry: its own pace is this much slower than the program's. */
const builtInStretch = 1.12;

/** Errors: VOICE_FAILED where a model does not load. */
export function openNarrator(choice: VoiceChoice): Narrator {
  if (choice.kind === 'built-in') return { speak: (text, pace) => speakBuiltIn(text, choice.name, pace) };
  return openModel(choice);
}

function speakBuiltIn(text: string, voice: FliteVoice, pace: number): SpeechSamples {
  const stretch = Math.min(3, Math.max(0.3, builtInStretch / pace));
  const args = [
    '-voice',
    voice,
    '--setf',
    `duration_stretch=${stretch.toFixed(3)}`,
    '-f',
    '/out/text.txt',
    '-o',
    '/out/speech.wav',
  ];
  // The text goes by a file, never as an argument.
  return runFlite(args, (folder) => readPcm16(readFileSync(join(folder, 'speech.wav'))), { 'text.txt': `${plain(text)}\n` });
}

/** Letters that the built-in voice has sounds for. */
function plain(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/\s*[—–]\s*/g, ', ')
    .replaceAll('…', '...')
    .replaceAll('&', ' and ')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim();
}

function openModel({ folder, model, language }: Extract<VoiceChoice, { kind: 'model' }>): Narrator {
  try {
    // Loaded when a model is spoken with, not with the door: it is large.
    const sherpa = createRequire(import.meta.url)('sherpa-onnx-node') as Sherpa;
    const tts = new sherpa.OfflineTts(configOf(folder, model));
    const sid = model.kind === 'kokoro' && language === 'zh' ? chineseSpeaker(tts.numSpeakers) : 0;
    return {
      speak: (text, pace) => {
        const { samples, sampleRate } = tts.generate({ text, sid, speed: pace, enableExternalBuffer: false });
        return { samples: Float32Array.from(samples), sampleRateHz: sampleRate };
      },
    };
  } catch (error) {
    throw fail(
      'VOICE_FAILED',
      { name: model.name, reason: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  }
}

/** Kokoro's first Chinese speaker. Source: lists of speakers of v1.1 (103 voices) and v1.0 (53) in the documentation of sherpa-onnx. */
function chineseSpeaker(speakers: number): number {
  return speakers >= 103 ? 3 : speakers >= 53 ? 45 : 0;
}

/** Source: sherpa-onnx, nodejs-addon-examples. */
function configOf(folder: string, model: VoiceModel): object {
  const at = (file: string | undefined): string => (file === undefined ? '' : join(folder, file));
  const all = (files: readonly string[]): string => files.map((file) => join(folder, file)).join(',');
  const common = { tokens: at(model.tokens), dataDir: at(model.dataFolder), lexicon: all(model.lexicons) };
  const own =
    model.kind === 'kokoro'
      ? { kokoro: { ...common, model: at(model.model), voices: at(model.voices) } }
      : model.kind === 'matcha'
        ? { matcha: { ...common, acousticModel: at(model.model), vocoder: at(model.vocoder) } }
        : {
            vits: {
              ...common,
              model: at(model.model),
              ...(model.dictionary === undefined ? {} : { dictDir: at(model.dictionary) }),
            },
          };
  return {
    model: { ...own, numThreads: 2, debug: false, provider: 'cpu' },
    maxNumSentences: 1,
    ...(model.rules.length === 0 ? {} : { ruleFsts: all(model.rules) }),
  };
}
