/** The filters that turn a decoded picture into what a person sees: upright, square pixels, ordinary colours. */
import type { Size, VideoStream } from '#core/asset';
import type { PictureFilter } from './picture-filter.ts';

/** Transfer curves of high dynamic range, which must be mapped before they are shown as 8 bits. */
export const highDynamicRange: readonly string[] = ['smpte2084', 'arib-std-b67'];

/** BT.709 from PQ or HLG: linear light, smaller gamut, then the tone curve. Source: FFmpeg's own recipe, `npl` of 203 nits from ITU-R BT.2408. */
export function toneMapFilters(transfer: string): PictureFilter[] {
  if (!highDynamicRange.includes(transfer)) return [];
  return [
    { name: 'zscale', options: { transfer: 'linear', npl: 203 } },
    { name: 'format', options: { pix_fmts: 'gbrpf32le' } },
    { name: 'zscale', options: { primaries: 'bt709' } },
    { name: 'tonemap', options: { tonemap: 'mobius', desat: 0 } },
    { name: 'zscale', options: { transfer: 'bt709', matrix: 'bt709', range: 'tv' } },
    { name: 'format', options: { pix_fmts: 'yuv420p' } },
  ];
}

/** Clockwise, as `VideoStream.rotation` says. */
export function rotationFilters(rotation: VideoStream['rotation']): PictureFilter[] {
  switch (rotation) {
    case 0:
      return [];
    case 90:
      return [{ name: 'transpose', options: { dir: 'clock' } }];
    case 180:
      return [{ name: 'hflip' }, { name: 'vflip' }];
    case 270:
      return [{ name: 'transpose', options: { dir: 'cclock' } }];
  }
}

/** The largest size of the shape of `shown` that fits into `room`, never enlarged. */
export function fitSize(shown: Size, room: Size): Size {
  const scale = Math.min(1, room.width / shown.width, room.height / shown.height);
  return { width: Math.max(1, Math.round(shown.width * scale)), height: Math.max(1, Math.round(shown.height * scale)) };
}
