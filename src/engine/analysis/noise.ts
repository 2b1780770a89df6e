/** Noise facts: how loud speech is, how loud what lies between it, and how far apart the two are. */
import { dbToPower, powerToDb, silenceDb } from '#core/dsp';
import type { NoiseFacts } from '#core/facts';
import type { FrameRange } from './find-speech.ts';
import { gapsBetween } from './pauses.ts';

/** Frames this near to speech hold its reverberation and its breath. */
const [afterSpeech, beforeSpeech] = [15, 5];
/** Fewer frames than this tell nothing: what speech leaves visible at its quietest is taken instead. */
const enough = 20;
const quietestShare = 0.05;
/** Frames over the median by this much are events, not the floor. */
const eventDb = 10;

/** `powers` are mean squares per frame. Without speech: speech −120 and 0 dB of SNR, since there is nothing to compare. */
export function toNoiseFacts(speech: readonly FrameRange[], powers: Float32Array): NoiseFacts {
  const floor = floorPower(speech, powers);
  const spoken = speech.flatMap(({ start, end }) => [...powers.subarray(start, end)]);
  if (spoken.length === 0) return { floorDbfs: powerToDb(floor), speechDbfs: silenceDb, snrDb: 0 };
  const speechPower = mean(spoken);
  const pure = Math.max(speechPower - floor, speechPower * 0.01);
  return {
    floorDbfs: powerToDb(floor),
    speechDbfs: powerToDb(speechPower),
    snrDb: powerToDb(pure) - powerToDb(floor),
  };
}

function floorPower(speech: readonly FrameRange[], powers: Float32Array): number {
  const between = gapsBetween(speech, powers.length).flatMap(({ start, end }) => [
    ...powers.subarray(start === 0 ? 0 : start + afterSpeech, Math.max(start, end === powers.length ? end : end - beforeSpeech)),
  ]);
  if (between.length >= enough || speech.length === 0) return steadyMean(between);
  const all = [...powers].sort((a, b) => a - b);
  return all[Math.floor(all.length * quietestShare)] ?? 0;
}

/** The mean of the frames that are no events; digital silence between stretches of noise is not the noise. */
function steadyMean(values: readonly number[]): number {
  const heard = values.filter((value) => value > dbToPower(silenceDb));
  if (heard.length < values.length / 2) return 0;
  const sorted = heard.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return mean(sorted.filter((value) => value <= median * dbToPower(eventDb)));
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
