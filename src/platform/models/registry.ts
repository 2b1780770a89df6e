/**
 * Models that can be fetched, as data. Nothing is fetched that nobody asked for.
 *
 * Source: releases of k2-fsa/sherpa-onnx on GitHub; sizes and SHA-256 as several projects that pin these files publish them. Where no
 * checksum was found there is none here: the one of the server is taken, or what was fetched first is written down, and that is said.
 */
export type ModelFile = {
  /** Below the release address: `asr-models/….tar.bz2`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256?: string;
};

export type ModelEntry = {
  /** What people type, and the folder it is kept in. */
  readonly name: string;
  readonly kind: 'recogniser' | 'voice' | 'noise removal';
  readonly languages: string;
  readonly licence: string;
  readonly about: string;
  /** Archives are unpacked without their outer folder; other files are kept under `as`. */
  readonly files: readonly (ModelFile & { readonly as?: string })[];
};

export const releases = 'https://github.com/k2-fsa/sherpa-onnx/releases/download';

export const models: readonly ModelEntry[] = [
  {
    name: 'whisper-tiny',
    kind: 'recogniser',
    languages: '99 languages',
    licence: 'MIT',
    about: 'smallest Whisper; quick, makes mistakes',
    files: [{ path: 'asr-models/sherpa-onnx-whisper-tiny.tar.bz2', bytes: 116_204_861 }],
  },
  {
    name: 'whisper-base',
    kind: 'recogniser',
    languages: '99 languages',
    licence: 'MIT',
    about: 'a good start for most languages',
    files: [
      {
        path: 'asr-models/sherpa-onnx-whisper-base.tar.bz2',
        bytes: 207_557_382,
        sha256: '911b2083efd7c0dca2ac3b358b75222660dc09fb716d64fbfc417ba6c99ff3de',
      },
    ],
  },
  {
    name: 'whisper-small',
    kind: 'recogniser',
    languages: '99 languages',
    licence: 'MIT',
    about: 'more accurate, about three times slower than base',
    files: [
      {
        path: 'asr-models/sherpa-onnx-whisper-small.tar.bz2',
        bytes: 639_387_718,
        sha256: '486a46afbb7ba798507190ffe02fea2dd726049af212e774537efac6afb210a6',
      },
    ],
  },
  {
    name: 'sense-voice',
    kind: 'recogniser',
    languages: 'Chinese, English, Japanese, Korean, Cantonese',
    licence: 'FunASR model licence',
    about: 'quick, and the best one here for Chinese',
    files: [
      {
        path: 'asr-models/sherpa-onnx-sense-voice-zh-en-ja-ko-yue-int8-2024-07-17.tar.bz2',
        bytes: 163_002_883,
        sha256: '7d1efa2138a65b0b488df37f8b89e3d91a60676e416f515b952358d83dfd347e',
      },
    ],
  },
  {
    name: 'moonshine-tiny',
    kind: 'recogniser',
    languages: 'English',
    licence: 'MIT',
    about: 'very quick',
    files: [
      {
        path: 'asr-models/sherpa-onnx-moonshine-tiny-en-int8.tar.bz2',
        bytes: 107_600_000,
        sha256: 'd5fe6ec4334fef36255b2a4010412cad4c007e33103fec62fb5d17cad88086f2',
      },
    ],
  },
  {
    name: 'parakeet',
    kind: 'recogniser',
    languages: '25 European languages',
    licence: 'CC BY 4.0, NVIDIA',
    about: 'accurate, with times of its own for each word',
    files: [
      {
        path: 'asr-models/sherpa-onnx-nemo-parakeet-tdt-0.6b-v3-int8.tar.bz2',
        bytes: 487_170_055,
        sha256: '5793d0fd397c5778d2cf2126994d58e9d56b1be7c04d13c7a15bb1b4eafb16bf',
      },
    ],
  },
  {
    name: 'gtcrn',
    kind: 'noise removal',
    languages: 'any',
    licence: 'MIT',
    about: 'removes noise that changes, such as traffic and voices in a room',
    files: [
      {
        path: 'speech-enhancement-models/gtcrn_simple.onnx',
        bytes: 535_638,
        sha256: 'e77603ac0c23dac3227dd2d7135b3a585cbee2679048aecfa886657d3ae1b534',
        as: 'gtcrn.onnx',
      },
    ],
  },
  {
    name: 'kokoro',
    kind: 'voice',
    languages: 'English, Chinese',
    licence: 'Apache-2.0',
    about: '103 natural voices',
    files: [
      {
        path: 'tts-models/kokoro-int8-multi-lang-v1_1.tar.bz2',
        bytes: 147_031_220,
        sha256: 'a1e94694776049035c4f2c6529f003aaece993c76aae9a78995831c3c4dcafc6',
      },
    ],
  },
  {
    name: 'piper-lessac',
    kind: 'voice',
    languages: 'English',
    licence: 'MIT; voice from the Lessac data, for research',
    about: 'a clear voice, quick',
    files: [
      {
        path: 'tts-models/vits-piper-en_US-lessac-medium.tar.bz2',
        bytes: 67_000_000,
        sha256: '9e3febfacf0abf4270172d2958bcec246032b7e88efc2720840cc80c93de334e',
      },
    ],
  },
  {
    name: 'piper-huayan',
    kind: 'voice',
    languages: 'Chinese',
    licence: 'MIT',
    about: 'a Chinese voice, quick',
    files: [{ path: 'tts-models/vits-piper-zh_CN-huayan-medium.tar.bz2', bytes: 67_000_000 }],
  },
  {
    name: 'matcha-baker',
    kind: 'voice',
    languages: 'Chinese',
    licence: 'Apache-2.0; voice from the Baker data, not for commerce',
    about: 'a natural Chinese voice',
    files: [
      {
        path: 'tts-models/matcha-icefall-zh-baker.tar.bz2',
        bytes: 75_463_442,
        sha256: '20de2ec034b55562609d6362771c934905dfe11d0f41ec103d593427ad9a7efb',
      },
      { path: 'vocoder-models/vocos-22khz-univ.onnx', bytes: 53_884_024, as: 'vocos-22khz-univ.onnx' },
    ],
  },
];
