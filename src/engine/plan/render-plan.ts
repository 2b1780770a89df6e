/**
 * The decision of a render, before a packet is touched: which frames are copied, which are encoded and from what,
 * what the sound is made of, and what the finished file must measure. Plain JSON, hashable, needs no database.
 */
import type { AssetId, Size } from '#core/asset';
import type { FrameRate, Ratio, Ticks, TimeRange } from '#core/time';
import type { DenoiseEffect, MasterSettings, TextStyle } from '#core/timeline';

export type Container = 'mp4' | 'mov' | 'webm' | 'm4a' | 'mp3' | 'wav' | 'flac';
export type Quality = 'low' | 'medium' | 'high' | 'lossless';

/** What the user asked the file to be; the planner fills the rest. */
export type OutputRequest = {
  readonly format: Container;
  readonly quality: Quality;
  /** Canvas override: `1080p` fits the timeline's canvas into 1920×1080 (or 1080×1920), never enlarging copied pictures. */
  readonly size?: Size;
  readonly frameRate?: FrameRate;
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
  readonly codec: 'h264';
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
  readonly profile: 'baseline' | 'main' | 'high';
  /** x264's constant rate factor; lower is better. */
  readonly crf: number;
  /** `edge` is our own: `ultrafast` with the tools that keep its pictures clean, for the few frames around a cut. */
  readonly preset: 'edge' | 'superfast' | 'veryfast' | 'faster' | 'medium';
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

/** One picture source over an encode span. Times are in the span's own record time and the asset's time. */
export type PictureLayer =
  | {
      readonly kind: 'picture';
      readonly assetId: AssetId;
      readonly streamIndex: number;
      readonly source: TimeRange;
      readonly speed: Ratio;
      /**
       * Where the layer's frames are the stream's own, one by one: the first one's stamp in the stream's timebase. Absent: a
       * frame shows what is on screen in the asset at its middle (before the first picture the first, after the last the last).
       */
      readonly firstPts?: number;
      /** With `stamps: 'source'`: the stamp at which the span is over, and the shift as in a copy span. */
      readonly endPts?: number;
      readonly shift?: number;
      /** 0 … 1 over the span, linear from `from` to `to`; for fades. */
      readonly opacity?: { readonly from: number; readonly to: number };
    }
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly style: TextStyle;
      /** Where the text begins and ends, relative to the span's start; may lie outside it. */
      readonly start: Ticks;
      readonly end: Ticks;
    }
  /** Picture for a timeline that has only sound: moving waveform on a plain background. */
  | { readonly kind: 'waveform'; readonly color: string };

export type SoundPlan = {
  readonly sampleRateHz: 48000 | 44100;
  readonly channels: 1 | 2;
  readonly tracks: readonly { readonly gainDb: number; readonly clips: readonly SoundClip[] }[];
  readonly master: MasterSettings;
  /** Exact length of the mix. */
  readonly samples: number;
};

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
  readonly denoise?: DenoiseEffect;
};
