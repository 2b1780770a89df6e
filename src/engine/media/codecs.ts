/**
 * The decoders that may see bytes from outside. FFmpeg brings over 500, most of them for games and formats of the
 * nineties and seldom looked at; each is attack surface. What cameras, phones, recorders and editors write is here.
 */
import { Codec } from 'node-av/lib';
import { avGetCodecName } from 'node-av/lib';
import type { AVCodecID } from 'node-av/constants';

const videoDecoders = [
  'h264',
  'hevc',
  'libdav1d',
  'vp8',
  'vp9',
  'mpeg4',
  'msmpeg4',
  'msmpeg4v2',
  'mpeg1video',
  'mpeg2video',
  'h263',
  'mjpeg',
  'prores',
  'dnxhd',
  'ffv1',
  'huffyuv',
  'ffvhuff',
  'utvideo',
  'qtrle',
  'rawvideo',
  'dvvideo',
  'theora',
  'vvc',
  'wmv1',
  'wmv2',
  'wmv3',
  'vc1',
  'cfhd',
  'png',
  'apng',
  'gif',
  'webp',
  'webp_anim',
] as const;

const audioDecoders = [
  'aac',
  'aac_latm',
  'mp3float',
  'mp3',
  'mp2float',
  'mp2',
  'mp1float',
  'opus',
  'vorbis',
  'flac',
  'alac',
  'ac3',
  'eac3',
  'wavpack',
  'wmav1',
  'wmav2',
  'adpcm_ima_wav',
  'adpcm_ima_qt',
  'adpcm_ms',
  'gsm_ms',
  'pcm_alaw',
  'pcm_mulaw',
  'pcm_u8',
  'pcm_s8',
  'pcm_s16le',
  'pcm_s16be',
  'pcm_s24le',
  'pcm_s24be',
  'pcm_s32le',
  'pcm_s32be',
  'pcm_f32le',
  'pcm_f32be',
  'pcm_f64le',
  'pcm_f64be',
] as const;

const allowed: ReadonlySet<string> = new Set([...videoDecoders, ...audioDecoders]);
const preferred: Readonly<Record<string, (typeof videoDecoders)[number]>> = { av1: 'libdav1d' };

/** For FFmpeg's `codec_whitelist`. */
export const codecWhitelist = [...allowed].join(',');

/** The software decoder that may decode `id`, or undefined where we have none that is permitted. */
export function permittedDecoder(id: AVCodecID): Codec | undefined {
  const name = avGetCodecName(id) ?? '';
  const byName = Object.hasOwn(preferred, name) ? Codec.findDecoderByName(preferred[name]! as never) : null;
  const decoder = byName ?? Codec.findDecoder(id);
  return decoder !== null && allowed.has(decoder.name ?? '') ? decoder : undefined;
}

export function codecName(id: AVCodecID): string {
  return avGetCodecName(id) ?? 'unknown';
}
