/** Size, shape and rate of the asked file. Pure. */
import type { Size } from '#core/asset';
import type { FrameRate } from '#core/time';
import type { Fit, Timeline } from '#core/timeline';
import type { OutputRequest } from '#engine/plan';
import { isGiven, lookUp, refuse, textOf, type RawOutput } from './output-fields.ts';

/** Pixels of the shorter side. */
const shorterSides: Readonly<Record<string, number>> = {
  '4k': 2160,
  '2160p': 2160,
  '1440p': 1440,
  '1080p': 1080,
  '720p': 720,
  '480p': 480,
  '360p': 360,
  '240p': 240,
};
/** Names of resolutions, `1080p` and the like. */
export const sizeNames: ReadonlySet<string> = new Set(Object.keys(shorterSides));

const smallestSide = 16;
const largestSide = 7680;
/** Shapes nearer to each other than this are the same. */
const sameShape = 0.01;
const usualShorterSide = 1080;

/** The asked box; `shape` turns named sizes upright. Errors: REQUEST_INVALID. */
export function sizeOf(raw: RawOutput, qualityName: string | undefined, shape: Size | undefined): Size | undefined {
  if (isGiven(raw.width) && isGiven(raw.height)) return checkedSize('width', Number(raw.width), Number(raw.height));
  const name = textOf(raw.resolution ?? raw.size);
  if (name !== undefined) return sizeFromName('resolution', name, shape);
  return qualityName === undefined ? undefined : sizeFromName('quality', qualityName, shape);
}

export type CanvasOptions = {
  readonly timeline: Pick<Timeline, 'size' | 'fit'> | undefined;
  readonly fit: Fit | undefined;
  readonly preset?: Size;
};

/**
 * Another canvas for this file alone, where `aspect` or a preset asks for another shape than the timeline's. Nothing of the
 * picture is lost unless it is asked: the default is the whole picture over a blurred copy that fills the frame.
 */
export function canvasFor(raw: RawOutput, { timeline, fit, preset }: CanvasOptions): OutputRequest['canvas'] {
  const asked = aspectOf(raw, timeline?.size) ?? preset;
  if (asked === undefined) {
    if (fit !== undefined) throw refuse('fit', 'it goes with aspect or with a preset of another shape than the timeline');
    return undefined;
  }
  if (
    timeline !== undefined &&
    Math.abs((asked.width * timeline.size.height) / (asked.height * timeline.size.width) - 1) < sameShape
  )
    return undefined;
  return { size: asked, fit: fit ?? timeline?.fit ?? 'blur-fill' };
}

function aspectOf(raw: RawOutput, canvas: Size | undefined): Size | undefined {
  const name = textOf(raw.aspect ?? raw.aspect_ratio);
  if (name === undefined) return undefined;
  const pair = /^(\d{1,4})\s*[:/x]\s*(\d{1,4})$/.exec(name);
  const [across, down] = [Number(pair?.[1]), Number(pair?.[2])];
  if (pair === null || across === 0 || down === 0 || across > down * 8 || down > across * 8)
    throw refuse('aspect', 'it must be like 16:9, 9:16, 1:1 or 4:5');
  const shorter = canvas === undefined ? usualShorterSide : Math.min(canvas.width, canvas.height);
  const longer = (Math.max(across, down) * shorter) / Math.min(across, down);
  const even = (value: number) => Math.round(value / 2) * 2;
  return across >= down ? { width: even(longer), height: even(shorter) } : { width: even(shorter), height: even(longer) };
}

function sizeFromName(field: string, name: string, shape: Size | undefined): Size {
  const pair = /^(\d+)\s*[x×*]\s*(\d+)$/.exec(name);
  if (pair !== null) return checkedSize(field, Number(pair[1]), Number(pair[2]));
  const shorter = lookUp(shorterSides, name);
  if (shorter === undefined) throw refuse(field, 'it must be like 1080p or 1920x1080');
  const longer = Math.round((shorter * 16) / 9 / 2) * 2;
  const portrait = shape !== undefined && shape.height > shape.width;
  return portrait ? { width: shorter, height: longer } : { width: longer, height: shorter };
}

function checkedSize(field: string, width: number, height: number): Size {
  const ok = [width, height].every(
    (side) => Number.isInteger(side) && side >= smallestSide && side <= largestSide && side % 2 === 0,
  );
  if (!ok) throw refuse(field, `width and height must be even whole pixels, ${smallestSide} to ${largestSide}`);
  return { width, height };
}

/** Errors: REQUEST_INVALID. */
export function frameRateOf(value: unknown): FrameRate | undefined {
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
