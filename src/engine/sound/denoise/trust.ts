/**
 * How far each of the two judges of a cell is followed, from what the profile measured.
 *
 * The network hears gusts, knocks and voices that no noise estimate can follow, but it also takes parts of clean
 * speech; the spectral rule is exact where noise is steady and blind to the rest. In a noisy recording both count. The
 * cleaner it is, the less the network may take from what is louder than any noise heard between speech.
 */
import { dbToPower } from '#core/dsp';
import { bandEdgesHz, bandsToCells } from './cells.ts';
import type { NoiseProfile } from './profile-type.ts';

export type Trust = {
  /** Exponent of the spectral gain. */
  readonly spectral: number;
  /** Exponent of the network's gain where nothing is louder than the noise. */
  readonly network: number;
  /** Power above the loudest noise at which the network counts half. */
  readonly halfRatio: number;
  /** The loudest noise per cell, mean power per bin. */
  readonly ceiling: Float64Array;
  /** 0 … 1: 0 leaves the recording as it is. */
  readonly depth: number;
};

/** Speech to noise, dB: full measures up to the first, careful from the second on. */
const [noisyDb, carefulDb] = [7, 22];
/** Nothing is done from the second on; between them less and less. */
const [nearlyCleanDb, cleanDb] = [30, 36];

export function trustOf(profile: NoiseProfile): Trust {
  const careful = between(profile.snrDb, noisyDb, carefulDb);
  const depth = 1 - between(profile.snrDb, nearlyCleanDb, cleanDb);
  if (profile.pauseSeconds === 0) {
    // Nothing is known about how loud the noise can get.
    return {
      spectral: 0.5,
      network: 0.7 - 0.4 * careful,
      halfRatio: Infinity,
      ceiling: bandsToCells(bandEdgesHz.map(() => 0)),
      depth,
    };
  }
  return {
    spectral: 0.4,
    network: 0.8 - 0.2 * careful,
    halfRatio: dbToPower(18 - 21 * careful),
    ceiling: bandsToCells(profile.ceilingDb),
    depth,
  };
}

function between(value: number, from: number, to: number): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}
