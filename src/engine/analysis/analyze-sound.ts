/** The analyses of an asset's sound: one pass over the decoded samples feeds all that are asked for. */
import { mainAudioStream, type AudioStream } from '#core/asset';
import { createLoudnessMeter, createResampler } from '#core/dsp';
import { fail } from '#core/errors';
import type { SoundAnalysis, SoundFacts } from '#core/facts';
import { fromSample, toSeconds, type Ticks } from '#core/time';
import { decodeSound } from '#engine/media';
import { vadSampleRateHz } from '#engine/models';
import type { TaskImplementation } from '#engine/tasks';
import { findBeats } from './beats/find-beats.ts';
import { createOnsetReader } from './beats/onset-strength.ts';
import { createFaultListener } from './faults/sound-faults.ts';
import { findSpeech } from './find-speech.ts';
import { createFrameLevels } from './frame-levels.ts';
import { toNoiseFacts } from './noise.ts';
import { createFeatureReader, heardPowers, type FeatureReader } from './sound-features.ts';
import { toSpeechFacts } from './speech.ts';
import { toMono } from './to-mono.ts';

/** Rates above are brought down to it: nothing that is measured lies higher. */
const highestRateHz = 48_000;
const lowestRateHz = 8000;

/** Listens to sound as it streams by. `push` planar blocks of at most two channels, then `finish`. */
export type SoundAnalyzer = {
  push(planar: readonly Float32Array[]): void;
  /** `assetEnd`: an asset that lasts longer than its sound ends in a pause. */
  finish(assetEnd: Ticks): SoundFacts;
};

/** Errors: REQUEST_INVALID for a sample rate that cannot be measured at. */
export function createSoundAnalyzer(sampleRateHz: number, channels: number, analyses: readonly SoundAnalysis[]): SoundAnalyzer {
  const wantsSpeech = analyses.includes('speech');
  const wantsNoise = analyses.includes('noise');
  const loudness = analyses.includes('loudness') ? createLoudnessMeter(sampleRateHz, channels) : undefined;
  const faults = analyses.includes('faults') ? createFaultListener(sampleRateHz) : undefined;
  const speech = wantsSpeech || wantsNoise ? createFeatureReader() : undefined;
  const beats = analyses.includes('beats') ? createOnsetReader() : undefined;
  const levels = speech === undefined && faults === undefined ? undefined : createFrameLevels(sampleRateHz);
  const resampler = createResampler(sampleRateHz, vadSampleRateHz);
  let samples = 0;

  function hear(low: Float32Array): void {
    speech?.push(low);
    beats?.push(low);
  }

  return {
    push(planar) {
      samples += planar[0]?.length ?? 0;
      loudness?.push(planar);
      levels?.push(planar);
      if (speech === undefined && beats === undefined && faults === undefined) return;
      const mono = toMono(planar);
      if (speech !== undefined || beats !== undefined) hear(resampler.push(mono));
      faults?.push(planar, mono);
    },
    finish(assetEnd) {
      hear(resampler.flush());
      const powers = levels?.finish() ?? new Float32Array(0);
      const heard = speech === undefined ? undefined : speechIn(speech, powers);
      const soundEnd = fromSample(samples, sampleRateHz);
      return {
        ...(wantsSpeech && heard !== undefined
          ? { speech: toSpeechFacts(heard.found, { powers: heard.powers, soundEnd, assetEnd }) }
          : {}),
        ...(loudness === undefined ? {} : { loudness: loudness.result() }),
        ...(beats === undefined ? {} : { beats: findBeats(beats.finish()) }),
        ...(faults === undefined ? {} : { faults: faults.finish(powers) }),
        ...(wantsNoise && heard !== undefined ? { noise: toNoiseFacts(heard.found.ranges, heard.powers.all) } : {}),
      };
    },
  };
}

function speechIn(reader: FeatureReader, powers: Float32Array) {
  const features = reader.finish();
  return { found: findSpeech(features), powers: { all: fitLength(powers, features.frames), heard: heardPowers(features) } };
}

/** Rounding at two sample rates may differ by a frame at the end. */
function fitLength(powers: Float32Array, frames: number): Float32Array {
  if (powers.length >= frames) return powers.subarray(0, frames);
  const longer = new Float32Array(frames);
  longer.set(powers);
  return longer.fill(powers.at(-1) ?? 0, powers.length);
}

/** Decodes the asset's main sound stream once. Errors: MEDIA_STREAM_MISSING, MEDIA_UNREADABLE. */
export const analyzeSoundTask: TaskImplementation<'analyze-sound'> = ({ source, analyses }, context) => {
  const { asset, path } = source;
  const stream = mainAudioStream(asset);
  if (stream === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'sound' });
  context.signal.throwIfAborted();
  const sampleRateHz = rateFor(stream);
  const channels = stream.channels === 1 ? 1 : 2;
  const analyzer = createSoundAnalyzer(sampleRateHz, channels, analyses);
  const expected = Math.max(1, toSeconds(asset.duration) * sampleRateHz);
  let samples = 0;
  for (const block of decodeSound({ path, container: asset.container }, { streamIndex: stream.index, sampleRateHz, channels })) {
    analyzer.push(block);
    samples += block[0]?.length ?? 0;
    context.progress(Math.min(0.99, samples / expected));
  }
  return analyzer.finish(asset.duration);
};

function rateFor(stream: AudioStream): number {
  return stream.sampleRateHz >= lowestRateHz && stream.sampleRateHz <= highestRateHz ? stream.sampleRateHz : highestRateHz;
}
