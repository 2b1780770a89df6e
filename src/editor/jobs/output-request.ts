/** What the exported file shall be, from the loose words of clients, tools and command lines. Pure. */
import type { Size } from '#core/asset';
import type { Fit, Timeline } from '#core/timeline';
import { isAnimation, pictureCodecs, type Container, type OutputRequest, type PictureCodec, type Quality } from '#engine/plan';
import { isGiven, lookUp, numberOf, refuse, textOf, type RawOutput } from './output-fields.ts';
import { canvasFor, frameRateOf, sizeNames, sizeOf } from './output-size.ts';
import { presetNames, presets, type ExportPreset } from './presets.ts';

const formats: Readonly<Record<string, Container>> = {
  mp4: 'mp4',
  mov: 'mov',
  webm: 'webm',
  gif: 'gif',
  webp: 'webp',
  m4a: 'm4a',
  aac: 'm4a',
  mp3: 'mp3',
  wav: 'wav',
  flac: 'flac',
};
/** Pictures of a video one at a time have a door of their own. */
const stills: ReadonlySet<string> = new Set(['png', 'jpg', 'jpeg']);
const qualities: Readonly<Record<string, Quality>> = {
  low: 'low',
  draft: 'low',
  medium: 'medium',
  standard: 'medium',
  high: 'high',
  best: 'high',
  lossless: 'lossless',
};
const codecs: Readonly<Record<string, PictureCodec>> = {
  h264: 'h264',
  avc: 'h264',
  h265: 'h265',
  hevc: 'h265',
  prores: 'prores',
  vp9: 'vp9',
  av1: 'av1',
};
const fits: Readonly<Record<string, Fit>> = {
  contain: 'contain',
  letterbox: 'contain',
  cover: 'cover',
  crop: 'cover',
  fill: 'cover',
  'blur-fill': 'blur-fill',
  blur: 'blur-fill',
};
const channelCounts: Readonly<Record<string, 1 | 2>> = { '1': 1, mono: 1, '2': 2, stereo: 2 };
/** Sound coded without loss, or not at all. */
const fixedSound: ReadonlySet<Container> = new Set(['wav', 'flac', 'gif', 'webp']);

/**
 * `preset` (a name of `presets`; every other field goes before what it says), `format` (mp4), `codec`, `quality` (high; `1080p`
 * and the like are taken as a resolution), `resolution` (`1080p`, `1920x1080`), `width` and `height`, `aspect` (`9:16`) and `fit`
 * (contain, cover, blur-fill) for another shape than the timeline's, `fps` (`30`, `29.97`, `30000/1001`), `max_bitrate_kbps`,
 * `audio_bitrate_kbps`, `channels`. A name such as `1080p` is a landscape or a portrait frame as the timeline is.
 *
 * Errors: REQUEST_INVALID naming the field; nothing is replaced in silence.
 */
export function parseOutputRequest(raw: RawOutput, timeline?: Pick<Timeline, 'size' | 'fit'>): OutputRequest {
  const preset = presetOf(raw);
  const format = formatOf(raw, preset);
  const codec = codecOf(raw, format, preset);
  const { quality, sizeName } = qualityOf(raw, preset);
  const frameRate = frameRateOf(raw.fps ?? raw.frame_rate ?? raw.frameRate);
  const canvas = canvasFor(raw, {
    timeline,
    fit: fitOf(raw),
    ...(preset?.canvas === undefined ? {} : { preset: preset.canvas }),
  });
  const size = sizeOf(raw, sizeName, canvas?.size ?? timeline?.size) ?? canvas?.size ?? boxOf(preset, timeline);
  return {
    format,
    quality,
    ...(codec === undefined ? {} : { codec }),
    ...(canvas === undefined ? {} : { canvas }),
    ...(size === undefined ? {} : { size }),
    ...(frameRate === undefined ? {} : { frameRate }),
    ...(frameRate !== undefined || preset?.mostFramesPerSecond === undefined
      ? {}
      : { mostFramesPerSecond: preset.mostFramesPerSecond }),
    ...(preset?.loudness === undefined ? {} : { loudness: preset.loudness }),
    ...(preset?.effort === undefined ? {} : { effort: preset.effort }),
    ...ratesOf(raw, { format, codec, preset }),
  };
}

function presetOf(raw: RawOutput): ExportPreset | undefined {
  const name = textOf(raw.preset);
  if (name === undefined) return undefined;
  const preset = lookUp<ExportPreset>(presets, name);
  if (preset === undefined) throw refuse('preset', `it must be one of ${presetNames.join(', ')}`);
  return preset;
}

function formatOf(raw: RawOutput, preset: ExportPreset | undefined): Container {
  const name = textOf(raw.format)?.replace(/^\./, '') ?? preset?.format ?? 'mp4';
  const format = lookUp(formats, name);
  if (format !== undefined) return format;
  const instead = stills.has(name) ? '; single pictures and contact sheets come from the preview addresses' : '';
  throw refuse('format', `it must be one of ${Object.keys(formats).join(', ')}${instead}`);
}

function codecOf(raw: RawOutput, format: Container, preset: ExportPreset | undefined): PictureCodec | undefined {
  const name = textOf(raw.codec);
  if (name === undefined) return preset?.codec !== undefined && preset.format === format ? preset.codec : undefined;
  const codec = lookUp(codecs, name.replace(/[.\s]/g, ''));
  if (codec !== undefined && pictureCodecs[format].includes(codec)) return codec;
  const known = pictureCodecs[format];
  throw refuse('codec', known.length === 0 ? `${format} has none to choose` : `${format} holds ${known.join(', ')}`);
}

function qualityOf(raw: RawOutput, preset: ExportPreset | undefined): { quality: Quality; sizeName: string | undefined } {
  const usual = preset?.quality ?? 'high';
  const name = textOf(raw.quality);
  if (name === undefined) return { quality: usual, sizeName: undefined };
  if (sizeNames.has(name)) return { quality: usual, sizeName: name };
  const quality = lookUp(qualities, name);
  if (quality === undefined) throw refuse('quality', 'it must be low, medium, high or lossless');
  return { quality, sizeName: undefined };
}

function fitOf(raw: RawOutput): Fit | undefined {
  const name = textOf(raw.fit);
  if (name === undefined) return undefined;
  const fit = lookUp(fits, name);
  if (fit === undefined) throw refuse('fit', 'it must be contain, cover or blur-fill');
  return fit;
}

/** The preset's box, turned for an upright timeline by the planner. */
function boxOf(preset: ExportPreset | undefined, timeline: Pick<Timeline, 'size'> | undefined): Size | undefined {
  if (preset?.size === undefined || timeline === undefined) return preset?.size;
  const { width, height } = preset.size;
  const isUpright = timeline.size.height > timeline.size.width;
  return isUpright === height > width ? preset.size : { width: height, height: width };
}

type Coding = {
  readonly format: Container;
  readonly codec: PictureCodec | undefined;
  readonly preset: ExportPreset | undefined;
};

function ratesOf(
  raw: RawOutput,
  { format, codec, preset }: Coding,
): Pick<OutputRequest, 'maxBitrateKbps' | 'soundKbps' | 'channels'> {
  const total = numberOf(raw.max_bitrate_kbps ?? raw.maxBitrateKbps, 'max_bitrate_kbps', { least: 32, most: 400_000 });
  const sound = numberOf(raw.audio_bitrate_kbps ?? raw.audioBitrateKbps, 'audio_bitrate_kbps', { least: 32, most: 320 });
  const isFixed = codec === 'prores' || isAnimation(format) || fixedSound.has(format);
  const name = codec ?? format;
  if (isFixed && total !== undefined) throw refuse('max_bitrate_kbps', `${name} has no rate that could be held down`);
  if (isFixed && sound !== undefined) throw refuse('audio_bitrate_kbps', `${name} keeps its sound without loss or has none`);
  const channels = isGiven(raw.channels) ? lookUp(channelCounts, textOf(raw.channels) ?? '') : undefined;
  if (isGiven(raw.channels) && channels === undefined) throw refuse('channels', 'it must be mono or stereo');
  if (isFixed) return channels === undefined ? {} : { channels };
  const isSoundOnly = pictureCodecs[format].length === 0;
  const most = total ?? (isSoundOnly ? undefined : preset?.maxBitrateKbps);
  const wanted = sound ?? preset?.soundKbps;
  // A file of sound alone takes what its sound takes.
  const soundKbps = isSoundOnly && most !== undefined ? Math.min(wanted ?? 320, most) : wanted;
  return {
    ...(most === undefined ? {} : { maxBitrateKbps: most }),
    ...(soundKbps === undefined ? {} : { soundKbps }),
    ...(channels === undefined ? {} : { channels }),
  };
}
