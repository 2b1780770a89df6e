/**
 * The work that media worker processes do: one entry per task, plain JSON in and out. Types only, so the API
 * process can speak of tasks without loading a media library.
 *
 * Every path is made by us (`…/<generated name>`); user text never becomes one.
 */
import type { Asset, AssetProbe, Size } from '#core/asset';
import type {
  LoudnessFacts,
  MotionFacts,
  MusicFacts,
  MusicRequest,
  PictureAnalysis,
  PictureFacts,
  Proof,
  RenderStats,
  SelfSyncFacts,
  SoundAnalysis,
  SoundFacts,
  SyncFacts,
} from '#core/facts';
import type { MorphFit } from '#core/dsp';
import type { Ticks, TimeRange } from '#core/time';
import type { Timeline } from '#core/timeline';
import type { OutputRequest, RenderPlan } from '#engine/plan';
import type { MeasuredParts } from './measured-parts.ts';

/** An asset and where its bytes are on this machine. */
export type MediaSource = { readonly asset: Asset; readonly path: string };

/** What noise removal found and did on one asset, for the receipt. All levels dBFS, differences dB. */
export type DenoiseFacts = {
  readonly assetId: string;
  readonly engine: string;
  readonly floorBeforeDbfs: number;
  readonly floorAfterDbfs: number;
  readonly speechBeforeDbfs: number;
  readonly speechAfterDbfs: number;
  /** True where nothing was done; `skippedFor` says why: the recording is clean already, music plays between speech and would go too, or nobody speaks. */
  readonly skipped: boolean;
  readonly skippedFor?: 'clean' | 'music' | 'speechless';
  /** What rendering starts from, plain JSON of the noise engine; kept so that it is measured once. */
  readonly profile?: unknown;
};

export type TaskTable = {
  /** Sniffs, checks limits and probes. `name` serves messages and the mislabel check only. Errors: UPLOAD_UNSUPPORTED, MEDIA_LIMIT, MEDIA_UNREADABLE. */
  probe: { input: { readonly path: string; readonly name: string }; output: AssetProbe };
  /** One decode pass over the main sound stream for all asked analyses. */
  'analyze-sound': { input: { readonly source: MediaSource; readonly analyses: readonly SoundAnalysis[] }; output: SoundFacts };
  /** One decode pass over the main picture stream for all asked analyses. Errors: MEDIA_STREAM_MISSING, MEDIA_UNREADABLE. */
  'analyze-picture': {
    /** `selfSync`: in the same pass, how late the sound is; absent in the answer where there is no sound. */
    input: { readonly source: MediaSource; readonly analyses: readonly PictureAnalysis[]; readonly selfSync?: true };
    output: PictureFacts & { readonly selfSync?: SelfSyncFacts };
  };
  /** How well the pictures at two asset times can be drawn over into each other, for each pair. Errors: MEDIA_STREAM_MISSING, MEDIA_UNREADABLE. */
  'measure-joins': {
    input: { readonly source: MediaSource; readonly joins: readonly { readonly from: Ticks; readonly to: Ticks }[] };
    output: readonly MorphFit[];
  };
  /** What noise removal would give on this asset (measured on its most telling stretches, a few seconds of work). */
  'measure-denoise': {
    input: {
      readonly source: MediaSource;
      readonly strength: number;
      readonly engine: 'auto' | 'rnnoise' | 'spectral' | 'neural';
      /** The model of the neural engine. */
      readonly enhancerPath?: string;
    };
    output: DenoiseFacts;
  };
  /** How late a file's sound is to its own picture. Errors: MEDIA_STREAM_MISSING, MEDIA_UNREADABLE. */
  'measure-self-sync': { input: { readonly source: MediaSource }; output: SelfSyncFacts };
  /** How two recordings of one event lie to each other, by their main sound streams. Errors: MEDIA_STREAM_MISSING, MEDIA_UNREADABLE. */
  'measure-sync': { input: { readonly reference: MediaSource; readonly other: MediaSource }; output: SyncFacts };
  /** Finds a text in a recording. Errors: MEDIA_STREAM_MISSING, MEDIA_UNREADABLE, WORDS_MISMATCH. */
  'align-words': {
    input: {
      readonly source: MediaSource;
      /** Each word; where its caption says so, between which times it lies. */
      readonly words: readonly { readonly text: string; readonly after?: Ticks; readonly before?: Ticks }[];
    };
    output: {
      /** One for each, in order, without overlap. `fit`: how well it sounds like its word, logarithm; −1 is good, below −5 is not. */
      readonly words: readonly { readonly start: Ticks; readonly end: Ticks; readonly fit: number }[];
      /** Of all words, before anything was fitted to the voice: around −2.5 where this is what is spoken, below −4 where it is not. */
      readonly fit: number;
      /** Nothing here knows how these words sound: times are in proportion to letters. */
      readonly estimated: boolean;
    };
  };
  /** Writes down what is said. Errors: MEDIA_STREAM_MISSING, MEDIA_UNREADABLE, MODEL_MISSING. */
  'recognise-words': {
    input: {
      readonly source: MediaSource;
      /** Where somebody speaks. */
      readonly speech: readonly TimeRange[];
      readonly recogniser: RecogniserChoice;
      /** `en`, `zh` …; absent: the model finds it out. */
      readonly language?: string;
    };
    output:
      | {
          readonly kind: 'texts';
          readonly texts: readonly { readonly text: string; readonly start: Ticks; readonly end: Ticks }[];
          readonly language?: string;
        }
      | {
          readonly kind: 'words';
          readonly words: readonly {
            readonly text: string;
            readonly start: Ticks;
            readonly end: Ticks;
            readonly confidence: number;
          }[];
          readonly language?: string;
        };
  };
  /** A stretch of the main sound as WAV, 16 kHz, mono, 16 bits. Errors: MEDIA_STREAM_MISSING, MEDIA_UNREADABLE. */
  'speech-wav': {
    input: { readonly source: MediaSource; readonly range: TimeRange; readonly outputPath: string };
    output: { readonly bytes: number };
  };
  /** Reads packet indexes and decides. */
  'plan-render': {
    input: {
      readonly timeline: Timeline;
      readonly sources: readonly MediaSource[];
      readonly output: OutputRequest;
      /** Where speech is, by asset and in its time, in order; an asset without an entry is ducked for by its level. */
      readonly speech?: Readonly<Record<string, readonly TimeRange[]>>;
      /** How pictures move, by asset, for clips that are held still. */
      readonly motion?: Readonly<Record<string, MotionFacts>>;
    };
    output: RenderPlan;
  };
  /** Encodes the named spans of the plan's picture, each into a part of its own, `<index>.part` in the folder, there when it is whole. */
  'render-picture': {
    input: {
      readonly plan: RenderPlan;
      readonly sources: readonly MediaSource[];
      /** Indices of encode spans, rising. */
      readonly spans: readonly number[];
      readonly partsFolder: string;
    };
    output: { readonly frames: number };
  };
  /** Renders the whole mix, encoded for the container. */
  'render-sound': {
    input: {
      readonly plan: RenderPlan;
      readonly sources: readonly MediaSource[];
      readonly outputPath: string;
      /** What `measure-denoise` found, by asset; what is not there is measured again. */
      readonly noiseProfiles?: Readonly<Record<string, unknown>>;
      /** The model of the neural noise engine, where a clip asks for it. */
      readonly enhancerPath?: string;
    };
    output: {
      readonly samples: number;
      readonly before: LoudnessFacts;
      readonly after: LoudnessFacts;
      readonly denoise: readonly DenoiseFacts[];
      /** Plain sentences on what could not be reached and why. */
      readonly notes: readonly string[];
    };
  };
  /** Stitches rendered parts into the finished container without encoding. */
  assemble: {
    input: {
      readonly plan: RenderPlan;
      readonly sources: readonly MediaSource[];
      /** Where the part of every encode span is; absent where there are none. */
      readonly partsFolder?: string;
      readonly soundPath?: string;
      readonly outputPath: string;
    };
    output: { readonly bytes: number };
  };
  /** Measures the finished file against plan and request. */
  verify: {
    input: {
      readonly plan: RenderPlan;
      readonly timeline: Timeline;
      readonly sources: readonly MediaSource[];
      readonly path: string;
      readonly pictures?: RenderStats;
      /** From earlier proofs: what the file holds of the same is not decoded again. */
      readonly known?: MeasuredParts;
    };
    /** `parts`: what was measured on this file, known before or not. */
    output: { readonly proof: Proof; readonly parts: MeasuredParts };
  };
  /** One frame of an asset, at most `size`. */
  frame: {
    input: {
      readonly source: MediaSource;
      readonly at: Ticks;
      readonly size: Size;
      /** Absent: PNG. */
      readonly format?: 'png' | 'jpg';
      readonly outputPath: string;
    };
    output: { readonly size: Size };
  };
  /** One frame of a timeline as its export would show it, at most `size`. */
  'timeline-frame': {
    input: {
      readonly timeline: Timeline;
      readonly sources: readonly MediaSource[];
      readonly at: Ticks;
      readonly size: Size;
      readonly format: 'png' | 'jpg';
      readonly outputPath: string;
      /** How pictures move, by asset, where clips are held still. */
      readonly motion?: Readonly<Record<string, MotionFacts>>;
    };
    output: { readonly size: Size };
  };
  /** Key pictures at or before some times of an asset, side by side and row by row. */
  'picture-grid': {
    input: {
      readonly source: MediaSource;
      /** Asset time, at least one. */
      readonly times: readonly Ticks[];
      readonly columns: number;
      /** Largest size of one picture. */
      readonly cell: Size;
      /** Times written into the pictures, and a border around them. */
      readonly labels: boolean;
      readonly format: 'png' | 'jpg';
      readonly outputPath: string;
    };
    output: { readonly size: Size; readonly cell: Size; readonly shown: readonly Ticks[] };
  };
  /** The largest deflection of the main sound in every hundredth of a second, one byte each. */
  'sound-peaks': {
    input: { readonly source: MediaSource; readonly outputPath: string };
    output: { readonly peaks: number; readonly peaksPerSecond: number };
  };
  /** What the media library is and has, for `rushes doctor`. */
  'media-versions': {
    input: Readonly<Record<string, never>>;
    output: {
      readonly ffmpeg: string;
      /** Compiled in; whether the hardware is there is not said by it. */
      readonly hardwareEncoders: readonly string[];
      /** Those of them that encoded a short trial just now. */
      readonly usableHardware: readonly string[];
    };
  };
  /** The sample recording with known truth that `rushes demo` and the tests use. */
  'make-sample': { input: SampleRequest & { readonly outputPath: string }; output: SampleTruth };
  /** A bed of music, made from nothing but the request: FLAC, or WAV where the path ends so, 48 kHz, stereo. Errors: REQUEST_INVALID for numbers out of bounds. */
  'make-music': { input: { readonly request: MusicRequest; readonly outputPath: string }; output: MusicFacts };
  /**
   * Texts spoken one after another into one mono FLAC at −16 LUFS, and where each is in it. With `linePaths` they were spoken elsewhere:
   * one sound for each text. Errors: VOICE_FAILED, MEDIA_UNREADABLE.
   */
  speak: {
    input: {
      readonly texts: readonly string[];
      readonly voice: VoiceChoice;
      /** 1 is the voice's own. */
      readonly pace: number;
      readonly linePaths?: readonly string[];
      readonly outputPath: string;
    };
    output: {
      readonly lines: readonly TimeRange[];
      readonly sampleRateHz: number;
      readonly integratedLufs: number;
      readonly truePeakDbtp: number;
    };
  };
};

/** Names of the files of a voice model, below its folder. */
export type VoiceModel = {
  readonly name: string;
  readonly kind: 'kokoro' | 'matcha' | 'vits';
  readonly model: string;
  readonly tokens: string;
  /** Kokoro's. */
  readonly voices?: string;
  /** Matcha's. */
  readonly vocoder?: string;
  readonly lexicons: readonly string[];
  readonly rules: readonly string[];
  /** Of eSpeak. */
  readonly dataFolder?: string;
  readonly dictionary?: string;
};

/** Which kind of model lies in a folder, and its files there. */
export type RecogniserModel = {
  readonly name: string;
  readonly kind: 'whisper' | 'sense-voice' | 'moonshine' | 'transducer';
  readonly files: Readonly<Record<string, string>>;
};

export type RecogniserChoice =
  { readonly kind: 'model'; readonly folder: string; readonly model: RecogniserModel } | { readonly kind: 'pocketsphinx' };

export type VoiceChoice =
  | { readonly kind: 'built-in'; readonly name: 'slt' | 'rms' | 'awb' | 'kal16' }
  | { readonly kind: 'model'; readonly folder: string; readonly model: VoiceModel; readonly language: string };

export type SampleRequest = {
  readonly seed: number;
  /** Seconds, roughly: sentences and pauses are laid until it is reached. */
  readonly seconds: number;
  readonly size: Size;
  readonly frameRate: { readonly num: number; readonly den: number };
  /** Signal to noise ratio in dB of speech over the planted noise. */
  readonly snrDb: number;
  readonly noise: 'pink' | 'brown' | 'white' | 'hum' | 'fan' | 'babble';
  /** Key frame interval in frames. */
  readonly gop: number;
  readonly container: 'mp4' | 'wav';
};

/** Milliseconds in the recording. */
export type SampleTruth = {
  readonly durationMs: number;
  readonly speech: readonly { readonly start_ms: number; readonly end_ms: number; readonly text: string }[];
  readonly pauses: readonly { readonly start_ms: number; readonly end_ms: number }[];
  readonly frames: number;
};

export type TaskName = keyof TaskTable;
export type TaskInput<Name extends TaskName> = TaskTable[Name]['input'];
export type TaskOutput<Name extends TaskName> = TaskTable[Name]['output'];

/** What a running task is given beside its input. */
export type TaskContext = {
  readonly signal: AbortSignal;
  /** Reports how far it is, 0 … 1; called as often as it likes, sent on at most ten times a second. */
  readonly progress: (fraction: number) => void;
  /** A folder of its own for temporary files, gone when the task ends. */
  readonly scratch: string;
};

export type TaskImplementation<Name extends TaskName> = (
  input: TaskInput<Name>,
  context: TaskContext,
) => Promise<TaskOutput<Name>> | TaskOutput<Name>;

/** Where the part of a plan's span is. */
export function partPath(folder: string, span: number): string {
  return `${folder}/${span}.part`;
}

/** The files and folders a task may touch: what the sandbox shows it. */
export function pathsOf<Name extends TaskName>(
  name: Name,
  input: TaskInput<Name>,
): { readonly reads: string[]; readonly writes: string[] } {
  const reads: string[] = [];
  const writes: string[] = [];
  const any: Readonly<Record<string, unknown>> = input;
  if (typeof any.path === 'string') reads.push(any.path);
  if (typeof any.soundPath === 'string') reads.push(any.soundPath);
  if (typeof any.enhancerPath === 'string') reads.push(any.enhancerPath);
  if (typeof any.outputPath === 'string') writes.push(any.outputPath);
  // What is written is named by its file: the sandbox opens the folder around it.
  if (typeof any.partsFolder === 'string') {
    if (name === 'render-picture') writes.push(`${any.partsFolder}/part`);
    else reads.push(any.partsFolder);
  }
  for (const path of (any.linePaths as readonly string[] | undefined) ?? []) reads.push(path);
  const voice = any.voice as VoiceChoice | undefined;
  if (voice?.kind === 'model') reads.push(voice.folder);
  const recogniser = any.recogniser as RecogniserChoice | undefined;
  if (recogniser?.kind === 'model') reads.push(recogniser.folder);
  for (const source of (any.sources as readonly MediaSource[] | undefined) ?? []) reads.push(source.path);
  for (const named of ['source', 'reference', 'other']) {
    const source = any[named] as MediaSource | undefined;
    if (source !== undefined) reads.push(source.path);
  }
  return { reads, writes };
}
