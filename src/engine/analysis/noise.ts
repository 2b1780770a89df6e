/** Noise facts: how loud speech is, how loud what lies between it, and how far apart the two are. */
import { dbToPower, powerToDb, silenceDb } from '#core/dsp';
import type { NoiseFacts } from '#core/facts';
import { gapsBetween, meanOf, quantileOf, valuesIn, type FrameRange } from './frames.ts';

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
  const spoken = valuesIn(powers, speech);
  if (spoken.length === 0) return { floorDbfs: powerToDb(floor), speechDbfs: silenceDb, snrDb: 0 };
  const speechPower = meanOf(spoken);
  const pure = Math.max(speechPower - floor, speechPower * 0.01);
  return {
    floorDbfs: powerToDb(floor),
    speechDbfs: powerToDb(speechPower),
    snrDb: powerToDb(pure) - powerToDb(floor),
  };
}

function floorPower(speech: readonly FrameRange[], powers: Float32Array): number {
  const last = powers.length;
  const between = gapsBetween(speech, last).map(({ start, end }) => ({
    start: start === 0 ? 0 : start + afterSpeech,
    end: end === last ? end : end - beforeSpeech,
  }));
  const silent = valuesIn(powers, between).sort();
  if (silent.length >= enough || speech.length === 0) return steadyMean(silent);
  return quantileOf(powers.slice().sort(), quietestShare) ?? 0;
}

/** The mean of the frames that are no events; digital silence between stretches of noise is not the noise. */
function steadyMean(sorted: Float32Array): number {
  const heardFrom = sorted.findIndex((value) => value > dbToPower(silenceDb));
  if (heardFrom < 0 || heardFrom > sorted.length / 2) return 0;
  const heard = sorted.subarray(heardFrom);
  const most = quantileOf(heard, 0.5)! * dbToPower(eventDb);
  const events = heard.findIndex((value) => value > most);
  return meanOf(heard, 0, events < 0 ? heard.length : events);
}
