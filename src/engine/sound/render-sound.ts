/** The whole mix of a plan, made once: decoded, cleaned, mixed, brought to its loudness, encoded, and measured as it came out. */
import { join } from 'node:path';
import { createLoudnessMeter } from '#core/dsp';
import { fail } from '#core/errors';
import type { LoudnessFacts } from '#core/facts';
import type { LevelPoint, SoundClip, SoundPlan } from '#engine/plan';
import type { MediaSource, TaskContext, TaskImplementation } from '#engine/tasks';
import { envelopesOf } from './duck-by-level.ts';
import { chooseMastering, masteringNotes } from './mastering.ts';
import { createMixFile, type MixFile } from './mix-file.ts';
import { createSketchMaker, type MixSketch } from './mix-sketch.ts';
import { mixTracks } from './mix-tracks.ts';
import { prepareDenoise, type ClipDenoise } from './clip-denoise.ts';
import { openTrackSound } from './plan-sound.ts';
import { createPause } from './pause.ts';
import { renderTrack } from './render-track.ts';
import { soundFormatOf } from './sound-format.ts';
import { blockSamples, writeSound } from './write-sound.ts';

/** Lossy coding moves peaks by up to about this; the limiter leaves it free from the start. */
const codecHeadroomDb = 0.3;
/**
 * Renders `plan.sound` to `outputPath`, encoded for the plan's container.
 *
 * Shape:  the file holds exactly `plan.sound.samples` samples; `before` is the mix, `after` the decoded file.
 * Errors: MEDIA_STREAM_MISSING for a plan without sound, RENDER_EMPTY for one of no length, JOB_CANCELED, DISK_FULL.
 */
export const renderSoundTask: TaskImplementation<'render-sound'> = async (
  { plan, sources, outputPath, noiseProfiles, enhancerPath },
  context,
) => {
  const { sound } = plan;
  if (sound === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'audio' });
  if (sound.samples <= 0) throw fail('RENDER_EMPTY');
  const denoise = await prepareDenoise(sound, sources, { signal: context.signal, known: noiseProfiles, enhancerPath });
  using mix = createMixFile(join(context.scratch, 'mix.f32'), { channels: sound.channels, blockSamples });
  const { before, sketch } = await writeMix({ sound, sources, denoise }, mix, context);
  const asked = sound.master.loudness;
  const format = soundFormatOf(plan.output.format, plan.output.codec);
  const headroomDb = format.lossy ? codecHeadroomDb : 0;
  const choice = chooseMastering(before, sketch, asked && { ...asked, ceilingDbtp: asked.ceilingDbtp - headroomDb });
  const after = await writeSound(mix, choice, { sound, format, outputPath }, context);
  return {
    samples: sound.samples,
    before,
    after,
    denoise: denoise.facts(),
    notes: masteringNotes(choice.outcome, before, after),
  };
};

type MixInput = {
  readonly sound: SoundPlan;
  readonly sources: readonly MediaSource[];
  readonly denoise: ClipDenoise;
};

type Mixed = { readonly before: LoudnessFacts; readonly sketch: MixSketch };

/** Mixes into `mix` and measures on the way. */
async function writeMix({ sound, sources, denoise }: MixInput, mix: MixFile, context: TaskContext): Promise<Mixed> {
  const pause = createPause(context.signal);
  const tracks = sound.tracks.map((track) => ({
    track,
    opened: openTrackSound(sound, track.clips, sources, { blockSamples, denoise }),
  }));
  try {
    const play = (index: number, clips: readonly SoundClip[], envelope: readonly LevelPoint[] | undefined) =>
      renderTrack({
        clips,
        gainDb: sound.tracks[index]!.gainDb,
        ...(envelope === undefined ? {} : { envelope }),
        channels: sound.channels,
        sampleRateHz: sound.sampleRateHz,
        samples: sound.samples,
        blockSamples,
        soundOf: (clip) => tracks[index]!.opened.soundOf(clip),
      });
    const envelopes = await envelopesOf(sound, (index, clips) => play(index, clips, undefined), pause);
    const streams = sound.tracks.map((track, index) => play(index, track.clips, envelopes[index]));
    const meter = createLoudnessMeter(sound.sampleRateHz, sound.channels);
    const sketch = createSketchMaker(sound.sampleRateHz, sound.channels);
    for (const block of mixTracks(streams, { samples: sound.samples, channels: sound.channels, blockSamples })) {
      await pause();
      meter.push(block);
      if (sound.master.loudness !== undefined) sketch.push(block);
      mix.write(block);
      context.progress((0.6 * mix.samples) / sound.samples);
    }
    return { before: meter.result(), sketch: sketch.finish() };
  } finally {
    for (const { opened } of tracks) opened.close();
  }
}
