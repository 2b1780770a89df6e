/** How a picture is to be shown: turned, with square pixels, in which colours. */
import type { Size, VideoStream } from '#core/asset';
import type { Ratio } from '#core/time';

export type Orientation = { readonly rotation: VideoStream['rotation']; readonly mirrored: boolean };

/**
 * Reads a 3×3 display matrix of 16.16 numbers: clockwise turn to the nearest quarter, and whether it also mirrors.
 * Source: ISO 14496-12 8.3.2.3, `av_display_rotation_get`.
 */
export function readDisplayMatrix(matrix: Buffer | null | undefined): Orientation {
  if (matrix === null || matrix === undefined || matrix.length < 36) return { rotation: 0, mirrored: false };
  const [a, b, c, d] = [0, 1, 3, 4].map((index) => matrix.readInt32LE(index * 4) / 65_536) as [number, number, number, number];
  if (Math.hypot(a, b) === 0 || Math.hypot(c, d) === 0) return { rotation: 0, mirrored: false };
  const degrees = (Math.atan2(b, a) * 180) / Math.PI;
  const quarter = (((Math.round(degrees / 90) % 4) + 4) % 4) * 90;
  return { rotation: quarter as Orientation['rotation'], mirrored: a * d - b * c < 0 };
}

/** Pixel aspects beyond this are mistakes of a muxer. */
const maxAspect = 8;

/** A usable pixel aspect: 1:1 where the container says nothing or nonsense. */
export function cleanAspect(container: Ratio, codec: Ratio): Ratio {
  for (const { num, den } of [container, codec]) {
    if (num > 0 && den > 0 && num / den <= maxAspect && den / num <= maxAspect) return { num, den };
  }
  return { num: 1, den: 1 };
}

/** Size on screen: pixels made square by widening or heightening, turned, even. */
export function displaySize(coded: Size, aspect: Ratio, rotation: Orientation['rotation']): Size {
  const stretch = aspect.num / aspect.den;
  const width = even(stretch >= 1 ? coded.width * stretch : coded.width);
  const height = even(stretch >= 1 ? coded.height : coded.height / stretch);
  return rotation === 90 || rotation === 270 ? { width: height, height: width } : { width, height };
}

/** Nearest even number, odd sizes down: encoders want it, and one row less is better than one invented. */
function even(value: number): number {
  return Math.max(2, 2 * Math.floor(Math.round(value) / 2));
}

/** Names as FFmpeg writes them; only those that a file may hold. Source: ITU-T H.273. */
const primariesNames: Readonly<Record<number, string>> = {
  1: 'bt709',
  4: 'bt470m',
  5: 'bt470bg',
  6: 'smpte170m',
  7: 'smpte240m',
  8: 'film',
  9: 'bt2020',
  10: 'smpte428',
  11: 'smpte431',
  12: 'smpte432',
  22: 'ebu3213',
};
const transferNames: Readonly<Record<number, string>> = {
  1: 'bt709',
  4: 'gamma22',
  5: 'gamma28',
  6: 'smpte170m',
  7: 'smpte240m',
  8: 'linear',
  9: 'log100',
  10: 'log316',
  11: 'iec61966-2-4',
  12: 'bt1361e',
  13: 'iec61966-2-1',
  14: 'bt2020-10',
  15: 'bt2020-12',
  16: 'smpte2084',
  17: 'smpte428',
  18: 'arib-std-b67',
};
const matrixNames: Readonly<Record<number, string>> = {
  0: 'gbr',
  1: 'bt709',
  4: 'fcc',
  5: 'bt470bg',
  6: 'smpte170m',
  7: 'smpte240m',
  8: 'ycgco',
  9: 'bt2020nc',
  10: 'bt2020c',
  14: 'ictcp',
};

/** FFmpeg's number of a matrix by its name; 2, unspecified, for what it does not know. */
export function matrixNumber(name: string): number {
  return Number(Object.entries(matrixNames).find(([, known]) => known === name)?.[0] ?? 2);
}

export function colorFacts(source: {
  readonly colorPrimaries: number;
  readonly colorTrc: number;
  readonly colorSpace: number;
  readonly colorRange: number;
}): VideoStream['color'] {
  return {
    primaries: primariesNames[source.colorPrimaries] ?? 'unknown',
    transfer: transferNames[source.colorTrc] ?? 'unknown',
    matrix: matrixNames[source.colorSpace] ?? 'unknown',
    range: source.colorRange === 2 ? 'pc' : source.colorRange === 1 ? 'tv' : 'unknown',
  };
}

/** Bits per component of a pixel format by its name: `yuv420p10le` has 10, `gbrp` 8. */
export function bitDepthOf(pixelFormat: string): number {
  const deep = /(?:p|gray|gbrp|gbrap|x2rgb|x2bgr|p0|p2|p4)(9|10|12|14|16)(?:le|be)?$/.exec(pixelFormat);
  if (deep !== null) return Number(deep[1]);
  return /(?:48|64)(?:le|be)$/.test(pixelFormat) ? 16 : 8;
}
