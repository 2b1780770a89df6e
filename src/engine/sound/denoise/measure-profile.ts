/**
 * Measures a recording's noise between speech: how loud it is in each band, how loud it gets, which tones it holds.
 *
 * Speech is told apart by the voice detector, not by level, so that loud noise is not taken for speech.
 */
import { createRealFft, createResampler, powerToDb } from '#core/dsp';
import { createVoiceDetector, vadSampleRateHz, vadWindowSamples } from '#engine/models';
import {
  bandCentresHz,
  bandPowers,
  cellCount,
  cellPowers,
  cellWidth,
  frameBins,
  frameSamples,
  frameWindow,
  hopSamples,
} from './cells.ts';
import { createAlignedRnnoise, networkGain } from './aligned-rnnoise.ts';
import { findLines } from './find-lines.ts';
import { createMusicEar } from './hear-music.ts';
import { createLineCanceller } from './line-canceller.ts';
import type { NoiseProfile } from './profile-type.ts';
import { createSampleQueue } from './sample-queue.ts';
import { runStage } from './stage.ts';

/** Longer material tells nothing more; what comes after it is not looked at. */
export const profileSeconds = 40;
/** A window with a voice less probable than the first is a pause; more probable than the second, speech. */
const [pauseBelow, speechAbove] = [0.2, 0.7];
/** Fewer frames (21 ms) of pause than this say nothing. */
const leastPauseFrames = 12;
/** Frames at both ends of a pause that hold the ends of words: 64 ms. */
const edgeFrames = 3;
/** Share of a pause's frames, the loudest ones, that does not count for the level: a breath, a word that the detector missed. */
const loudShare = 0.04;
/** Less speech than this is none: a chord that the detector took for a vowel. */
const leastSpeechSeconds = 0.3;
/** Share of the moments of speech that knocks may fill. */
const knockShare = 0.15;
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

/** Keeps up to 40 s of sound until it is finished. */
export function createProfileMeter(): ProfileMeter {
  const queue = createSampleQueue();
  const most = profileSeconds * 48_000;
  return {
    push(block) {
      queue.push(block.subarray(0, most - queue.end()));
      return queue.end() < most;
    },
    finish() {
      const samples = new Float32Array(queue.end());
      queue.copy(0, samples);
      return measureProfile(samples);
    },
  };
}

/** The profile of a recording at hand, mono at 48 kHz; its first 40 s count. */
export function measureProfile(recording: Float32Array): NoiseProfile {
  const samples = recording.subarray(0, profileSeconds * 48_000);
  const lines = findLines(samples);
  const steady = lines.length === 0 ? samples : runStage(createLineCanceller(lines, 1), samples);
  const voice = hearVoice(samples);
  const levels = measureLevels(readFrames(samples), voice);
  const gain = networkGain(levels.speechDbfs);
  const cleaned = runStage(createAlignedRnnoise(gain), steady);
  const taken = steady.map((value, index) => value - cleaned[index]!);
  const music = createMusicEar();
  const judge = (cells: Float64Array, index: number) => music.push(cells, voiceAtFrame(voice, index) < pauseBelow);
  const steadyFrames = readFrames(steady, judge);
  const bands = measureBands(steadyFrames, readFrames(taken), voice);
  const steadyFloorDbfs = measureLevels(steadyFrames, voice).floorDbfs;
  return { ...levels, steadyFloorDbfs, ...bands, hasMusic: music.read().isMusic, lines };
}

/** Levels of two versions of one recording, told apart by the voice in the first. */
export function compareLevels(before: Float32Array, after: Float32Array): readonly [HeardLevels, HeardLevels] {
  const voice = hearVoice(before);
  return [measureLevels(readFrames(before), voice), measureLevels(readFrames(after), voice)];
}

/** One frame: its powers per band, and the mean square. */
type HeardFrame = { readonly bands: Float64Array; readonly power: number };

function readFrames(recording: Float32Array, look?: (cells: Float64Array, index: number) => void): HeardFrame[] {
  const fft = createRealFft(frameSamples);
  const samples = new Float64Array(frameSamples);
  const [re, im, cells] = [new Float64Array(frameBins), new Float64Array(frameBins), new Float64Array(cellCount)];
  const heard: HeardFrame[] = [];
  for (let at = 0; at + frameSamples <= recording.length; at += hopSamples) {
    for (let index = 0; index < frameSamples; index++) samples[index] = recording[at + index]! * frameWindow[index]!;
    fft.forward(samples, re, im);
    cellPowers(re, im, cells);
    let power = 0;
    for (let cell = 0; cell < cellCount; cell++) power += cells[cell]! * cellWidth(cell);
    look?.(cells, heard.length);
    heard.push({ bands: bandPowers(cells), power });
  }
  return heard;
}

/** Probability of a voice for each 32 ms. */
function hearVoice(samples: Float32Array): readonly number[] {
  const resampler = createResampler(48_000, vadSampleRateHz);
  const detector = createVoiceDetector();
  const parts = [detector.push(resampler.push(samples)), detector.push(resampler.flush()), detector.flush()];
  return parts.flatMap((part) => [...part]);
}

type Kinds = { readonly pauses: number[]; readonly speech: number[] };

/** Indexes of the frames that surely hold no voice, the edges of pauses only where there is little else, and of those that surely do. */
function tellApart(count: number, voice: readonly number[]): Kinds {
  const [pauses, edged, speech]: number[][] = [[], [], []];
  let run = 0;
  for (let index = 0; index < count; index++) {
    const probability = voiceAtFrame(voice, index);
    if (probability > speechAbove) speech!.push(index);
    if (probability < pauseBelow) edged!.push(index);
    run = probability < pauseBelow ? run + 1 : 0;
    if (run > 2 * edgeFrames) pauses!.push(index - edgeFrames);
  }
  return { pauses: pauses!.length >= leastPauseFrames ? pauses! : edged!, speech: speech! };
}

export type HeardLevels = Pick<NoiseProfile, 'speechDbfs' | 'floorDbfs' | 'snrDb' | 'pauseSeconds'>;

function measureLevels(frames: readonly HeardFrame[], voice: readonly number[]): HeardLevels {
  const { pauses, speech } = tellApart(frames.length, voice);
  const enough = pauses.length >= leastPauseFrames;
  const powers = frames.map((frame) => frame.power);
  const noise = enough ? trimmedMean(pauses.map((index) => powers[index]!)) : quietest(powers);
  const isSpoken = speech.length * hopSamples >= leastSpeechSeconds * 48_000;
  const spoken = !isSpoken ? 0 : mean(speech.map((index) => powers[index]!)) - noise;
  const [speechDbfs, floorDbfs] = [powerToDb(spoken), powerToDb(noise)];
  return {
    speechDbfs,
    floorDbfs,
    snrDb: Math.max(0, speechDbfs - floorDbfs),
    pauseSeconds: enough ? (pauses.length * hopSamples) / 48_000 : 0,
  };
}

type BandPart = Pick<NoiseProfile, 'noiseDb' | 'ceilingDb' | 'takenDb'>;

function measureBands(frames: readonly HeardFrame[], taken: readonly HeardFrame[], voice: readonly number[]): BandPart {
  const { pauses, speech } = tellApart(frames.length, voice);
  const enough = pauses.length >= leastPauseFrames;
  const bands = bandCentresHz.map((_, band) => {
    const powers = frames.map((frame) => frame.bands[band]!);
    const quiet = pauses.map((index) => powers[index]!);
    return {
      noise: bandDb(enough ? trimmedMean(quiet) : quietest(powers)),
      ceiling: bandDb(enough ? quantile(quiet, 0.95) : quietest(powers)),
      taken: bandDb(usualMean(speech.map((index) => taken[index]!.bands[band]!))),
    };
  });
  return {
    noiseDb: bands.map((band) => band.noise),
    ceilingDb: bands.map((band) => band.ceiling),
    takenDb: bands.map((band) => band.taken),
  };
}

/** The noise's power where there is no pause to hear it in. */
function quietest(powers: readonly number[]): number {
  return (
    quietBias *
    quantile(
      powers.filter((power) => power > silence),
      quietShare,
    )
  );
}

/** Probability at the middle of a frame, straight between the middles of the detector's windows. */
function voiceAtFrame(voice: readonly number[], index: number): number {
  const sample = index * hopSamples + frameSamples / 2;
  const at = Math.min(voice.length - 1, Math.max(0, sample / vadSamples - 0.5));
  const before = Math.floor(at);
  const [left, right] = [voice[before] ?? 0, voice[before + 1] ?? voice[before] ?? 0];
  return left + (at - before) * (right - left);
}

/** A few moments in which the network takes much more than usual are knocks: they count no more than twice the others. */
function usualMean(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const usual = mean([...sorted.subarray(0, Math.ceil(sorted.length * (1 - knockShare)))]);
  return Math.min(mean(values), 2 * usual);
}

function trimmedMean(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return mean([...sorted.subarray(0, Math.ceil(sorted.length * (1 - loudShare)))]);
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
