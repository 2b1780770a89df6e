/**
 * How sure it is, for every 10 ms, that something is heard over the noise floor, whatever it is.
 *
 * Per band the log-likelihood ratio of "more than the floor" against "the floor" for power that is known to be at least
 * the floor (Sohn, Kim and Sung 1999, with the maximum-likelihood estimate of the speech), summed over the bands. How
 * much of it noise alone makes, is read from the recording's own frames without a voice: a steady fan allows a finer ear
 * than a street.
 */
import { dbToPower, powerToDb, silenceDb } from '#core/dsp';
import { followFloors } from './band-floors.ts';
import { countMarks, markFrames, quantileOf, sortedWhere } from './frames.ts';
import { bandCount, bandWeights, type SoundFeatures } from './sound-features.ts';

export type Evidence = {
  /** How loud each frame is over the floor around it, dB, weighted as the bands are. */
  readonly excessDb: Float32Array;
  /** 1 where a frame stands out of the floor and is at most 42 dB under the loud frames of speech. */
  readonly active: Uint8Array;
  /** 1 where an active frame is louder than what stands out where there is no voice. */
  readonly strong: Uint8Array;
  /** Share of the frames without a voice that stand out all the same, 0 … 1: rain drops, keys, gusts. */
  readonly restless: number;
  /** Loud speech over the floor around it, dB, weighted as the bands are; Infinity where there is no speech. */
  readonly snrDb: number;
};

/** A frame and its neighbours, and a wider stretch for what is hardly there; each with the least that counts. */
const narrow = { reach: 1, cap: 1000, least: 8, quantile: 0.99 };
const wide = { reach: 3, cap: 12, least: 6, quantile: 0.995 };
/** Where the detector hears a voice, less is asked of the signal. */
const quantileOfVoice = 0.9;
/** More than this is asked of no frame, however restless the noise. */
const mostAsked = 60;
/** Quieter parts of speech than this belong to the room, not to words. */
const depthDb = 42;
/** No floor is taken to lie lower under the loudest band of loud speech: codecs switch bands off and on down there. */
const leastFloorDb = 55;
/** What is far from speech, and how many frames of it say something. */
const [farFrames, enoughFar] = [40, 100];
/** A frame is strong where it is this much over all but a twentieth of what stands out there. */
const [eventShare, overEventsDb] = [0.95, 3];
/** Loud speech is what a tenth of its frames exceed. */
const loudShare = 0.9;
/** Shorter bursts of evidence are accidents; a released stop, spread by the smoothing, is longer. */
const leastRun = 3;

/** What the detector says of each frame, as 1 or 0: surely no voice; within a core of speech; a voice. */
export type VoiceMarks = { readonly quiet: Uint8Array; readonly spoken: Uint8Array; readonly voiced: Uint8Array };

export function weighEvidence(features: SoundFeatures, { quiet, spoken, voiced }: VoiceMarks): Evidence {
  const { frames, bands } = features;
  const floors = followFloors(features, quiet);
  const leastFloor = loudestBand(features, spoken) * dbToPower(-leastFloorDb);
  const raw = new Float32Array(frames);
  const excessDb = new Float32Array(frames);
  let floorSum = 0;
  for (let frame = 0; frame < frames; frame++) {
    let [ratioSum, excess, floorPower] = [0, 0, 0];
    for (let band = 0; band < bandCount; band++) {
      const floor = Math.max(leastFloor, floors.at(frame, band));
      const power = bands[frame * bandCount + band]!;
      const weight = bandWeights[band]!;
      floorPower += weight * floor;
      if (power <= floor) continue;
      const ratio = power / floor;
      ratioSum += weight * (ratio - 1 - Math.log(ratio));
      excess += weight * (power - floor);
    }
    raw[frame] = Math.min(ratioSum, narrow.cap);
    excessDb[frame] = powerToDb(excess);
    if (spoken[frame] === 1) floorSum += floorPower;
  }
  const loudDb = quantileOf(sortedWhere(excessDb, spoken), loudShare) ?? 0;
  const near = over(raw, narrow, { quiet, voiced });
  const around = over(raw, wide, { quiet, voiced });
  const stands = (frame: number) => near[frame] === 1 || around[frame] === 1;
  const active = dropShortRuns(markFrames(frames, (frame) => stands(frame) && excessDb[frame]! > loudDb - depthDb));
  const calm = calmFrames(quiet, spoken);
  const eventDb = (quantileOf(sortedWhere(excessDb, calm), eventShare) ?? silenceDb) + overEventsDb;
  const spokenFrames = countMarks(spoken);
  return {
    excessDb,
    active,
    strong: markFrames(frames, (frame) => active[frame] === 1 && excessDb[frame]! > eventDb),
    restless: countMarks(markFrames(frames, (frame) => calm[frame] === 1 && active[frame] === 1)) / Math.max(1, countMarks(calm)),
    snrDb: spokenFrames === 0 ? Infinity : loudDb - powerToDb(floorSum / spokenFrames),
  };
}

/** Frames far from speech, where neither a breath nor the room's answer stands out; near to it where that is all there is. */
function calmFrames(quiet: Uint8Array, spoken: Uint8Array): Uint8Array {
  const far = quiet.slice();
  for (let frame = 0; frame < far.length; frame++) {
    if (spoken[frame] !== 1 || (spoken[frame - 1] === 1 && spoken[frame + 1] === 1)) continue;
    far.fill(0, Math.max(0, frame - farFrames), frame + farFrames);
  }
  return countMarks(far) >= enoughFar ? far : quiet;
}

/** The power that the loudest band has in a tenth of the frames of speech. */
function loudestBand({ frames, bands }: SoundFeatures, spoken: Uint8Array): number {
  const loudest = new Float32Array(frames);
  for (let index = 0; index < frames * bandCount; index++) {
    const frame = Math.floor(index / bandCount);
    if (spoken[frame] === 1 && bands[index]! > loudest[frame]!) loudest[frame] = bands[index]!;
  }
  return quantileOf(sortedWhere(loudest, spoken), loudShare) ?? 0;
}

/** 1 where the mean over `reach` frames on both sides is more than noise alone makes. */
function over(
  raw: Float32Array,
  ear: { readonly reach: number; readonly cap: number; readonly least: number; readonly quantile: number },
  { quiet, voiced }: Pick<VoiceMarks, 'quiet' | 'voiced'>,
): Uint8Array {
  const means = slidingMeans(raw, ear.reach, ear.cap);
  const noise = sortedWhere(means, quiet);
  const ask = (quantile: number) => {
    const made = noise.length > 20 ? quantileOf(noise, quantile)! : 0;
    return Math.min(mostAsked, Math.max(ear.least, made));
  };
  const [asked, askedOfVoice] = [ask(ear.quantile), ask(quantileOfVoice)];
  return markFrames(means.length, (frame) => means[frame]! > (voiced[frame] === 1 ? askedOfVoice : asked));
}

function slidingMeans(values: Float32Array, reach: number, cap: number): Float32Array {
  const means = new Float32Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const [from, to] = [Math.max(0, index - reach), Math.min(values.length - 1, index + reach)];
    let sum = 0;
    for (let inner = from; inner <= to; inner++) sum += Math.min(cap, values[inner]!);
    means[index] = sum / (to - from + 1);
  }
  return means;
}

function dropShortRuns(active: Uint8Array): Uint8Array {
  for (let start = 0; start < active.length;) {
    let end = start;
    while (active[end] === 1) end++;
    if (end - start < leastRun) active.fill(0, start, end);
    start = end + 1;
  }
  return active;
}
