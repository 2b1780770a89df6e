/**
 * Noise removal for one channel, streaming, in place to the sample.
 *
 * `auto` follows RNNoise and a spectral rule, each as far as the profile says it can be trusted, and `neural` blends the
 * voice that a fetched model makes out into that; the decision and its measurements:
 * docs/decisions/2026-11-21-noise-removal.md.
 */
import { fail } from '#core/errors';
import { createAlignedRnnoise, networkGain } from './aligned-rnnoise.ts';
import { createGuidedStage } from './guided-stage.ts';
import { createLineCanceller } from './line-canceller.ts';
import type { Levels, LevelTally } from './level-tally.ts';
import type { NoiseProfile } from './profile-type.ts';
import { chain, type Stage } from './stage.ts';
import { hasSpeech, trustOf } from './trust.ts';

export type DenoiseEngine = 'auto' | 'rnnoise' | 'spectral' | 'neural';

export type DenoiserOptions = {
  readonly sampleRateHz: 48_000;
  /** 0 … 1: how much of what can be taken is taken; decibels go with it, and 0 changes nothing at all. */
  readonly strength: number;
  readonly engine: DenoiseEngine;
  /** What `measureProfile` found in the recording that this channel belongs to. */
  readonly profile: NoiseProfile;
  /** Where the model of the neural engine is. */
  readonly enhancerPath?: string | undefined;
};

export type Denoiser = {
  /** Takes any number of samples; gives those that are done, none at first. */
  process(block: Float32Array): Float32Array;
  /** The rest: as many samples came out as went in, each where it was. */
  flush(): Float32Array;
  /** What was done so far; `skipped` where the recording passed as it was, sample for sample. */
  facts(): DenoiserFacts;
};

export type DenoiserFacts = Levels & {
  readonly engine: DenoiseEngine;
  readonly skipped: boolean;
  readonly skippedFor?: 'clean' | 'music' | 'speechless';
};

/** Errors: REQUEST_INVALID for another strength, MODEL_MISSING for the neural engine where its model is not there. */
export function createDenoiser({ strength, engine, profile, enhancerPath }: DenoiserOptions): Denoiser {
  if (!(strength >= 0 && strength <= 1)) throw fail('REQUEST_INVALID', { reason: `strength ${strength} is not between 0 and 1` });
  if (engine === 'neural' && enhancerPath === undefined) throw fail('MODEL_MISSING', { what: 'Neural noise removal' });
  const trust = trustOf(profile);
  const depth = strength * trust.depth;
  if (depth === 0) return passThrough(profile, engine);
  const gain = networkGain(profile.speechDbfs);
  if (engine === 'rnnoise') return networkOnly(profile, gain, strength);
  const guided = createGuidedStage({
    profile,
    trust,
    depth,
    networkGain: engine === 'spectral' ? undefined : gain,
    enhancerPath: engine === 'neural' ? enhancerPath : undefined,
  });
  const stage = profile.lines.length === 0 ? guided : chain(createLineCanceller(profile.lines, depth), guided);
  return toDenoiser(stage, { levels: guided.levels, profile, engine });
}

type Told = { readonly levels: LevelTally; readonly profile: NoiseProfile; readonly engine: DenoiseEngine };

function toDenoiser(stage: Stage, { levels, profile, engine }: Told): Denoiser {
  return {
    process: (block) => stage.push(block),
    flush: () => stage.flush(),
    facts: () => ({ ...levels.read(profile), engine, skipped: false }),
  };
}

function passThrough(profile: NoiseProfile, engine: DenoiseEngine): Denoiser {
  return {
    process: (block) => block,
    flush: () => new Float32Array(0),
    facts: () => ({
      ...unchangedLevels(profile),
      engine,
      skipped: true,
      skippedFor: profile.hasMusic ? 'music' : hasSpeech(profile) ? 'clean' : 'speechless',
    }),
  };
}

/** RNNoise alone, mixed with the original by strength. */
function networkOnly(profile: NoiseProfile, gain: number, strength: number): Denoiser {
  const network = createAlignedRnnoise(gain);
  let held = new Float32Array(0);
  function mix(cleaned: Float32Array): Float32Array {
    const result = cleaned.map((value, index) => strength * value + (1 - strength) * held[index]!);
    held = held.slice(cleaned.length);
    return result;
  }
  return {
    process(block) {
      const longer = new Float32Array(held.length + block.length);
      longer.set(held);
      longer.set(block, held.length);
      held = longer;
      return mix(network.push(block));
    },
    flush: () => mix(network.flush()),
    facts: () => ({ ...unchangedLevels(profile), engine: 'rnnoise', skipped: false }),
  };
}

function unchangedLevels(profile: NoiseProfile): Levels {
  return {
    floorBeforeDbfs: profile.floorDbfs,
    floorAfterDbfs: profile.floorDbfs,
    speechBeforeDbfs: profile.speechDbfs,
    speechAfterDbfs: profile.speechDbfs,
  };
}
