/** How the luma of a pixel format lies in its first plane. */

export type LumaDepth = {
  readonly bytes: 1 | 2;
  /** How far a sample is shifted to 8 bits. */
  readonly shift: number;
};

/** By FFmpeg's name of the pixel format; undefined for formats without a plane of luma in our byte order. */
export function depthOfFormat(pixelFormat: string): LumaDepth | undefined {
  if (!/^(yuv|gray|nv12|nv16|nv21|p010|p016)/.test(pixelFormat)) return undefined;
  // p010 keeps its ten bits at the top of sixteen.
  if (pixelFormat.startsWith('p01')) return pixelFormat.endsWith('be') ? undefined : { bytes: 2, shift: 8 };
  // yuv420p10le, gray12le; the digits before the `p` are the chroma's.
  const deep = /(?:p|gray)(9|10|12|14|16)(le|be)$/.exec(pixelFormat);
  if (deep === null) return /\d(?:le|be)$/.test(pixelFormat) ? undefined : { bytes: 1, shift: 0 };
  return deep[2] === 'be' ? undefined : { bytes: 2, shift: Number(deep[1]) - 8 };
}
