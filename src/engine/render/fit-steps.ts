/** From a picture as it was decoded to one of a given size, upright, in the output's colours. */
import type { Size, VideoStream } from '#core/asset';
import { highDynamicRange, rotationFilters, toneMapFilters, type DrawStep, type PictureShape } from '#engine/media';
import { hasAlpha, type Box, type PictureColor } from '#engine/plan';

export type Fitting = {
  readonly stream: VideoStream;
  /** Part of the upright picture that is kept, in fractions of it. */
  readonly seen: Box;
  readonly size: Size;
  readonly color: PictureColor;
};

const flags = 'bicubic+accurate_rnd+full_chroma_int';

/** None where the picture is already as it should be; with alpha where the picture has some. */
export function fitSteps(shape: PictureShape, { stream, seen, size, color }: Fitting): DrawStep[] {
  const turned = stream.rotation === 90 || stream.rotation === 270;
  const upright = turned ? { width: shape.height, height: shape.width } : { width: shape.width, height: shape.height };
  const crop = cropStep(upright, seen, shape.format);
  const scaled = { w: size.width, h: size.height };
  const [isHdr, isClear] = [highDynamicRange.includes(stream.color.transfer), hasAlpha(shape.format)];
  const from = isHdr
    ? { matrix: 'bt709', range: 'tv' }
    : { matrix: matrixOf(stream.color, upright.height), range: shape.isFullRange ? 'pc' : 'tv' };
  const to = { matrix: matrixOf(color, size.height), range: rangeOf(color) };
  const into = { out_color_matrix: to.matrix, out_range: to.range };
  const steps: DrawStep[] = [
    ...(shape.isInterlaced ? [{ filter: 'kerndeint', options: {} }] : []),
    ...rotationFilters(stream.rotation).map(({ name, options = {} }) => ({ filter: name, options })),
    ...(crop === undefined ? [] : [crop]),
  ];
  if (isClear) return [...steps, ...clearSteps(scaled, into)];
  if (isHdr) {
    // The tone curve is slow, so that it works on no more pixels than are shown.
    steps.push({ filter: 'scale', options: { ...scaled, flags } });
    steps.push(...toneMapFilters(stream.color.transfer).map(({ name, options = {} }) => ({ filter: name, options })));
    if (to.matrix === 'bt709' && to.range === 'tv') return steps;
  }
  const isPlain = shape.format === 'yuv420p' || shape.format === 'yuvj420p';
  const isSame = upright.width === size.width && upright.height === size.height && isPlain && !isHdr && crop === undefined;
  if (isSame && from.matrix === to.matrix && from.range === to.range) return steps;
  // RGB has no matrix of its own; FFmpeg knows.
  const known = isYuv(shape.format) || isHdr ? { in_color_matrix: from.matrix, in_range: from.range } : {};
  return [
    ...steps,
    { filter: 'scale', options: { ...scaled, flags, ...known, ...into } },
    { filter: 'format', options: { pix_fmts: opaqueFormat(color) } },
  ];
}

/** Colours weighted by how much of them is seen while they are mixed, so that what is clear leaves no dark seams. */
function clearSteps(scaled: DrawStep['options'], into: DrawStep['options']): DrawStep[] {
  return [
    { filter: 'format', options: { pix_fmts: 'gbrap' } },
    { filter: 'premultiply', options: { inplace: 1 } },
    { filter: 'scale', options: { ...scaled, flags } },
    { filter: 'format', options: { pix_fmts: 'gbrap' } },
    { filter: 'unpremultiply', options: { inplace: 1 } },
    { filter: 'scale', options: { flags, ...into } },
    { filter: 'format', options: { pix_fmts: 'yuva420p' } },
  ];
}

/** 8-bit 4:2:0 as the encoder takes it. */
export function opaqueFormat(color: PictureColor): string {
  return rangeOf(color) === 'pc' ? 'yuvj420p' : 'yuv420p';
}

export function rangeOf({ range }: PictureColor): 'tv' | 'pc' {
  return range === 'pc' ? 'pc' : 'tv';
}

/** Names that the scaler knows; where nothing is said, players take the size for a hint, and so does this. */
export function matrixOf({ matrix }: Pick<PictureColor, 'matrix'>, height: number): string {
  if (matrix === 'bt709' || matrix === 'smpte240m' || matrix === 'fcc') return matrix;
  if (matrix === 'smpte170m' || matrix === 'bt470bg') return 'smpte170m';
  if (matrix.startsWith('bt2020')) return 'bt2020';
  return height >= 720 ? 'bt709' : 'smpte170m';
}

function cropStep({ width, height }: Size, seen: Box, format: string): DrawStep | undefined {
  const step = isYuv(format) ? 2 : 1;
  const snap = (value: number) => step * Math.round(value / step);
  const [left, top] = [snap(seen.x * width), snap(seen.y * height)];
  const [right, bottom] = [
    Math.min(width, snap((seen.x + seen.width) * width)),
    Math.min(height, snap((seen.y + seen.height) * height)),
  ];
  const isWhole = left === 0 && top === 0 && width - right < step && height - bottom < step;
  if (isWhole) return undefined;
  const [w, h] = [Math.max(step, right - left), Math.max(step, bottom - top)];
  return { filter: 'crop', options: { w, h, x: Math.min(left, width - w), y: Math.min(top, height - h), exact: 1 } };
}

function isYuv(format: string): boolean {
  return format.startsWith('yuv') || format.startsWith('nv') || format.startsWith('p0') || format.startsWith('gray');
}
