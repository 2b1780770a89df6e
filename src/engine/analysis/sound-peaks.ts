/** The outline of a recording: how far it swings in each hundredth of a second, for drawing waveforms of any width. */
import { writeFileSync } from 'node:fs';
import { mainAudioStream } from '#core/asset';
import { fail } from '#core/errors';
import { toSeconds } from '#core/time';
import { decodeSound } from '#engine/media';
import type { TaskImplementation } from '#engine/tasks';

/** Low enough to be quick, high enough for what a picture of the sound can show. */
const rateHz = 16_000;
const peaksPerSecond = 100;

/**
 * Writes one byte per hundredth of a second: the largest deflection there, 0 … 255.
 *
 * Errors: MEDIA_STREAM_MISSING, MEDIA_UNREADABLE, JOB_CANCELED.
 */
export const soundPeaksTask: TaskImplementation<'sound-peaks'> = async ({ source, outputPath }, context) => {
  const stream = mainAudioStream(source.asset);
  if (stream === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'sound' });
  const step = rateHz / peaksPerSecond;
  const expected = Math.max(1, Math.ceil(toSeconds(stream.duration) * peaksPerSecond));
  const peaks: number[] = [];
  const file = { path: source.path, container: source.asset.container };
  for (const [block] of decodeSound(file, {
    streamIndex: stream.index,
    sampleRateHz: rateHz,
    channels: 1,
    blockSamples: step * peaksPerSecond,
  })) {
    if (context.signal.aborted) throw fail('JOB_CANCELED');
    for (let start = 0; start < block!.length; start += step) {
      let peak = 0;
      for (let at = start; at < Math.min(start + step, block!.length); at++) peak = Math.max(peak, Math.abs(block![at]!));
      peaks.push(Math.min(255, Math.round(peak * 255)));
    }
    context.progress(Math.min(1, peaks.length / expected));
    await Promise.resolve();
  }
  writeFileSync(outputPath, Uint8Array.from(peaks));
  return { peaks: peaks.length, peaksPerSecond };
};
