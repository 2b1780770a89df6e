/** What each picture encoder is called, which pictures it takes and how our settings are said in its own words. */
import {
  AV_CODEC_ID_AV1,
  AV_CODEC_ID_FFV1,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_HEVC,
  AV_CODEC_ID_PRORES,
  AV_CODEC_ID_VP9,
} from 'node-av/constants';
import type { AVCodecID } from 'node-av/constants';

export type PictureCodecName = 'h264' | 'h265' | 'prores' | 'vp9' | 'av1' | 'ffv1';

/** The part of the encoder's options that this table reads. */
export type CodecSettings = {
  readonly profile: 'baseline' | 'main' | 'high' | 'standard' | 'hq';
  readonly crf: number;
  readonly lossless?: boolean;
  readonly preset: string;
  readonly bFrames: number;
  readonly pyramid: boolean;
  readonly keyFrames: number;
  readonly capKbps?: number;
  readonly parameterSetId: number;
  readonly threads: number;
  /** FFmpeg's name of an encoder on graphics hardware instead of the usual one. */
  readonly hardware?: string;
};

export type PictureCoding = {
  /** FFmpeg's encoder. */
  readonly encoder: string;
  readonly codecId: AVCodecID;
  /** What it codes; pictures come in 8-bit 4:2:0 and are converted where this is another. */
  readonly pixelFormat: string;
  /** Whether every picture stands alone. */
  readonly keyOnly: boolean;
  /** Tag in MP4 and MOV where the writer's own choice is not the one that players want. */
  readonly tag?: string;
  /** Options of the encoder and of FFmpeg's codec context, by name. */
  readonly options: Readonly<Record<string, string>>;
};

export function pictureCoding(codec: PictureCodecName, settings: CodecSettings): PictureCoding {
  const usual = usualCoding(codec, settings);
  const { hardware } = settings;
  if (hardware === undefined) return usual;
  const pixelFormat = hardware.endsWith('_nvenc') ? 'yuv420p' : 'nv12';
  return { ...usual, encoder: hardware, pixelFormat, options: hardwareOptions(hardware, settings) };
}

/**
 * Families of hardware that take pictures from ordinary memory. VAAPI and VideoToolbox want them carried over first, which
 * nothing here does yet.
 */
export const hardwareFamilies = ['nvenc', 'qsv', 'amf'] as const;

function hardwareOptions(name: string, settings: CodecSettings): Record<string, string> {
  const factor = String(settings.crf);
  if (name.endsWith('_nvenc')) return { preset: 'p4', rc: 'vbr', cq: factor, 'forced-idr': '1', ...capped(settings) };
  if (name.endsWith('_qsv')) return { preset: 'faster', global_quality: factor, forced_idr: '1', ...capped(settings) };
  return { quality: 'balanced', rc: 'cqp', qp_i: factor, qp_p: factor, forced_idr: '1' };
}

function usualCoding(codec: PictureCodecName, settings: CodecSettings): PictureCoding {
  switch (codec) {
    case 'h264':
      return { ...plain('libx264', AV_CODEC_ID_H264), options: { ...x264Options(settings), ...capped(settings) } };
    case 'h265':
      // `hvc1` keeps parameter sets in the header; Apple's players open nothing else.
      return { ...plain('libx265', AV_CODEC_ID_HEVC), tag: 'hvc1', options: { ...x265Options(settings), ...capped(settings) } };
    case 'vp9':
      return { ...plain('libvpx-vp9', AV_CODEC_ID_VP9), options: vp9Options(settings) };
    case 'av1':
      return { ...plain('libsvtav1', AV_CODEC_ID_AV1), options: { ...av1Options(settings), ...capped(settings) } };
    case 'prores': {
      const isHigh = settings.profile === 'hq';
      const options = { profile: isHigh ? '3' : '2', vendor: 'apl0' };
      const tag = isHigh ? 'apch' : 'apcn';
      return { encoder: 'prores_ks', codecId: AV_CODEC_ID_PRORES, pixelFormat: 'yuv422p10le', keyOnly: true, tag, options };
    }
    case 'ffv1':
      return { ...plain('ffv1', AV_CODEC_ID_FFV1), keyOnly: true, options: { level: '3', g: '1', slicecrc: '0' } };
  }
}

function plain(encoder: string, codecId: AVCodecID): Omit<PictureCoding, 'options'> {
  return { encoder, codecId, pixelFormat: 'yuv420p', keyOnly: false };
}

/** Seconds of the asked rate that the decoder's buffer holds, and what part of it is full when a range begins. */
const bufferSeconds = 0.5;
const bufferFull = 0.5;

/** A buffer that begins half full, so that a range takes at most a quarter of a second more than its own time's worth. */
function capped({ capKbps }: CodecSettings): Record<string, string> {
  if (capKbps === undefined) return {};
  return { maxrate: String(capKbps * 1000), bufsize: String(Math.round(capKbps * 1000 * bufferSeconds)) };
}

function x264Options(settings: CodecSettings): Record<string, string> {
  const isEdge = settings.preset === 'edge';
  return {
    preset: isEdge ? 'ultrafast' : settings.preset,
    profile: settings.profile,
    crf: String(settings.crf),
    'forced-idr': '1',
    a53cc: '0',
    'b-pyramid': settings.pyramid ? 'normal' : 'none',
    'x264-params': `sps-id=${settings.parameterSetId}:force-cfr=1:open-gop=0:vbv-init=${bufferFull}${isEdge ? edgeTools(settings.profile) : ''}`,
  };
}

/**
 * `ultrafast` leaves out what makes blocks show. With deblocking, adaptive quantisation and the 8×8 transform it takes
 * half the time of `superfast` for the same likeness and a tenth more bytes (docs/decisions/2026-11-21-smart-render.md).
 */
function edgeTools(profile: CodecSettings['profile']): string {
  return `:deblock=1,0,0:aq-mode=1:scenecut=40:b-adapt=0${profile === 'high' ? ':8x8dct=1' : ''}`;
}

/** `info=0`: its own version in the stream would make parts of other builds look alike when they are not, and the other way round. */
function x265Options(settings: CodecSettings): Record<string, string> {
  const params = [
    'open-gop=0',
    'repeat-headers=0',
    'info=0',
    'log-level=none',
    `b-pyramid=${settings.pyramid ? 1 : 0}`,
    ...(settings.lossless === true ? ['lossless=1'] : []),
    ...(settings.capKbps === undefined ? [] : [`vbv-init=${bufferFull}`]),
  ];
  return { preset: settings.preset, crf: String(settings.crf), 'forced-idr': '1', 'x265-params': params.join(':') };
}

/** Its rate is an aim, not a bound: aimed so much lower, it stays under. */
const vp9Share = 0.85;

function vp9Options(settings: CodecSettings): Record<string, string> {
  // Beyond 5 the thorough mode knows nothing quicker.
  const mode = Number(settings.preset) > 5 ? { deadline: 'realtime' } : { deadline: 'good', 'lag-in-frames': '16' };
  const common = { ...mode, 'cpu-used': settings.preset, 'row-mt': '1', 'tile-columns': '2' };
  if (settings.lossless === true) return { ...common, lossless: '1' };
  const { capKbps } = settings;
  // With a rate beside the factor the encoder holds both: the quality is as asked where the rate allows it.
  const rate =
    capKbps === undefined
      ? { b: '0' }
      : { b: String(Math.round(capKbps * 1000 * vp9Share)), 'overshoot-pct': '10', ...capped(settings) };
  return { ...common, crf: String(settings.crf), ...rate };
}

function av1Options(settings: CodecSettings): Record<string, string> {
  return { preset: settings.preset, crf: String(settings.crf), 'svtav1-params': `lp=${Math.max(1, settings.threads)}:scd=0` };
}
