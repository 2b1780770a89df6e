/** What each kind of file can hold, and what a request leaves open. */
import type { Size } from '#core/asset';
import { fail } from '#core/errors';
import type { FrameRate, Ticks } from '#core/time';
import { ticksPerSecond } from '#core/time';
import type { Timeline } from '#core/timeline';
import type { Container, OutputRequest, PictureCodec } from './render-plan.ts';

/** How pictures may be coded in each format, the usual one first; none where the format has no coded pictures. */
export const pictureCodecs: Readonly<Record<Container, readonly PictureCodec[]>> = {
  mp4: ['h264', 'h265', 'av1'],
  mov: ['h264', 'h265', 'prores'],
  webm: ['vp9', 'av1'],
  gif: [],
  webp: [],
  m4a: [],
  mp3: [],
  wav: [],
  flac: [],
};

/** Whether the format is a picture that moves by itself: no sound, no codec to choose. */
export function isAnimation(format: Container): boolean {
  return format === 'gif' || format === 'webp';
}

/** Whether a file of this format has a picture. */
export function hasPicture(format: Container): boolean {
  return pictureCodecs[format].length > 0 || isAnimation(format);
}

/** Whether a file of this format can have sound. */
export function hasSound(format: Container): boolean {
  return !isAnimation(format);
}

const animationBox: Size = { width: 480, height: 480 };
const animationFramesPerSecond = 15;
/** A GIF counts in hundredths of a second and players show nothing faster than two of them. */
const mostAnimationFramesPerSecond = 50;
/** All pictures of an animation are in memory or on disk at once. */
const longestAnimation = (5 * 60 * ticksPerSecond) as Ticks;
/** Sound gets this much where nothing is asked, thousands of bits a second. */
const usualSoundKbps = 192;
const leastPictureKbps = 100;
/** Ranges are on average half as long as they may be, and each begins with so much in hand. */
const usualRangeSeconds = 8;
const rangeStartSeconds = 0.25;

/**
 * The request with everything said that the planner needs: rate and size of animations, frame rates under their cap.
 *
 * Errors: REQUEST_INVALID naming the field for what the format cannot hold.
 */
export function completeOutput(output: OutputRequest, timeline: Timeline, duration: Ticks): OutputRequest {
  const { format, codec } = output;
  if (codec !== undefined && !pictureCodecs[format].includes(codec)) throw refuse('codec', codecSentence(format));
  const frameRate = output.frameRate ?? cappedRate(output, timeline.frameRate);
  if (!isAnimation(format)) return { ...output, ...(frameRate === undefined ? {} : { frameRate }) };
  if (duration > longestAnimation) throw refuse('format', `${format} holds at most 5 minutes, choose mp4 or a shorter part`);
  const rate = frameRate ?? decimated(timeline.frameRate, animationFramesPerSecond);
  if (rate.num > rate.den * mostAnimationFramesPerSecond)
    throw refuse('fps', `${format} shows at most ${mostAnimationFramesPerSecond} pictures a second`);
  return { ...output, frameRate: rate, size: output.size ?? animationBox };
}

/** How pictures are coded in the file. */
export function codecOf({ format, codec }: OutputRequest): PictureCodec | 'ffv1' {
  return codec ?? pictureCodecs[format][0] ?? 'ffv1';
}

/**
 * What is left for the picture of the asked rate, in thousands of bits a second; undefined where none was asked. A little is kept
 * back for the container and for what each separately encoded range may take beyond its own time.
 */
export function pictureKbps(
  { maxBitrateKbps, soundKbps, rangeSeconds }: OutputRequest,
  hasAnySound: boolean,
): number | undefined {
  if (maxBitrateKbps === undefined) return undefined;
  const left = maxBitrateKbps - (hasAnySound ? (soundKbps ?? usualSoundKbps) : 0);
  const range = Math.min(rangeSeconds ?? usualRangeSeconds, usualRangeSeconds) / 2;
  return Math.max(leastPictureKbps, Math.floor((left * range) / (range + rangeStartSeconds)));
}

/** The timeline as this one file shows it: another canvas, a loudness of its own. Only what the request says differs. */
export function shapedTimeline(timeline: Timeline, { canvas, loudness }: OutputRequest): Timeline {
  const fit = canvas?.fit ?? timeline.fit;
  const { master } = timeline;
  return {
    ...timeline,
    ...(canvas === undefined ? {} : { size: canvas.size, ...(fit === undefined ? {} : { fit }) }),
    ...(loudness === undefined || master.loudness !== undefined ? {} : { master: { ...master, loudness } }),
  };
}

function cappedRate({ mostFramesPerSecond }: OutputRequest, rate: FrameRate): FrameRate | undefined {
  // 59.94 is not more than 60, and 60.0 is not more than 59.94 was meant to allow.
  if (mostFramesPerSecond === undefined || rate.num <= rate.den * (mostFramesPerSecond + 0.01)) return undefined;
  return decimated(rate, mostFramesPerSecond);
}

/** A half, a third … of `rate` that is no more than `most`: each picture shown is one of the timeline's own. */
function decimated(rate: FrameRate, most: number): FrameRate {
  const every = Math.max(1, Math.ceil(rate.num / rate.den / (most + 0.01)));
  const divisor = greatestCommonDivisor(rate.num, rate.den * every);
  return { num: rate.num / divisor, den: (rate.den * every) / divisor };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function codecSentence(format: Container): string {
  const known = pictureCodecs[format];
  return known.length === 0 ? `${format} has none to choose` : `${format} holds ${known.join(', ')}`;
}

function refuse(field: string, reason: string) {
  return fail('REQUEST_INVALID', { reason: `output.${field}: ${reason}` });
}
