/** Noise removal tried out on one asset: the profile that rendering starts from, and what it would give, for the receipt. */
import { mainAudioStream } from '#core/asset';
import { silenceDb } from '#core/dsp';
import { fail } from '#core/errors';
import { rangeBetween, seconds, ticks, toSeconds, type TimeRange, type Ticks } from '#core/time';
import { decodeSound } from '#engine/media';
import type { MediaSource, TaskImplementation } from '#engine/tasks';
import { createDenoiser } from './denoiser.ts';
import { createPause } from '../pause.ts';
import { compareLevels, createProfileMeter, profileSeconds } from './measure-profile.ts';
import type { NoiseProfile } from './profile-type.ts';
import { createSampleQueue, type SampleQueue } from './sample-queue.ts';

/** Long recordings are looked at in this many places. */
const stretches = 6;
/** This much is cleaned to see what it gives. */
const trialSeconds = 12;
const sampleRateHz = 48_000;

/** Sound of an asset that a profile is measured on. */
export type ProfileSource = { readonly source: MediaSource; readonly streamIndex: number };

/**
 * Measures the noise of one sound stream: all of it up to 40 s, six places spread over it beyond that.
 *
 * Errors: JOB_CANCELED; MEDIA_UNREADABLE, MEDIA_STREAM_MISSING.
 */
export async function measureAssetProfile(input: ProfileSource, signal: AbortSignal): Promise<NoiseProfile> {
  const meter = createProfileMeter();
  await read(input, { seconds: profileSeconds, signal, take: (block) => meter.push(block) });
  return meter.finish();
}

/** What noise removal would give on the main sound stream. Errors: MEDIA_STREAM_MISSING, MODEL_MISSING, JOB_CANCELED. */
export const measureDenoiseTask: TaskImplementation<'measure-denoise'> = async (input, { signal, progress }) => {
  const { source, strength, engine, enhancerPath } = input;
  const stream = mainAudioStream(source.asset);
  if (stream === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'audio' });
  const sound = { source, streamIndex: stream.index };
  const profile = await measureAssetProfile(sound, signal);
  progress(0.5);
  const denoiser = createDenoiser({ sampleRateHz, strength, engine, profile, enhancerPath });
  const facts = denoiser.facts();
  if (facts.skipped) return { assetId: source.asset.id, ...facts, profile };
  const [heard, cleaned] = [createSampleQueue(), createSampleQueue()];
  const take = (block: Float32Array) => {
    heard.push(block);
    cleaned.push(denoiser.process(block));
  };
  await read(sound, { seconds: trialSeconds, signal, take });
  cleaned.push(denoiser.flush());
  const [before, after] = compareLevels(wholeOf(heard), wholeOf(cleaned));
  return {
    assetId: source.asset.id,
    ...facts,
    floorAfterDbfs: Math.max(silenceDb, profile.floorDbfs + after.floorDbfs - before.floorDbfs),
    speechAfterDbfs: Math.max(silenceDb, profile.speechDbfs + after.speechDbfs - before.speechDbfs),
    profile,
  };
};

function wholeOf(queue: SampleQueue): Float32Array {
  const samples = new Float32Array(queue.end());
  queue.copy(0, samples);
  return samples;
}

/** Places spread evenly, `total` seconds in all, or everything where there is no more than that. */
function tellingStretches(duration: Ticks, total: number): TimeRange[] {
  if (toSeconds(duration) <= total) return [rangeBetween(ticks(0), duration)];
  const length = total / stretches;
  const step = (toSeconds(duration) - length) / (stretches - 1);
  return Array.from({ length: stretches }, (_, index) => {
    const start = index * step;
    return rangeBetween(seconds(start), seconds(start + length));
  });
}

type Reading = {
  readonly seconds: number;
  readonly signal: AbortSignal;
  readonly take: (block: Float32Array) => unknown;
};

async function read({ source, streamIndex }: ProfileSource, reading: Reading): Promise<void> {
  const file = { path: source.path, container: source.asset.container };
  const pause = createPause(reading.signal);
  for (const range of tellingStretches(source.asset.duration, reading.seconds)) {
    for (const [block] of decodeSound(file, { streamIndex, sampleRateHz, channels: 1, range })) {
      reading.take(block!);
      await pause();
    }
  }
}
