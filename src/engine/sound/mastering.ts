/**
 * The way from the measured mix to the asked loudness: one gain for the whole of it, and a limiter where peaks would
 * stand above the ceiling. Never a gain that rides the programme: quiet passages stay quiet.
 */
import type { LoudnessFacts } from '#core/facts';
import type { MasterSettings } from '#core/timeline';
import { createLimiter } from './limiter.ts';
import type { LoweredCeiling } from './lowered-ceiling.ts';
import { forecast, type MixSketch } from './mix-sketch.ts';

export type Mastering = {
  readonly gainDb: number;
  /** Absent: no limiter. */
  readonly ceilingDbtp?: number;
  /** Places where the limiter stays lower. */
  readonly lowered?: LoweredCeiling;
};

export type MasteringChoice = {
  readonly mastering: Mastering;
  /** `silent`: there is no loudness to bring anywhere. `limited`: the target would need limiting that is heard. */
  readonly outcome: 'as-asked' | 'silent' | 'limited' | 'protected';
};

/** What a limiter may do before it is heard: this share of what is no pause down by more than 6 dB, the loudness by this much. */
const mostOver6Db = 0.03;
const mostLossLu = 5;
/** A target missed by less than this is not worth a word, LU. */
const mostShortLu = 0.4;
/** Searches end at this, dB. */
const near = 0.02;
/** Below this there is nothing that has a loudness. */
const silenceLufs = -70;

/** Chooses gain and ceiling for what was asked; `asked.ceilingDbtp` with what the codec may add already taken off. */
export function chooseMastering(before: LoudnessFacts, sketch: MixSketch, asked: MasterSettings['loudness']): MasteringChoice {
  if (asked === undefined) return withoutTarget(before);
  if (before.integratedLufs <= silenceLufs) return { mastering: { gainDb: 0 }, outcome: 'silent' };
  const gainDb = asked.targetLufs - before.integratedLufs;
  if (before.truePeakDbtp + gainDb <= asked.ceilingDbtp) return { mastering: { gainDb }, outcome: 'as-asked' };
  return withLimiter(before, sketch, asked);
}

function withoutTarget(before: LoudnessFacts): MasteringChoice {
  if (before.samplePeakDbfs <= 0) return { mastering: { gainDb: 0 }, outcome: 'as-asked' };
  return { mastering: { gainDb: 0, ceilingDbtp: 0 }, outcome: 'protected' };
}

/** The least gain that reaches the target through the limiter, or the most that the limiter does with grace. */
function withLimiter(
  before: LoudnessFacts,
  sketch: MixSketch,
  { targetLufs, ceilingDbtp }: NonNullable<MasterSettings['loudness']>,
): MasteringChoice {
  // The sketch measures a little less than the meter at the edges of its steps: the difference goes with it.
  const unlimited = forecast(sketch, { gainDb: 0, ceilingDbtp: 200 }).integratedLufs;
  const offset = before.integratedLufs - unlimited;
  let lowest = ceilingDbtp - before.truePeakDbtp;
  let highest = targetLufs - before.integratedLufs + mostLossLu + 0.5;
  let reached = before.integratedLufs + lowest;
  let heavy = false;
  while (highest - lowest > near) {
    const gainDb = (lowest + highest) / 2;
    const result = forecast(sketch, { gainDb, ceilingDbtp });
    const tooHeavy = result.over6Db > mostOver6Db || result.lossLu > mostLossLu;
    if (tooHeavy || result.integratedLufs + offset > targetLufs) {
      highest = gainDb;
      heavy = tooHeavy;
    } else {
      lowest = gainDb;
      reached = result.integratedLufs + offset;
    }
  }
  const short = heavy && Math.abs(reached - targetLufs) > mostShortLu;
  return { mastering: { gainDb: lowest, ceilingDbtp }, outcome: short ? 'limited' : 'as-asked' };
}

/** What the user should know about it; nothing where all came out as asked. */
export function masteringNotes(outcome: MasteringChoice['outcome'], before: LoudnessFacts, after: LoudnessFacts): string[] {
  switch (outcome) {
    case 'as-asked':
      return [];
    case 'silent':
      return ['There is nothing loud enough to bring to a loudness, so the level was left as it is'];
    case 'protected':
      return [`The mix went ${before.samplePeakDbfs.toFixed(1)} dB over full scale and was limited there`];
    case 'limited':
      return [
        `Loudness is ${after.integratedLufs.toFixed(1)} LUFS and not what was asked: the sound is so dynamic that more would need heavy limiting`,
      ];
  }
}

/** The mix as it goes into the file: same samples, same length, gain and limiter applied. */
export function* masterBlocks(
  mix: Iterable<Float32Array[]>,
  mastering: Mastering,
  options: { readonly channels: number; readonly sampleRateHz: number },
): Generator<Float32Array[]> {
  const { channels, sampleRateHz } = options;
  const { gainDb, ceilingDbtp, lowered } = mastering;
  const gain = 10 ** (gainDb / 20);
  const limiter =
    ceilingDbtp === undefined
      ? undefined
      : createLimiter({ channels, sampleRateHz, ceilingDbtp, ...(lowered === undefined ? {} : { lowered }) });
  for (const block of mix) {
    if (gain !== 1) for (const samples of block) for (let index = 0; index < samples.length; index++) samples[index]! *= gain;
    const out = limiter === undefined ? block : limiter.process(block);
    if (out[0]!.length > 0) yield out;
  }
  if (limiter !== undefined) yield limiter.flush();
}
