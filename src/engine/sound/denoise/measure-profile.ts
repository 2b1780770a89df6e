/**
 * Measures a recording's noise between speech: how loud it is in each band, how loud it gets, which tones it holds.
 *
 * Speech is told apart by the voice detector, not by level, so that loud noise is not taken for speech.
 */
import { createRealFft, createResampler, powerToDb } from '#core/dsp';
import { createVoiceDetector, vadSampleRateHz, vadWindowSamples } from '#engine/models';
import {
  bandEdgesHz,
  bandPowers,
  cellCount,
  cellPowers,
  cellWidth,
  frameBins,
  frameSamples,
  frameWindow,
  hopSamples,
} from './cells.ts';
import { createLineFinder } from './find-lines.ts';
import type { NoiseProfile } from './profile-type.ts';
import { createSampleQueue } from './sample-queue.ts';

/** Longer material tells nothing more; what comes after it is not looked at. */
export const profileSeconds = 60;
/** A window with a voice less probable than the first is a pause; more probable than the second, speech. */
const [pauseBelow, speechAbove] = [0.2, 0.7];
/** Fewer frames (21 ms) of pause than this say nothing. */
const leastPauseFrames = 12;
/** Within speech, the noise is near the quietest tenth of the moments; so much under it, found on the noises of test/fixtures. */
const quietShare = 0.1;
const quietBias = 1.6;
/** Frames below this mean square are digital silence. */
const silence = 1e-12;
const vadSamples = (vadWindowSamples * 48_000) / vadSampleRateHz;

export type ProfileMeter = {
  /** The next samples, mono at 48 kHz: a recording, or stretches of one. False where no more are needed. */
  push(block: Float32Array): boolean;
  finish(): NoiseProfile;
};

export function createProfileMeter(): ProfileMeter {
  const frames = createFrameReader();
  const lines = createLineFinder();
  const voice = createVoiceReader();
  let left = profileSeconds * 48_000;
  return {
    push(block) {
      const used = block.subarray(0, left);
      frames.push(used);
      lines.push(used);
      voice.push(used);
      left -= used.length;
      return left > 0;
    },
    finish: () => toProfile(frames.read(), voice.finish(), lines.find()),
  };
}

/** The profile of a recording at hand, mono at 48 kHz. */
export function measureProfile(input: Float32Array | Iterable<Float32Array>): NoiseProfile {
  const meter = createProfileMeter();
  for (const block of input instanceof Float32Array ? [input] : input) {
    if (!meter.push(block)) break;
  }
  return meter.finish();
}

/** One frame: its powers per band, and the mean square. */
type HeardFrame = { readonly bands: Float64Array; readonly power: number };

function createFrameReader() {
  const queue = createSampleQueue();
  const fft = createRealFft(frameSamples);
  const samples = new Float64Array(frameSamples);
  const [re, im, cells] = [new Float64Array(frameBins), new Float64Array(frameBins), new Float64Array(cellCount)];
  const heard: HeardFrame[] = [];
  let at = 0;
  return {
    push(block: Float32Array): void {
      queue.push(block);
      for (; at + frameSamples <= queue.end(); at += hopSamples) {
        queue.copy(at, samples);
        for (let index = 0; index < frameSamples; index++) samples[index] = samples[index]! * frameWindow[index]!;
        fft.forward(samples, re, im);
        cellPowers(re, im, cells);
        let power = 0;
        for (let cell = 0; cell < cellCount; cell++) power += cells[cell]! * cellWidth(cell);
        heard.push({ bands: bandPowers(cells), power });
      }
      queue.drop(at);
    },
    read: () => heard,
  };
}

/** Probability of a voice for each 32 ms. */
function createVoiceReader() {
  const resampler = createResampler(48_000, vadSampleRateHz);
  const detector = createVoiceDetector();
  const found: number[] = [];
  return {
    push: (block: Float32Array) => found.push(...detector.push(resampler.push(block))),
    finish(): readonly number[] {
      found.push(...detector.push(resampler.flush()), ...detector.flush());
      return found;
    },
  };
}

function toProfile(frames: readonly HeardFrame[], voice: readonly number[], lines: NoiseProfile['lines']): NoiseProfile {
  const judged = frames.map((frame, index) => ({ frame, voice: voiceAt(voice, index * hopSamples + frameSamples / 2) }));
  const pauses = judged.filter((one) => one.voice < pauseBelow).map((one) => one.frame);
  const speech = judged.filter((one) => one.voice > speechAbove).map((one) => one.frame);
  const enough = pauses.length >= leastPauseFrames;
  const noise = enough ? pauseNoise(pauses) : quietNoise(frames);
  const speechPower = speech.length === 0 ? 0 : mean(speech.map((frame) => frame.power)) - noise.power;
  const [speechDbfs, floorDbfs] = [powerToDb(speechPower), powerToDb(noise.power)];
  return {
    speechDbfs,
    floorDbfs,
    snrDb: Math.max(0, speechDbfs - floorDbfs),
    pauseSeconds: enough ? (pauses.length * hopSamples) / 48_000 : 0,
    noiseDb: noise.bands.map(bandDb),
    ceilingDb: noise.ceiling.map(bandDb),
    lines,
  };
}

type Noise = { readonly power: number; readonly bands: number[]; readonly ceiling: number[] };

function pauseNoise(pauses: readonly HeardFrame[]): Noise {
  const perBand = bandEdgesHz.map((_, band) => pauses.map((frame) => frame.bands[band]!));
  return {
    power: mean(pauses.map((frame) => frame.power)),
    bands: perBand.map(mean),
    ceiling: perBand.map((powers) => quantile(powers, 0.95)),
  };
}

function quietNoise(frames: readonly HeardFrame[]): Noise {
  const sounding = frames.filter((frame) => frame.power > silence);
  const bands = bandEdgesHz.map(
    (_, band) =>
      quietBias *
      quantile(
        sounding.map((frame) => frame.bands[band]!),
        quietShare,
      ),
  );
  return {
    power:
      quietBias *
      quantile(
        sounding.map((frame) => frame.power),
        quietShare,
      ),
    bands,
    ceiling: bands,
  };
}

/** Probability at a sample, straight between the middles of the windows. */
function voiceAt(voice: readonly number[], sample: number): number {
  const at = Math.min(voice.length - 1, Math.max(0, sample / vadSamples - 0.5));
  const before = Math.floor(at);
  const [left, right] = [voice[before] ?? 0, voice[before + 1] ?? voice[before] ?? 0];
  return left + (at - before) * (right - left);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** Lower than `powerToDb` goes: a bin holds a thousandth of the whole. */
function bandDb(power: number): number {
  return Math.round(100 * Math.max(-160, 10 * Math.log10(power + 1e-17))) / 100;
}
