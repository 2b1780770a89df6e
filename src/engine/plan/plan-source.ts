/** What the planner knows of an asset: its probe and, for each picture stream, where every packet is. */
import type { Asset } from '#core/asset';
import type { Ticks, Timebase } from '#core/time';

export type PlanSource = {
  readonly asset: Asset;
  /** By stream index; none for stills. */
  readonly pictures: ReadonlyMap<number, PictureIndex>;
};

/** Arrays in decode order, one entry per packet; stamps are whole numbers in `timebase`, NaN where missing. */
export type PictureIndex = {
  readonly pts: Float64Array;
  /** 1 where the container says that decoding can start here. */
  readonly key: Uint8Array;
  /** 1 at IDR pictures: nothing after one refers to anything before it. */
  readonly idr: Uint8Array;
  /** 1 where an edit list hides the picture: needed for decoding, never shown. */
  readonly hidden: Uint8Array;
  /** Of the picture shown last, in `timebase`. */
  readonly lastDuration: number;
  /** Of all packets together. */
  readonly bytes: number;
  readonly timebase: Timebase;
  /** Asset time = `fromTimebase(pts, timebase) - offset`. */
  readonly offset: Ticks;
  /** Only for H.264. */
  readonly h264?: H264Facts;
};

/** What the header of an H.264 stream says, and whether the packets keep to it. */
export type H264Facts = {
  /** Base64; empty where the header has none. */
  readonly sps: readonly string[];
  readonly pps: readonly string[];
  readonly changing: boolean;
  /** Ids that SPS and PPS use. */
  readonly ids: readonly number[];
  readonly profile: number;
  readonly level: number;
  /** 1 is 4:2:0. */
  readonly chromaFormat: number;
  readonly bitDepth: number;
  readonly framesOnly: boolean;
  readonly width: number;
  readonly height: number;
};
