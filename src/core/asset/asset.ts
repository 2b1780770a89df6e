/** What was imported: types only. An asset is immutable, addressed by content hash, never edited and never probed twice. */
import type { FrameRate, Ratio, Ticks, Timebase } from '#core/time';

/** `ast_` + 22 random characters; unguessable, and still authorised on every use. */
export type AssetId = string;

/** `table`: a look-up table of colours, which has no streams and is never placed on a track. */
export type AssetKind = 'video' | 'image' | 'audio' | 'table';

/** Pixels. */
export type Size = { readonly width: number; readonly height: number };

export type Asset = {
  readonly id: AssetId;
  /** SHA-256 of the bytes, lower-case hex; the key of every cached analysis. */
  readonly hash: string;
  /** The user's file name, cleaned for display; never a path and never used as one. */
  readonly name: string;
  readonly bytes: number;
} & AssetProbe;

/** What a probe finds in the bytes. */
export type AssetProbe = {
  readonly kind: AssetKind;
  /** Demuxer chosen from the sniffed content: `mov`, `matroska`, `avi`, `wav`, `mp3`, `aac`, `gif`, `png_pipe` … */
  readonly container: string;
  /** Length of the longest stream as players show it, edit lists applied. Stills: 0. */
  readonly duration: Ticks;
  readonly streams: readonly AssetStream[];
  /** Things a person should know: `"2 damaged packets"`, `"variable frame rate"`. */
  readonly warnings: readonly string[];
};

export type AssetStream = VideoStream | AudioStream;

export type VideoStream = {
  readonly kind: 'video';
  /** FFmpeg's stream index in the file. */
  readonly index: number;
  /** FFmpeg's codec name: `h264`, `hevc`, `vp9` … */
  readonly codec: string;
  readonly profile?: string;
  /** Coded size in pixels, before rotation and pixel aspect. */
  readonly codedSize: Size;
  /** Size on screen: rotated, square pixels, even. */
  readonly displaySize: Size;
  /** Clockwise degrees a player turns the picture. */
  readonly rotation: 0 | 90 | 180 | 270;
  readonly sampleAspect: Ratio;
  /** The rate that the frames keep (variable ones: the rate of four fifths of them, else the average), cleaned to the nearest usual one within 0.1 %. */
  readonly frameRate: FrameRate;
  /** True where stamps are not an even grid of `frameRate` (beyond half a millisecond of container rounding). */
  readonly variableFrameRate: boolean;
  /** Known frames, 0 where the container does not say. */
  readonly frameCount: number;
  readonly pixelFormat: string;
  readonly bitDepth: number;
  readonly color: { readonly primaries: string; readonly transfer: string; readonly matrix: string; readonly range: string };
  readonly timebase: Timebase;
  /** Stamp of the first shown frame, in asset time; asset time 0 is where players start (the earliest stream). */
  readonly start: Ticks;
  readonly duration: Ticks;
  /** A cover picture inside a sound file; never the picture of a clip. */
  readonly attachedPicture: boolean;
};

export type AudioStream = {
  readonly kind: 'audio';
  readonly index: number;
  readonly codec: string;
  readonly sampleRateHz: number;
  readonly channels: number;
  readonly timebase: Timebase;
  readonly start: Ticks;
  readonly duration: Ticks;
};

/** The picture stream a clip uses: the first video stream that is not a cover picture. */
export function mainVideoStream(probe: AssetProbe): VideoStream | undefined {
  return probe.streams.find((stream): stream is VideoStream => stream.kind === 'video' && !stream.attachedPicture);
}

/** The sound stream a clip uses: the first audio stream with channels. */
export function mainAudioStream(probe: AssetProbe): AudioStream | undefined {
  return probe.streams.find((stream): stream is AudioStream => stream.kind === 'audio' && stream.channels > 0);
}
