/**
 * The decision of a render, before a packet is touched: which frames are copied, which are encoded and from what,
 * what the sound is made of, and what the finished file must measure. Plain JSON, hashable, needs no database.
 */
import type { AssetId, Size } from '#core/asset';
import type { FrameRate, Ratio, Ticks, TimeRange } from '#core/time';
import type {
  BlurEffect,
  ChromaKeyEffect,
  ColorEffect,
  CropEffect,
  DenoiseEffect,
  Ducking,
  Fit,
  MasterSettings,
  PlaceEffect,
  RepairEffect,
  TextStyle,
  TextWord,
  TransitionName,
  ZoomEffect,
} from '#core/timeline';

export type Container = 'mp4' | 'mov' | 'webm' | 'gif' | 'webp' | 'm4a' | 'mp3' | 'wav' | 'flac';
export type Quality = 'low' | 'medium' | 'high' | 'lossless';
/** How pictures are coded for those who ask for it by name. */
export type PictureCodec = 'h264' | 'h265' | 'prores' | 'vp9' | 'av1';

/** What the user asked the file to be; the planner fills the rest. */
export type OutputRequest = {
  readonly format: Container;
  readonly quality: Quality;
  /** Absent: H.264 in mp4 and mov, VP9 in webm. */
  readonly codec?: PictureCodec;
  /** Another canvas than the timeline's for this file only; pictures meet it by `fit`, the timeline's own where that is absent. */
  readonly canvas?: { readonly size: Size; readonly fit?: Fit };
  /** Where the timeline asks for no loudness of its own. */
  readonly loudness?: MasterSettings['loudness'];
  /** Most frames a second; a timeline with more is shown with a half, a third … of its own. */
  readonly mostFramesPerSecond?: number;
  /** Most bits a second of picture and sound together, in thousands; the average of the file, and of any second of what is encoded. */
  readonly maxBitrateKbps?: number;
  /** Of the sound, in thousands of bits a second; lossy codecs only. */
  readonly soundKbps?: number;
  /** Absent: mono where all sources are mono. */
  readonly channels?: 1 | 2;
  /** `draft` gives up size and looks for speed. */
  readonly effort?: 'draft';
  /** FFmpeg's names of encoders on graphics hardware that were tried and work; used where nothing is copied. */
  readonly hardware?: readonly string[];
  /** Canvas override: `1080p` fits the timeline's canvas into 1920×1080 (or 1080×1920), never enlarging copied pictures. */
  readonly size?: Size;
  readonly frameRate?: FrameRate;
  /** Longest stretch that is encoded by itself, 0.1 … 60 s; default 8. Shorter ones spread and repeat better, each costs a key frame. */
  readonly rangeSeconds?: number;
  /** Most time from one key frame to the next; default 2 s. Shorter makes seeking quicker and the file larger. */
  readonly keyFrameSeconds?: number;
  /** `never` encodes every picture, e.g. after a source turned out to be damaged where it was copied. */
  readonly copy?: 'auto' | 'never';
};

export type RenderPlan = {
  readonly version: 1;
  readonly output: OutputRequest;
  /** Absent for sound-only files. */
  readonly video?: VideoPlan;
  /** Absent for silent files. */
  readonly sound?: SoundPlan;
  /** Length of the timeline. */
  readonly duration: Ticks;
  /** Plain sentences on why nothing, or less than expected, could be copied. */
  readonly reasons: readonly string[];
};

export type VideoPlan = {
  /** `ffv1` keeps pictures as they are until all are there: a GIF's palette and an animated WebP are made of the whole. */
  readonly codec: PictureCodec | 'ffv1';
  readonly size: Size;
  readonly frameRate: FrameRate;
  /** Stamps of the output are the sources' own (true: VFR kept) or a grid of `frameRate`. */
  readonly keepStamps: boolean;
  /** Set where packets of this asset are copied; its parameter sets are the first in the output's `avcC`. */
  readonly copiedFrom?: { readonly assetId: AssetId; readonly streamIndex: number };
  /** End to end in record time. */
  readonly spans: readonly VideoSpan[];
  readonly frames: number;
  /** Units per second of the output's stamps. */
  readonly timescale: number;
  /** How many frames at most are decoded before one that is shown earlier; output dts lag behind pts by it. */
  readonly reorderFrames: number;
  readonly encoder: PictureEncoder;
};

/** How spans are encoded: alike in all of them, so that parts of any split join. */
export type PictureEncoder = {
  /** H.264's; `standard` and `hq` are ProRes 422's. */
  readonly profile: 'baseline' | 'main' | 'high' | 'standard' | 'hq';
  /** Constant rate factor on the codec's own scale; lower is better. Not for ProRes. */
  readonly crf: number;
  /** Nothing is lost; then `crf` has no say. For codecs whose ordinary profile can do that. */
  readonly lossless?: boolean;
  /** `edge` is our own: `ultrafast` with the tools that keep its pictures clean, for the few frames around a cut. Numbers are those of VP9 and AV1. */
  readonly preset: 'edge' | 'ultrafast' | 'superfast' | 'veryfast' | 'faster' | 'medium' | `${number}`;
  /** Most bits of any second of the picture, in thousands. */
  readonly capKbps?: number;
  /** FFmpeg's name of an encoder on graphics hardware; absent: the processor's own. */
  readonly hardware?: string;
  readonly bFrames: number;
  readonly pyramid: boolean;
  /** Most frames from one key frame to the next. */
  readonly keyFrames: number;
  /** Id of our parameter sets, one that the copied stream does not use. */
  readonly parameterSetId: number;
  readonly color: PictureColor;
};

/** FFmpeg's names; `unknown` stays unsaid in the stream. */
export type PictureColor = {
  readonly primaries: string;
  readonly transfer: string;
  readonly matrix: string;
  readonly range: string;
};

export type VideoSpan =
  | {
      readonly kind: 'copy';
      readonly record: TimeRange;
      readonly assetId: AssetId;
      readonly streamIndex: number;
      /** Asset time; starts at a key frame. */
      readonly source: TimeRange;
      /** Exact stamps in the stream's own timebase: first key frame's and the first frame after the end. */
      readonly firstPts: number;
      readonly endPts: number;
      readonly frames: number;
      /** Output stamp of the first frame, in 1/timescale s. */
      readonly stamp: number;
      /** Where stamps are kept: output stamp = round(pts × timebase × timescale) + shift. Else frames lie on the grid. */
      readonly shift?: number;
    }
  | {
      readonly kind: 'encode';
      readonly record: TimeRange;
      readonly frames: number;
      /** Bottom first. Empty: background only. */
      readonly layers: readonly PictureLayer[];
      /** Output stamp of the first frame, in 1/timescale s. */
      readonly stamp: number;
      /** `grid`: a frame every 1/frameRate from `record.start`. `source`: the frames of the only picture layer, with their own stamps. */
      readonly stamps: 'grid' | 'source';
    };

/** Linear over a span. */
export type Ramp = { readonly from: number; readonly to: number };

/**
 * What is seen over an encode span, bottom first; black where no layer covers. All that a layer says is in the span's own time and
 * the asset's, never in that of the timeline.
 */
export type PictureLayer =
  | PictureOf
  | TransitionLayer
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly style: TextStyle;
      /** Where the text begins and ends, relative to the span's start; may lie outside it. */
      readonly start: Ticks;
      readonly end: Ticks;
      /** When each word of `text` is spoken, from the text's start. */
      readonly words?: readonly TextWord[];
    }
  /** A plain colour, `#rrggbb`, over the whole canvas. */
  | { readonly kind: 'background'; readonly color: string }
  /** Picture for a timeline that has only sound: moving waveform on a plain background. */
  | { readonly kind: 'waveform'; readonly color: string };

/** Pictures of one asset. */
export type PictureOf = PictureLook & {
  readonly kind: 'picture';
  readonly assetId: AssetId;
  readonly streamIndex: number;
  /** What is shown over the span; from its end to its start with `reverse`. */
  readonly source: TimeRange;
  readonly speed: Ratio;
  readonly reverse?: true;
  /** One picture all along, that of this asset time. */
  readonly freeze?: Ticks;
  /** Asset times from here on begin again at 0: animations shown longer than they last. */
  readonly loop?: Ticks;
  /**
   * Where the layer's frames are the stream's own, one by one: the first one's stamp in the stream's timebase. Absent: a
   * frame shows what is on screen in the asset at its middle (before the first picture the first, after the last the last).
   */
  readonly firstPts?: number;
  /** With `stamps: 'source'`: the stamp at which the span is over, and the shift as in a copy span. */
  readonly endPts?: number;
  readonly shift?: number;
  /** 0 … 1 over the span, over what lies below; for fades. */
  readonly opacity?: Ramp;
};

/** How pictures of an asset are made to look and where they lie; what is absent changes nothing. */
export type PictureLook = {
  /** Before all else, on the picture as it is coded. */
  readonly stabilize?: PicturePath;
  /** After that: only this moving part of the picture is looked at further, as though it were all. */
  readonly follow?: PictureWindow;
  readonly crop?: CropEffect;
  readonly chromaKey?: ChromaKeyEffect;
  readonly color?: ColorEffect;
  readonly blur?: BlurEffect;
  readonly place?: PlaceEffect;
  /** Absent: `contain`. */
  readonly fit?: Fit;
  readonly zoom?: MovingZoom;
};

/** Where each picture is moved so that they hold still, by its time in the asset. Lists are as long as `at`; shifts before `zoom`. */
export type PicturePath = {
  readonly at: readonly Ticks[];
  /** Millionths of the picture's width in square pixels; x to the right, y down. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Millionths of a radian, clockwise. */
  readonly turn: readonly number[];
  /** Millionths by which it is enlarged beside `zoom`. */
  readonly growth: readonly number[];
  /** Millionths by which rows lie further across and down for each unit below the middle, where a shutter rolled; set upright. */
  readonly leanX?: readonly number[];
  readonly leanY?: readonly number[];
  /** Enlargement of all pictures, so that no edge is seen. */
  readonly zoom: number;
};

/** A part of the picture as it is coded that moves over it; lists are as long as `at`, asset times; smooth between them. */
export type PictureWindow = Size & {
  readonly at: readonly Ticks[];
  /** Its middle, in millionths of the picture's width and height; it stays inside the picture. */
  readonly x: readonly number[];
  readonly y: readonly number[];
};

export type MovingZoom = ZoomEffect & {
  /** Share of the clip's time over the span; below 0 and above 1 in the handles of a transition. */
  readonly progress: Ramp;
};

/** Two pictures, one becoming the other. */
export type TransitionLayer = {
  readonly kind: 'transition';
  readonly name: TransitionName;
  readonly from: PictureOf;
  readonly to: PictureOf;
  /** 0 … 1, how far it has come. */
  readonly progress: Ramp;
};

export type SoundPlan = {
  /** Of lossy codecs; absent: 192 000, 96 000 for mono. */
  readonly bitsPerSecond?: number;
  readonly sampleRateHz: 48000 | 44100;
  readonly channels: 1 | 2;
  readonly tracks: readonly SoundTrack[];
  readonly master: MasterSettings;
  /** Exact length of the mix. */
  readonly samples: number;
};

export type SoundTrack = {
  readonly gainDb: number;
  readonly clips: readonly SoundClip[];
  /** Level over the mix, on top of `gainDb`; points in samples of the mix. */
  readonly envelope?: readonly LevelPoint[];
  /**
   * Instead of an envelope where speech is not known everywhere: tracks (by place) whose clips marked `ducksByLevel` lower this
   * one where they are loud, as speech does that is known, in record time.
   */
  readonly duckedByLevel?: {
    readonly tracks: readonly number[];
    readonly spoken: readonly TimeRange[];
    readonly ducking: Ducking;
  };
};

/** Straight lines in dB between points, held before the first and after the last; rising `at`, in samples. */
export type LevelPoint = { readonly at: number; readonly gainDb: number };

/** Where two clips of a track overlap they blend with equal power: a transition, whose handles are part of both clips here. */
export type SoundClip = {
  readonly assetId: AssetId;
  readonly streamIndex: number;
  readonly source: TimeRange;
  /** First sample in the mix and count; the sum over a track never drifts, both are derived from ticks. */
  readonly firstSample: number;
  readonly samples: number;
  readonly speed: Ratio;
  readonly gainDb: number;
  /** Samples. Joins inside running sound get 30 ms equal-power where material allows, edges of the timeline 5 ms. */
  readonly fadeIn: number;
  readonly fadeOut: number;
  /** Plays `source` from its end to its start. */
  readonly reverse?: true;
  /** Level over the clip, on top of `gainDb`; points in samples from its first one. */
  readonly envelope?: readonly LevelPoint[];
  /** Heard by `duckedByLevel`. */
  readonly ducksByLevel?: true;
  readonly denoise?: DenoiseEffect;
  readonly repair?: RepairEffect;
};
