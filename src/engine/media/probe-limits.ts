/** What a file may ask of this machine. Checked on what headers claim, before a decoder runs, and again on what is true. */
import type { Size } from '#core/asset';
import { fail } from '#core/errors';
import { maxPixels, maxStreams } from './demuxer.ts';

const maxFramesPerSecond = 240;
const maxHours = 12;

/** Errors: MEDIA_LIMIT. */
export function checkPixels(size: Size): void {
  if (size.width * size.height > maxPixels) {
    throw fail('MEDIA_LIMIT', {
      what: 'picture size',
      value: `${size.width}×${size.height} pixels`,
      limit: `${maxPixels / 1e6} million pixels`,
    });
  }
}

/** Errors: MEDIA_LIMIT. */
export function checkFrameRate(framesPerSecond: number): void {
  // Half a frame of tolerance: containers round the rate they write.
  if (framesPerSecond > maxFramesPerSecond + 0.5) {
    const value = `${Math.round(framesPerSecond)} frames/s`;
    throw fail('MEDIA_LIMIT', { what: 'frame rate', value, limit: `${maxFramesPerSecond} frames/s` });
  }
}

/** Errors: MEDIA_LIMIT. */
export function checkDuration(seconds: number): void {
  if (seconds > maxHours * 3600) {
    throw fail('MEDIA_LIMIT', { what: 'length', value: `${(seconds / 3600).toFixed(1)} h`, limit: `${maxHours} h` });
  }
}

/** Errors: MEDIA_LIMIT. */
export function checkStreamCount(count: number): void {
  if (count > maxStreams) throw fail('MEDIA_LIMIT', { what: 'number of streams', value: count, limit: maxStreams });
}
