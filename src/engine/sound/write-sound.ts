/** The mastered mix as a file, and what the file measures: what a listener hears decides, not what went into the encoder. */
import { createLoudnessMeter } from '#core/dsp';
import { fail } from '#core/errors';
import type { LoudnessFacts } from '#core/facts';
import { decodeSound, openMuxer, openSoundEncoder } from '#engine/media';
import type { SoundPlan } from '#engine/plan';
import type { TaskContext } from '#engine/tasks';
import { createLoweredCeiling, lowerWhereOver } from './lowered-ceiling.ts';
import { masterBlocks, type Mastering, type MasteringChoice } from './mastering.ts';
import type { MixFile } from './mix-file.ts';
import { createPause } from './pause.ts';
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
export async function writeSound(
  mix: MixFile,
  choice: MasteringChoice,
  target: SoundTarget,
  context: TaskContext,
): Promise<LoudnessFacts> {
  const asked = target.sound.master.loudness;
  let mastering = choice.mastering;
  for (let round = 1; ; round++) {
    await encode(mix, mastering, target, context);
    const after = await measure(target, context);
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

async function encode(mix: MixFile, mastering: Mastering, { sound, format, outputPath }: SoundTarget, context: TaskContext) {
  const { sampleRateHz, channels, bitsPerSecond } = sound;
  const pause = createPause(context.signal);
  const rate = bitsPerSecond === undefined ? {} : { bitsPerSecond };
  using encoder = openSoundEncoder({ codec: format.codec, sampleRateHz, channels, sameChannels: mix.sameChannels, ...rate });
  using muxer = openMuxer(outputPath, { format: format.container, settings: format.settings });
  muxer.addStream(encoder.parameters, encoder.timebase);
  let samples = 0;
  for (const block of masterBlocks(mix.read(), mastering, sound)) {
    for (const packet of encoder.encode(block)) muxer.write(packet, 0, encoder.timebase);
    samples += block[0]!.length;
    context.progress(0.65 + (0.3 * samples) / sound.samples);
    await pause();
  }
  for (const packet of encoder.flush()) muxer.write(packet, 0, encoder.timebase);
  muxer.finish();
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

async function measure(target: SoundTarget, context: TaskContext): Promise<LoudnessFacts> {
  const pause = createPause(context.signal);
  const { sound } = target;
  const meter = createLoudnessMeter(sound.sampleRateHz, sound.channels);
  let samples = 0;
  for (const block of decoded(target)) {
    await pause();
    meter.push(block);
    samples += block[0]!.length;
  }
  if (samples !== sound.samples) {
    throw fail('PROOF_FAILED', { reason: `the encoded sound has ${samples} samples, the plan ${sound.samples}` });
  }
  return meter.result();
}
