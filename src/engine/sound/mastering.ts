/**
 * The way from the measured mix to the asked loudness: one gain for the whole of it, and a limiter where peaks would
 * stand above the ceiling. Never a gain that rides the programme: quiet passages stay quiet.
 */
import type { LoudnessFacts } from '#core/facts';
import type { MasterSettings } from '#core/timeline';
import { createLimiter, type LimiterFacts } from './limiter.ts';

export type Mastering = {
  readonly gainDb: number;
  /** Absent: no limiter. */
  readonly ceilingDbtp?: number;
};

/** A trial run of the mix through a mastering: its loudness and what the limiter did. */
export type Trial = { readonly loudness: LoudnessFacts; readonly limiter: LimiterFacts | undefined; readonly samples: number };

export type MasteringChoice = { readonly mastering: Mastering; readonly notes: readonly string[] };

/** What a limiter may do before it is heard: this share of the samples down by more than 6 dB, the loudness by this much. */
const mostOver6Db = 0.01;
const mostLossLu = 2;
/** Near enough to the target before the file is made; the file itself may be off by 0.5 LU. */
const closeLu = 0.1;
const mostPasses = 5;
/** Below this there is nothing that has a loudness. */
const silenceLufs = -70;

/**
 * Chooses gain and ceiling for what was asked; `asked.ceilingDbtp` with what the codec may add already taken off.
 *
 * Runs `attempt` only where the limiter has work to do, because the loudness it takes away depends on the material.
 */
export function chooseMastering(
  before: LoudnessFacts,
  asked: MasterSettings['loudness'],
  attempt: (mastering: Mastering) => Trial,
): MasteringChoice {
  if (asked === undefined) return withoutTarget(before);
  if (before.integratedLufs <= silenceLufs) {
    const note = 'There is nothing loud enough to bring to a loudness, so the level was left as it is';
    return { mastering: { gainDb: 0 }, notes: [note] };
  }
  const gainDb = asked.targetLufs - before.integratedLufs;
  if (before.truePeakDbtp + gainDb <= asked.ceilingDbtp) return { mastering: { gainDb }, notes: [] };
  return withLimiter(before, asked, attempt);
}

function withoutTarget(before: LoudnessFacts): MasteringChoice {
  if (before.samplePeakDbfs <= 0) return { mastering: { gainDb: 0 }, notes: [] };
  return {
    mastering: { gainDb: 0, ceilingDbtp: 0 },
    notes: [`The mix went ${before.samplePeakDbfs.toFixed(1)} dB over full scale and was limited there`],
  };
}

function withLimiter(
  before: LoudnessFacts,
  { targetLufs, ceilingDbtp }: NonNullable<MasterSettings['loudness']>,
  attempt: (mastering: Mastering) => Trial,
): MasteringChoice {
  const straight = targetLufs - before.integratedLufs;
  let gainDb = straight;
  // As loud as it goes with no limiter at all; anything between this and a refused gain is searched.
  let allowed = ceilingDbtp - before.truePeakDbtp;
  let reached = before.integratedLufs + allowed;
  let refused = Infinity;
  for (let pass = 0; pass < mostPasses && refused - allowed > 0.25; pass++) {
    const trial = attempt({ gainDb, ceilingDbtp });
    const short = targetLufs - trial.loudness.integratedLufs;
    const loss = gainDb - straight + short;
    if ((trial.limiter?.over6Db ?? 0) > mostOver6Db * trial.samples || loss > mostLossLu) {
      refused = gainDb;
      gainDb = (allowed + refused) / 2;
      continue;
    }
    allowed = gainDb;
    reached = trial.loudness.integratedLufs;
    if (Math.abs(short) <= closeLu) break;
    gainDb = Math.min(gainDb + short, (gainDb + refused) / 2);
  }
  const mastering = { gainDb: allowed, ceilingDbtp };
  if (Math.abs(reached - targetLufs) <= 0.4) return { mastering, notes: [] };
  const note = `Loudness is ${reached.toFixed(1)} LUFS, not ${targetLufs} LUFS: the sound is so dynamic that more would need heavy limiting`;
  return { mastering, notes: [note] };
}

/** The mix as it goes into the file: same samples, same length, gain and limiter applied. */
export function* masterBlocks(
  mix: Iterable<Float32Array[]>,
  mastering: Mastering,
  options: { readonly channels: number; readonly sampleRateHz: number; readonly onLimiter?: (facts: LimiterFacts) => void },
): Generator<Float32Array[]> {
  const { channels, sampleRateHz } = options;
  const { gainDb, ceilingDbtp } = mastering;
  const gain = 10 ** (gainDb / 20);
  const limiter = ceilingDbtp === undefined ? undefined : createLimiter({ channels, sampleRateHz, ceilingDbtp });
  for (const block of mix) {
    if (gain !== 1) for (const samples of block) for (let index = 0; index < samples.length; index++) samples[index]! *= gain;
    const out = limiter === undefined ? block : limiter.process(block);
    if (out[0]!.length > 0) yield out;
  }
  if (limiter === undefined) return;
  yield limiter.flush();
  options.onLimiter?.(limiter.facts());
}
