/**
 * How far each of the two judges of a cell is followed, from what the profile measured.
 *
 * The network hears gusts, knocks and voices that no noise estimate can follow, but it also takes parts of speech; the
 * spectral rule is exact where noise is steady and blind to the rest. What the network takes while there is speech can be
 * measured, and what there was to take is heard in the pauses: where it takes more, the rest is speech, and it is
 * followed less, least of all in what is louder than any noise heard between speech.
 */
import { silenceDb } from '#core/dsp';
import { bandsToCells, cellCount, firstVoiceCell } from './cells.ts';
import type { NoiseProfile } from './profile-type.ts';

export type Trust = {
  /** Exponent of the spectral gain where something stands out of the noise. */
  readonly spectral: number;
  /** Below voices: how far, 0 … 1, what the network takes is noise and nothing else; all of it may go then. */
  readonly rumble: Float64Array;
  /** Exponent of the network's gain per cell, where nothing is louder than the noise. */
  readonly network: Float64Array;
  /** Power over the loudest noise at which the network counts half, per cell. */
  readonly halfRatio: Float64Array;
  /** The loudest noise per cell, mean power per bin. */
  readonly ceiling: Float64Array;
  /** 0 … 1: 0 leaves the recording as it is. */
  readonly depth: number;
};

/** Nothing is done from the second on, dB of speech over noise; between them less and less. */
const [nearlyCleanDb, cleanDb] = [30, 36];
/** Found on speech of seven people and four synthetic voices under the noises of test/fixtures and of four real recordings; flat around it. */
const spectralExponent = 0.3;
const networkExponent = 0.7;
/** The network is faultless where it takes no more than this share of the loudest noise's power. */
const allowance = 0.6;
/** Where it is faultless, it counts half at 30 dB over the loudest noise. */
const faultlessRatio = 1000;
/** Below voices, what is loud is no speech where it is faultless: loudness hardly counts there. */
const rumbleRatio = 1e4;
/** The share of what it takes that is noise, to this power, times that. */
const ratioPower = 2.5;
/** Without pauses nothing is known but the level of the quiet moments: faultless up to the first, half up from the second, dB. */
const [noisyDb, quietDb] = [8, 15];

export function trustOf(profile: NoiseProfile): Trust {
  const { takenDb, ceilingDb, snrDb, pauseSeconds } = profile;
  const isHeard = pauseSeconds > 0;
  const innocenceDb = takenDb.map((taken, band) =>
    isHeard ? Math.min(0, 10 * Math.log10(allowance) + ceilingDb[band]! - taken) : -3 * share(snrDb, noisyDb, quietDb),
  );
  const cells = (factor: number, power: number) => bandsToCells(innocenceDb.map((db) => 10 * Math.log10(factor) + power * db));
  const below = (factor: number, values: Float64Array) =>
    values.map((value, cell) => (cell < firstVoiceCell ? value * factor : value));
  return {
    spectral: spectralExponent,
    rumble: cells(1, 2).subarray(0, firstVoiceCell),
    network: below(1 / networkExponent, cells(networkExponent, 1)),
    halfRatio: below(rumbleRatio, cells(faultlessRatio, ratioPower)),
    ceiling: isHeard ? bandsToCells(ceilingDb) : new Float64Array(cellCount).fill(Infinity),
    depth: profile.hasMusic || !hasSpeech(profile) ? 0 : 1 - share(snrDb, nearlyCleanDb, cleanDb),
  };
}

/** Without speech nothing tells what is to stay: music, birds and a room's own air would go for noise. */
export function hasSpeech({ speechDbfs }: NoiseProfile): boolean {
  return speechDbfs > silenceDb;
}

/** How far `value` is on the way, 0 … 1. */
function share(value: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}
