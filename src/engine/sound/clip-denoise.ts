/** Noise removal for the clips of a plan: one profile for each recording, one report of what was done to it. */
import { mainAudioStream } from '#core/asset';
import { fail } from '#core/errors';
import type { SoundClip, SoundPlan } from '#engine/plan';
import type { DenoiseFacts, MediaSource } from '#engine/tasks';
import { createChannelsDenoise, type DenoisedChannel } from './denoise-channels.ts';
import { createDenoiser, type Denoiser, type DenoiserFacts } from './denoise/denoiser.ts';
import { measureAssetProfile } from './denoise/measure-denoise.ts';
import type { NoiseProfile } from './denoise/profile-type.ts';
import type { SoundProcess } from './sound-reader.ts';

const sampleRateHz = 48_000;

export type ClipDenoise = {
  /** Makes the process for a clip's asset anew; undefined where the clip asks for none. */
  processOf(clip: SoundClip): (() => SoundProcess) | undefined;
  /** What was done to each asset so far. */
  facts(): DenoiseFacts[];
};

/** What one denoiser did to a recording's voice channel. Not the denoiser: it holds megabytes, and a plan may need hundreds. */
type Done = { facts: DenoiserFacts; samples: number };

/**
 * Measures the noise of every recording that a clip wants cleaned.
 *
 * Errors: REQUEST_INVALID for a mix at another rate than 48 kHz, MODEL_MISSING for engines that are not built in (when
 * a process is made), JOB_CANCELED, MEDIA_UNREADABLE.
 */
export async function prepareDenoise(
  plan: SoundPlan,
  sources: readonly MediaSource[],
  options: {
    readonly signal: AbortSignal;
    readonly known?: Readonly<Record<string, unknown>> | undefined;
    readonly enhancerPath?: string | undefined;
  },
): Promise<ClipDenoise> {
  const profiles = new Map<string, NoiseProfile>();
  for (const clip of plan.tracks.flatMap((track) => track.clips)) {
    if (!isCleaned(clip) || profiles.has(keyOf(clip))) continue;
    if (plan.sampleRateHz !== sampleRateHz) throw fail('REQUEST_INVALID', { reason: 'noise removal needs a mix at 48000 Hz' });
    const source = sources.find(({ asset }) => asset.id === clip.assetId);
    if (source === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'audio' });
    const known = clip.streamIndex === mainAudioStream(source.asset)?.index ? options.known?.[clip.assetId] : undefined;
    // Written by measureDenoiseTask of the same version; it went through the store as JSON.
    profiles.set(
      keyOf(clip),
      (known as NoiseProfile | undefined) ??
        (await measureAssetProfile({ source, streamIndex: clip.streamIndex }, options.signal)),
    );
  }
  const done = new Map<string, Done[]>();

  function processOf(clip: SoundClip): (() => SoundProcess) | undefined {
    const profile = profiles.get(keyOf(clip));
    if (clip.denoise === undefined || profile === undefined || !isCleaned(clip)) return undefined;
    const { strength, engine } = clip.denoise;
    const create = (channel: DenoisedChannel) => {
      const denoiser = createDenoiser({ sampleRateHz, strength, engine, profile, enhancerPath: options.enhancerPath });
      return channel === 'side' ? denoiser : counted(denoiser, clip.assetId);
    };
    return () => createChannelsDenoise(plan.channels, create, sampleRateHz);
  }

  function counted(denoiser: Denoiser, assetId: string): Denoiser {
    const work: Done = { facts: denoiser.facts(), samples: 0 };
    done.set(assetId, [...(done.get(assetId) ?? []), work]);
    return {
      ...denoiser,
      process(block) {
        const cleaned = denoiser.process(block);
        work.samples += block.length;
        work.facts = denoiser.facts();
        return cleaned;
      },
    };
  }

  return { processOf, facts: () => [...done].map(([assetId, parts]) => ({ assetId, ...together(parts) })) };
}

/** The levels of all parts, each counting as much as it lasted. */
function together(parts: readonly Done[]): Omit<DenoiseFacts, 'assetId'> {
  const all = parts.map(({ facts, samples }) => ({ facts, samples: Math.max(1, samples) }));
  const total = all.reduce((sum, part) => sum + part.samples, 0);
  const mean = (of: 'floorBeforeDbfs' | 'floorAfterDbfs' | 'speechBeforeDbfs' | 'speechAfterDbfs') =>
    all.reduce((sum, part) => sum + part.facts[of] * part.samples, 0) / total;
  return {
    engine: all[0]!.facts.engine,
    floorBeforeDbfs: mean('floorBeforeDbfs'),
    floorAfterDbfs: mean('floorAfterDbfs'),
    speechBeforeDbfs: mean('speechBeforeDbfs'),
    speechAfterDbfs: mean('speechAfterDbfs'),
    skipped: all.every((part) => part.facts.skipped),
  };
}

function isCleaned({ denoise }: SoundClip): boolean {
  return denoise !== undefined && denoise.strength > 0;
}

function keyOf(clip: SoundClip): string {
  return `${clip.assetId} ${clip.streamIndex}`;
}
