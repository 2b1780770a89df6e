/** The whole mix of a plan, made once: decoded, cleaned, mixed, brought to its loudness, encoded, and measured as it came out. */
import { join } from 'node:path';
import { createLoudnessMeter } from '#core/dsp';
import { fail } from '#core/errors';
import type { LoudnessFacts } from '#core/facts';
import { decodeSound, encodeSound } from '#engine/media';
import type { SoundPlan } from '#engine/plan';
import type { TaskContext, TaskImplementation } from '#engine/tasks';
import type { LimiterFacts } from './limiter.ts';
import { chooseMastering, masterBlocks, type Mastering, type Trial } from './mastering.ts';
import { createMixFile, type MixFile } from './mix-file.ts';
import { mixTracks } from './mix-tracks.ts';
import { prepareDenoise } from './clip-denoise.ts';
import { openTrackSound, type DenoiseMaker } from './plan-sound.ts';
import { renderTrack } from './render-track.ts';
import { soundFormatOf, type SoundFormat } from './sound-format.ts';

/** Half a second: small enough to stop soon, large enough that the work per block does not count. */
const blockSamples = 24_000;
/** Lossy coding moves peaks by up to about this; the limiter leaves it free from the start. */
const codecHeadroomDb = 0.3;
/** How often the file is made again with a lower ceiling before the last one stands. */
const mostEncodes = 4;

/**
 * Renders `plan.sound` to `outputPath`, encoded for the plan's container.
 *
 * Shape:  the file holds exactly `plan.sound.samples` samples; `before` is the mix, `after` the decoded file.
 * Errors: MEDIA_STREAM_MISSING for a plan without sound, RENDER_EMPTY for one of no length, JOB_CANCELED, DISK_FULL.
 */
export const renderSoundTask: TaskImplementation<'render-sound'> = ({ plan, sources, outputPath }, context) => {
  const { sound } = plan;
  if (sound === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'audio' });
  if (sound.samples <= 0) throw fail('RENDER_EMPTY');
  const { denoiseOf, facts } = prepareDenoise(sound);
  using mix = createMixFile(join(context.scratch, 'mix.f32'), { channels: sound.channels, blockSamples });
  const before = writeMix({ sound, sources, denoiseOf }, mix, context);
  const asked = sound.master.loudness;
  const format = soundFormatOf(plan.output.format);
  const headroomDb = format.lossy ? codecHeadroomDb : 0;
  const choice = chooseMastering(before, asked && { ...asked, ceilingDbtp: asked.ceilingDbtp - headroomDb }, (mastering) =>
    attempt(mix, sound, mastering, context),
  );
  const target = { sound, format, outputPath };
  const after = writeFile(mix, choice.mastering, target, context);
  return { samples: sound.samples, before, after, denoise: facts(), notes: choice.notes };
};

type MixInput = {
  readonly sound: SoundPlan;
  readonly sources: Parameters<typeof openTrackSound>[1];
  readonly denoiseOf: DenoiseMaker;
};

/** Mixes into `mix` and measures on the way. */
function writeMix({ sound, sources, denoiseOf }: MixInput, mix: MixFile, context: TaskContext): LoudnessFacts {
  const tracks = sound.tracks.map((track) => ({ track, opened: openTrackSound(sound, sources, { blockSamples, denoiseOf }) }));
  try {
    const streams = tracks.map(({ track, opened }) =>
      renderTrack({
        clips: track.clips,
        gainDb: track.gainDb,
        channels: sound.channels,
        sampleRateHz: sound.sampleRateHz,
        samples: sound.samples,
        blockSamples,
        soundOf: (clip) => opened.soundOf(clip),
      }),
    );
    const meter = createLoudnessMeter(sound.sampleRateHz, sound.channels);
    for (const block of mixTracks(streams, { samples: sound.samples, channels: sound.channels, blockSamples })) {
      stopIfAsked(context);
      meter.push(block);
      mix.write(block);
      context.progress((0.6 * mix.samples) / sound.samples);
    }
    return meter.result();
  } finally {
    for (const { opened } of tracks) opened.close();
  }
}

/** Runs the mix through a mastering without keeping it. */
function attempt(mix: MixFile, sound: SoundPlan, mastering: Mastering, context: TaskContext): Trial {
  const meter = createLoudnessMeter(sound.sampleRateHz, sound.channels);
  let limiter: LimiterFacts | undefined;
  const onLimiter = (facts: LimiterFacts) => (limiter = facts);
  for (const block of masterBlocks(mix.read(), mastering, { ...sound, onLimiter })) {
    stopIfAsked(context);
    meter.push(block);
  }
  return { loudness: meter.result(), limiter, samples: mix.samples };
}

type FileTarget = { readonly sound: SoundPlan; readonly format: SoundFormat; readonly outputPath: string };

/** Encodes and measures what a listener will hear; goes round again with a lower ceiling where coding raised a peak over the asked one. */
function writeFile(mix: MixFile, chosen: Mastering, target: FileTarget, context: TaskContext): LoudnessFacts {
  const limit = target.sound.master.loudness?.ceilingDbtp;
  let mastering = chosen;
  for (let round = 1; ; round++) {
    encode(mix, mastering, target, context);
    const after = measureFile(target, context);
    if (limit === undefined || after.truePeakDbtp <= limit || round === mostEncodes) return after;
    const over = after.truePeakDbtp - limit + 0.1;
    mastering = { ...mastering, ceilingDbtp: (mastering.ceilingDbtp ?? limit) - over };
  }
}

/** Encodes the mastered mix. */
function encode(mix: MixFile, mastering: Mastering, { sound, format, outputPath }: FileTarget, context: TaskContext): void {
  const { sampleRateHz, channels } = sound;
  const onSamples = (samples: number) => {
    stopIfAsked(context);
    context.progress(0.65 + (0.3 * samples) / sound.samples);
  };
  const { codec, container } = format;
  encodeSound(masterBlocks(mix.read(), mastering, sound), outputPath, { codec, container, sampleRateHz, channels, onSamples });
}

/** What the finished file sounds like. Errors: PROOF_FAILED where it does not hold exactly the planned samples. */
function measureFile({ sound, format, outputPath }: FileTarget, context: TaskContext): LoudnessFacts {
  const { sampleRateHz, channels } = sound;
  const meter = createLoudnessMeter(sampleRateHz, channels);
  let samples = 0;
  const file = { path: outputPath, container: format.demuxer };
  for (const block of decodeSound(file, { streamIndex: 0, sampleRateHz, channels, blockSamples })) {
    stopIfAsked(context);
    meter.push(block);
    samples += block[0]!.length;
  }
  if (samples !== sound.samples) {
    throw fail('PROOF_FAILED', { reason: `the encoded sound has ${samples} samples, the plan ${sound.samples}` });
  }
  return meter.result();
}

function stopIfAsked({ signal }: TaskContext): void {
  if (signal.aborted) throw fail('JOB_CANCELED');
}
