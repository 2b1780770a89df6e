/** The mastered mix as a file, and what the file measures: what a listener hears decides, not what went into the encoder. */
import { createLoudnessMeter } from '#core/dsp';
import { fail } from '#core/errors';
import type { LoudnessFacts } from '#core/facts';
import { decodeSound, encodeSound } from '#engine/media';
import type { SoundPlan } from '#engine/plan';
import type { TaskContext } from '#engine/tasks';
import { createLoweredCeiling, lowerWhereOver } from './lowered-ceiling.ts';
import { masterBlocks, type Mastering, type MasteringChoice } from './mastering.ts';
import type { MixFile } from './mix-file.ts';
import type { SoundFormat } from './sound-format.ts';

/** Half a second: small enough to stop soon, large enough that the work per block does not count. */
export const blockSamples = 24_000;
/** How often the file is made again before the last one stands. */
const mostEncodes = 5;
/** Taken off everywhere beside the places that were over: another coding puts its errors elsewhere. */
const everywhereDb = 0.2;
/** The file may be off its target by 0.5 LU; from here on it is made again. */
const mostOffLu = 0.35;

export type SoundTarget = { readonly sound: SoundPlan; readonly format: SoundFormat; readonly outputPath: string };

/**
 * Encodes and measures; goes round again, lower at the places where coding raised a peak over the asked ceiling, or with
 * another gain where the loudness came out differently.
 *
 * Errors: PROOF_FAILED where the file does not hold exactly the planned samples, JOB_CANCELED, DISK_FULL.
 */
export function writeSound(mix: MixFile, choice: MasteringChoice, target: SoundTarget, context: TaskContext): LoudnessFacts {
  const asked = target.sound.master.loudness;
  let mastering = choice.mastering;
  for (let round = 1; ; round++) {
    encode(mix, mastering, target, context);
    const after = measure(target, context);
    if (asked === undefined || round === mostEncodes) return after;
    const over = after.truePeakDbtp - asked.ceilingDbtp;
    // Where the target was given up, or there is silence, the loudness is what it is.
    const short = choice.outcome !== 'as-asked' ? 0 : asked.targetLufs - after.integratedLufs;
    if (over <= 0 && Math.abs(short) <= mostOffLu) return after;
    // What is taken down at peaks is missing from the loudness: the gain makes up for it in the same round.
    mastering = { ...mastering, gainDb: mastering.gainDb + short };
    if (over > 0) mastering = lower(mastering, asked.ceilingDbtp, target);
  }
}

function encode(mix: MixFile, mastering: Mastering, { sound, format, outputPath }: SoundTarget, context: TaskContext): void {
  const { sampleRateHz, channels } = sound;
  const onSamples = (samples: number) => {
    stopIfAsked(context);
    context.progress(0.65 + (0.3 * samples) / sound.samples);
  };
  const { codec, container } = format;
  const options = { codec, container, sampleRateHz, channels, sameChannels: mix.sameChannels, onSamples };
  encodeSound(masterBlocks(mix.read(), mastering, sound), outputPath, options);
}

/** The same mastering, staying lower where the file stands over `limitDbtp`. */
function lower(mastering: Mastering, limitDbtp: number, target: SoundTarget): Mastering {
  const { samples, sampleRateHz, channels } = target.sound;
  const known = mastering.lowered ?? createLoweredCeiling(samples, sampleRateHz);
  const lowered = lowerWhereOver(known, decoded(target), { channels, limitDbtp });
  return { ...mastering, ceilingDbtp: (mastering.ceilingDbtp ?? limitDbtp) - everywhereDb, lowered };
}

function decoded({ sound, format, outputPath }: SoundTarget): Generator<Float32Array[]> {
  const { sampleRateHz, channels } = sound;
  return decodeSound({ path: outputPath, container: format.demuxer }, { streamIndex: 0, sampleRateHz, channels, blockSamples });
}

function measure(target: SoundTarget, context: TaskContext): LoudnessFacts {
  const { sound } = target;
  const meter = createLoudnessMeter(sound.sampleRateHz, sound.channels);
  let samples = 0;
  for (const block of decoded(target)) {
    stopIfAsked(context);
    meter.push(block);
    samples += block[0]!.length;
  }
  if (samples !== sound.samples) {
    throw fail('PROOF_FAILED', { reason: `the encoded sound has ${samples} samples, the plan ${sound.samples}` });
  }
  return meter.result();
}

/** Errors: JOB_CANCELED where the task was asked to stop. */
export function stopIfAsked({ signal }: TaskContext): void {
  if (signal.aborted) throw fail('JOB_CANCELED');
}
