/** What the exported file shall be, from the loose words of clients, tools and command lines. Pure. */
import type { Size } from '#core/asset';
import { fail, type EditorError } from '#core/errors';
import type { FrameRate } from '#core/time';
import type { Timeline } from '#core/timeline';
import type { Container, OutputRequest, Quality } from '#engine/plan';

const formats: Readonly<Record<string, Container>> = {
  mp4: 'mp4',
  mov: 'mov',
  webm: 'webm',
  m4a: 'm4a',
  aac: 'm4a',
  mp3: 'mp3',
  wav: 'wav',
  flac: 'flac',
};
const qualities: Readonly<Record<string, Quality>> = {
  low: 'low',
  draft: 'low',
  medium: 'medium',
  standard: 'medium',
  high: 'high',
  best: 'high',
  lossless: 'lossless',
};
/** Pixels of the shorter side. */
const shorterSides: Readonly<Record<string, number>> = {
  '4k': 2160,
  '2160p': 2160,
  '1440p': 1440,
  '1080p': 1080,
  '720p': 720,
  '480p': 480,
  '360p': 360,
};
const smallestSide = 16;
const largestSide = 7680;

/**
 * `format` (mp4), `quality` (high; `1080p` and the like are taken as a resolution), `resolution` (`1080p`, `1920x1080`),
 * `width` and `height`, `fps` (`30`, `29.97`, `30000/1001`). A name such as `1080p` is a landscape or a portrait frame as
 * the timeline is.
 *
 * Errors: REQUEST_INVALID naming the field; nothing is replaced in silence.
 */
export function parseOutputRequest(raw: Readonly<Record<string, unknown>>, timeline?: Pick<Timeline, 'size'>): OutputRequest {
  const format = lookUp(formats, textOf(raw.format)?.replace(/^\./, '') ?? 'mp4');
  if (format === undefined) throw refuse('format', `it must be one of ${Object.keys(formats).join(', ')}`);
  const named = textOf(raw.quality) ?? 'high';
  const namesSize = Object.hasOwn(shorterSides, named);
  const quality = namesSize ? 'high' : lookUp(qualities, named);
  if (quality === undefined) throw refuse('quality', 'it must be low, medium, high or lossless');
  const size = sizeOf(raw, timeline) ?? (namesSize ? sizeFromName('quality', named, timeline) : undefined);
  const frameRate = frameRateOf(raw.fps ?? raw.frame_rate ?? raw.frameRate);
  return { format, quality, ...(size === undefined ? {} : { size }), ...(frameRate === undefined ? {} : { frameRate }) };
}

function sizeOf(raw: Readonly<Record<string, unknown>>, timeline: Pick<Timeline, 'size'> | undefined): Size | undefined {
  if (isGiven(raw.width) && isGiven(raw.height)) return checkedSize('width', Number(raw.width), Number(raw.height));
  const name = textOf(raw.resolution ?? raw.size);
  return name === undefined ? undefined : sizeFromName('resolution', name, timeline);
}

function sizeFromName(field: string, name: string, timeline: Pick<Timeline, 'size'> | undefined): Size {
  const pair = /^(\d+)\s*[x×*]\s*(\d+)$/.exec(name);
  if (pair !== null) return checkedSize(field, Number(pair[1]), Number(pair[2]));
  const shorter = lookUp(shorterSides, name);
  if (shorter === undefined) throw refuse(field, 'it must be like 1080p or 1920x1080');
  const longer = Math.round((shorter * 16) / 9 / 2) * 2;
  const portrait = timeline !== undefined && timeline.size.height > timeline.size.width;
  return portrait ? { width: shorter, height: longer } : { width: longer, height: shorter };
}

function checkedSize(field: string, width: number, height: number): Size {
  const ok = [width, height].every(
    (side) => Number.isInteger(side) && side >= smallestSide && side <= largestSide && side % 2 === 0,
  );
  if (!ok) throw refuse(field, `width and height must be even whole pixels, ${smallestSide} to ${largestSide}`);
  return { width, height };
}

function frameRateOf(value: unknown): FrameRate | undefined {
  if (!isGiven(value)) return undefined;
  const pair = /^(\d+)\/(\d+)$/.exec(String(value).trim());
  const rate = pair === null ? Number(value) : Number(pair[1]) / Number(pair[2]);
  if (!(rate >= 1 && rate <= 240)) throw refuse('fps', 'it must be 1 to 240');
  // 23.976, 29.97 and 59.94 are short names of rates over 1001.
  const whole = Math.round(rate);
  if (!Number.isInteger(rate) && Math.abs(rate - (whole * 1000) / 1001) < 0.005) return { num: whole * 1000, den: 1001 };
  return pair === null ? reduced(Math.round(rate * 1000), 1000) : reduced(Number(pair[1]), Number(pair[2]));
}

function reduced(num: number, den: number): FrameRate {
  let [a, b] = [num, den];
  while (b > 0) [a, b] = [b, a % b];
  return { num: num / a, den: den / a };
}

function lookUp<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim().toLowerCase() : undefined;
}

function refuse(field: string, reason: string): EditorError {
  return fail('REQUEST_INVALID', { reason: `output.${field}: ${reason}` });
}
