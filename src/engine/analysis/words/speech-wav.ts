/** The task that writes a stretch of a recording's sound as a small WAV file, for a recogniser elsewhere. */
import { writeFileSync } from 'node:fs';
import { mainAudioStream } from '#core/asset';
import { fail } from '#core/errors';
import { toSample } from '#core/time';
import { decodeSound } from '#engine/media';
import type { TaskImplementation } from '#engine/tasks';
import { writeWav16 } from './write-wav.ts';

const rateHz = 16_000;

/** Errors: MEDIA_STREAM_MISSING, MEDIA_UNREADABLE. */
export const speechWavTask: TaskImplementation<'speech-wav'> = async ({ source, range, outputPath }, context) => {
  const stream = mainAudioStream(source.asset);
  if (stream === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'sound' });
  const samples = new Float32Array(toSample(range.duration, rateHz, 'ceil') + 1);
  const file = { path: source.path, container: source.asset.container };
  let at = 0;
  for (const [block] of decodeSound(file, { streamIndex: stream.index, sampleRateHz: rateHz, channels: 1, range })) {
    if (context.signal.aborted) throw fail('JOB_CANCELED');
    samples.set(block!.subarray(0, samples.length - at), at);
    at = Math.min(samples.length, at + block!.length);
    context.progress(at / samples.length);
    await Promise.resolve();
  }
  const bytes = writeWav16(samples.subarray(0, at), rateHz);
  writeFileSync(outputPath, bytes);
  return { bytes: bytes.length };
};
