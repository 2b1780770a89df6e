/** Noise removal tried out on one asset: the profile that rendering starts from, and what it would give, for the receipt. */
import { fail } from '#core/errors';
import { rangeBetween, seconds, ticks, toSeconds, type TimeRange, type Ticks } from '#core/time';
import { decodeSound } from '#engine/media';
import type { MediaSource, TaskImplementation } from '#engine/tasks';
import { createDenoiser } from './denoiser.ts';
import { createPause } from '../pause.ts';
import { createProfileMeter, profileSeconds } from './measure-profile.ts';
import type { NoiseProfile } from './profile-type.ts';

/** Long recordings are looked at in this many places. */
const stretches = 6;
/** This much is cleaned to see what it gives. */
const trialSeconds = 20;
const sampleRateHz = 48_000;

/** Sound of an asset that a profile is measured on. */
export type ProfileSource = { readonly source: MediaSource; readonly streamIndex: number };

/**
 * Measures the noise of one sound stream: all of it up to a minute, six places of ten seconds beyond that.
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
  const { source, strength, engine } = input;
  const stream = source.asset.streams.find((candidate) => candidate.kind === 'audio');
  if (stream === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'audio' });
  const sound = { source, streamIndex: stream.index };
  const profile = await measureAssetProfile(sound, signal);
  progress(0.5);
  const denoiser = createDenoiser({ sampleRateHz, strength, engine, profile });
  await read(sound, { seconds: trialSeconds, signal, take: (block) => void denoiser.process(block) });
  denoiser.flush();
  return { assetId: source.asset.id, ...denoiser.facts(), profile };
};

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
