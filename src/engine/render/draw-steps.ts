/** Which filters turn a decoded picture into one of the output. Numbers and names of ours only; user text comes in an ASS file. */
import type { Size, VideoStream } from '#core/asset';
import type { DrawStep, PictureShape } from '#engine/media';
import { fitInside, type PictureColor } from '#engine/plan';

export type DrawRequest = {
  readonly canvas: Size;
  readonly color: PictureColor;
  /** Absent for pictures that are made, not decoded. */
  readonly stream?: VideoStream;
  /** Opacity over black, linear from `from` at `start` to `to` at `end`; seconds on the drawing's clock. */
  readonly fade?: { readonly from: number; readonly to: number; readonly start: number; readonly end: number };
  readonly text?: { readonly path: string; readonly fontsFolder: string };
};

/** No steps: the picture can be encoded as it was decoded. */
export function drawSteps(shape: PictureShape, request: DrawRequest): DrawStep[] {
  const { stream } = request;
  return [
    ...(stream === undefined ? [] : fitSteps(shape, stream, request)),
    ...(request.fade === undefined ? [] : fadeSteps(request.fade)),
    ...(request.text === undefined
      ? []
      : [{ filter: 'ass', options: { filename: request.text.path, fontsdir: request.text.fontsFolder } }]),
  ];
}

const hdrTransfers: ReadonlySet<string> = new Set(['smpte2084', 'arib-std-b67']);

function fitSteps(shape: PictureShape, stream: VideoStream, { canvas, color }: DrawRequest): DrawStep[] {
  const steps: DrawStep[] = [];
  if (shape.isInterlaced) steps.push({ filter: 'kerndeint', options: {} });
  steps.push(...turnSteps(stream.rotation));
  const isHdr = hdrTransfers.has(stream.color.transfer);
  if (isHdr) steps.push(...toneSteps());
  const place = fitInside(stream.displaySize, canvas);
  const turned = stream.rotation === 90 || stream.rotation === 270;
  const [width, height] = turned ? [shape.height, shape.width] : [shape.width, shape.height];
  const from = isHdr
    ? { matrix: 'bt709', range: 'tv' }
    : { matrix: matrixOf(stream.color, height), range: shape.isFullRange ? 'pc' : 'tv' };
  const to = { matrix: matrixOf(color, canvas.height), range: color.range === 'pc' ? 'pc' : 'tv' };
  const isPlain = shape.format === 'yuv420p' || shape.format === 'yuvj420p';
  const isSame = width === place.width && height === place.height && isPlain && !isHdr;
  if (!isSame || from.matrix !== to.matrix || from.range !== to.range) {
    steps.push({
      filter: 'scale',
      options: {
        w: place.width,
        h: place.height,
        flags: 'bicubic+accurate_rnd+full_chroma_int',
        // RGB has no matrix of its own; FFmpeg knows.
        ...(isYuv(shape.format) || isHdr ? { in_color_matrix: from.matrix, in_range: from.range } : {}),
        out_color_matrix: to.matrix,
        out_range: to.range,
      },
    });
    steps.push({ filter: 'format', options: { pix_fmts: to.range === 'pc' ? 'yuvj420p' : 'yuv420p' } });
  }
  if (place.width !== canvas.width || place.height !== canvas.height) {
    steps.push({ filter: 'pad', options: { w: canvas.width, h: canvas.height, x: place.x, y: place.y, color: 'black' } });
  }
  return steps;
}

function turnSteps(rotation: VideoStream['rotation']): DrawStep[] {
  if (rotation === 90) return [{ filter: 'transpose', options: { dir: 'clock' } }];
  if (rotation === 270) return [{ filter: 'transpose', options: { dir: 'cclock' } }];
  if (rotation === 180)
    return [
      { filter: 'hflip', options: {} },
      { filter: 'vflip', options: {} },
    ];
  return [];
}

/** HDR to SDR BT.709: linear light, BT.709 primaries, Hable's curve, 100 cd/m² white. */
function toneSteps(): DrawStep[] {
  return [
    { filter: 'zscale', options: { transfer: 'linear', npl: 100 } },
    { filter: 'format', options: { pix_fmts: 'gbrpf32le' } },
    { filter: 'zscale', options: { primaries: 'bt709' } },
    { filter: 'tonemap', options: { tonemap: 'hable', desat: 0 } },
    { filter: 'zscale', options: { transfer: 'bt709', matrix: 'bt709', range: 'tv' } },
    { filter: 'format', options: { pix_fmts: 'yuv420p' } },
  ];
}

/** Names that the scaler knows; where nothing is said, players take the size for a hint, and so does this. */
function matrixOf({ matrix }: PictureColor, height: number): string {
  if (matrix === 'bt709' || matrix === 'smpte240m' || matrix === 'fcc') return matrix;
  if (matrix === 'smpte170m' || matrix === 'bt470bg') return 'smpte170m';
  if (matrix.startsWith('bt2020')) return 'bt2020';
  return height >= 720 ? 'bt709' : 'smpte170m';
}

function isYuv(format: string): boolean {
  return format.startsWith('yuv') || format.startsWith('nv') || format.startsWith('p0') || format.startsWith('gray');
}

/** The `fade` filter knows whole fades only: the line through both ends is drawn out to 0 and 1. */
function fadeSteps({ from, to, start, end }: NonNullable<DrawRequest['fade']>): DrawStep[] {
  const perUnit = (end - start) / (to - from);
  const isIn = to > from;
  const zero = start - from * perUnit;
  const first = isIn ? zero : start - (from - 1) * perUnit;
  return [
    {
      filter: 'fade',
      options: {
        type: isIn ? 'in' : 'out',
        start_time: first.toFixed(6),
        duration: Math.abs(perUnit).toFixed(6),
        color: 'black',
      },
    },
  ];
}
