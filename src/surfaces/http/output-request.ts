/** What a client asks the exported file to be, in the many spellings clients use. Pure. */
import { fail, type EditorError } from '#core/errors';
import type { RenderRequest } from '#editor/jobs';

type OutputRequest = RenderRequest['output'];

const formats = ['mp4', 'mov', 'webm', 'm4a', 'mp3', 'wav', 'flac'] as const;
const qualities: Readonly<Record<string, OutputRequest['quality']>> = {
  low: 'low',
  draft: 'low',
  medium: 'medium',
  standard: 'medium',
  high: 'high',
  best: 'high',
  lossless: 'lossless',
};
/** Pixels of the shorter side. */
const heights: Readonly<Record<string, number>> = {
  '2160p': 2160,
  '4k': 2160,
  '1440p': 1440,
  '1080p': 1080,
  '720p': 720,
  '480p': 480,
  '360p': 360,
};
const largestSide = 7680;

/**
 * `format` (default mp4), `quality` (default high; `1080p` and the like are understood as a size), `resolution`
 * (`1080p`, `1920x1080`) or `width` and `height`, `fps` (`30`, `29.97`, `30000/1001`).
 *
 * Errors: REQUEST_INVALID naming the field; nothing is replaced in silence.
 */
export function parseOutput(raw: Readonly<Record<string, unknown>>): OutputRequest {
  const format = textOf(raw.format)?.replace(/^\./, '') ?? 'mp4';
  if (!isFormat(format)) throw refuse('format', `it must be one of ${formats.join(', ')}`);
  const named = textOf(raw.quality) ?? 'high';
  const isHeight = Object.hasOwn(heights, named);
  const quality = Object.hasOwn(qualities, named) ? qualities[named] : isHeight ? 'high' : undefined;
  if (quality === undefined) throw refuse('quality', 'it must be low, medium, high or lossless');
  const size = sizeOf(raw) ?? (isHeight ? sizeFromName('quality', named) : undefined);
  const frameRate = frameRateOf(raw.fps ?? raw.frame_rate ?? raw.frameRate);
  return { format, quality, ...(size === undefined ? {} : { size }), ...(frameRate === undefined ? {} : { frameRate }) };
}

function sizeOf(raw: Readonly<Record<string, unknown>>): OutputRequest['size'] {
  const { width, height } = raw;
  if (width !== undefined && width !== null && height !== undefined && height !== null)
    return checkedSize('width', Number(width), Number(height));
  const resolution = textOf(raw.resolution ?? raw.size);
  return resolution === undefined ? undefined : sizeFromName('resolution', resolution);
}

function sizeFromName(field: string, name: string): OutputRequest['size'] {
  const pair = /^(\d+)\s*[x×*]\s*(\d+)$/.exec(name);
  if (pair !== null) return checkedSize(field, Number(pair[1]), Number(pair[2]));
  const short = Object.hasOwn(heights, name) ? heights[name] : undefined;
  if (short === undefined) throw refuse(field, 'it must be like 1080p or 1920x1080');
  return { width: Math.round((short * 16) / 9 / 2) * 2, height: short };
}

function checkedSize(field: string, width: number, height: number): OutputRequest['size'] {
  const ok = [width, height].every((side) => Number.isInteger(side) && side >= 16 && side <= largestSide && side % 2 === 0);
  if (!ok) throw refuse(field, `width and height must be even whole pixels, 16 to ${largestSide}`);
  return { width, height };
}

function frameRateOf(value: unknown): OutputRequest['frameRate'] {
  const text = textOf(value);
  if (text === undefined) return undefined;
  const ratio = /^(\d+)\/(\d+)$/.exec(text);
  const rate = ratio === null ? Number(text) : Number(ratio[1]) / Number(ratio[2]);
  if (!(rate >= 1 && rate <= 240)) throw refuse('fps', 'it must be 1 to 240');
  // 23.976, 29.97 and 59.94 are names of rates over 1001.
  const ntsc = Math.round(rate);
  if (!Number.isInteger(rate) && Math.abs(rate - (ntsc * 1000) / 1001) < 0.005) return { num: ntsc * 1000, den: 1001 };
  return ratio === null ? reduced(Math.round(rate * 1000), 1000) : reduced(Number(ratio[1]), Number(ratio[2]));
}

function reduced(num: number, den: number): { readonly num: number; readonly den: number } {
  let [a, b] = [num, den];
  while (b > 0) [a, b] = [b, a % b];
  return { num: num / a, den: den / a };
}

function isFormat(text: string): text is OutputRequest['format'] {
  return (formats as readonly string[]).includes(text);
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return (typeof value === 'string' ? value : JSON.stringify(value)).trim().toLowerCase();
}

function refuse(field: string, reason: string): EditorError {
  return fail('REQUEST_INVALID', { reason: `output.${field}: ${reason}` });
}
