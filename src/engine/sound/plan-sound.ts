/** Opens the assets of a plan's clips, one reader for each asset, stream and way of cleaning on each track. */
import { fail } from '#core/errors';
import { fromSample, rangeBetween, toSample } from '#core/time';
import { decodeSound } from '#engine/media';
import type { SoundClip, SoundPlan } from '#engine/plan';
import type { MediaSource } from '#engine/tasks';
import type { ClipDenoise } from './clip-denoise.ts';
import type { ClipSound } from './render-track.ts';
import { createSoundReader } from './sound-reader.ts';

/** A process is settled after this. */
const settleSeconds = 1;
/** Holes up to this are read through: about what a fresh start with its settling costs, and the process keeps its memory. */
const bridgeSeconds = 2;
/** Covers the material that two clips of one asset share at a join, and a time stretch's search. */
const historySeconds = 0.25;
/** Readers kept open on a track beside the one in use. */
const openReaders = 8;

export type TrackSound = { soundOf(clip: SoundClip): ClipSound; close(): void };

/** Errors: MEDIA_STREAM_MISSING where a clip names a stream that its asset has not. */
export function openTrackSound(
  plan: SoundPlan,
  sources: readonly MediaSource[],
  options: { readonly blockSamples: number; readonly denoise: ClipDenoise },
): TrackSound {
  const { sampleRateHz, channels } = plan;
  const byId = new Map(sources.map((source) => [source.asset.id, source]));
  const open = new Map<string, ClipSound>();

  function openClipSound(clip: SoundClip): ClipSound {
    const source = byId.get(clip.assetId);
    const stream = source?.asset.streams.find((candidate) => candidate.index === clip.streamIndex);
    if (source === undefined || stream?.kind !== 'audio') throw fail('MEDIA_STREAM_MISSING', { kind: 'audio' });
    const { asset, path } = source;
    const createProcess = options.denoise.processOf(clip);
    const reader = createSoundReader({
      channels,
      open: (first) =>
        decodeSound(
          { path, container: asset.container },
          {
            streamIndex: clip.streamIndex,
            sampleRateHz,
            channels,
            range: rangeBetween(fromSample(first, sampleRateHz), asset.duration),
            blockSamples: options.blockSamples,
          },
        ),
      ...(createProcess === undefined ? {} : { createProcess }),
      settleSamples: Math.round(sampleRateHz * settleSeconds),
      bridgeSamples: Math.round(sampleRateHz * bridgeSeconds),
      historySamples: Math.round(sampleRateHz * historySeconds),
    });
    return { reader, length: toSample(asset.duration, sampleRateHz, 'floor') };
  }

  return {
    soundOf(clip) {
      const key = `${clip.assetId} ${clip.streamIndex} ${clip.denoise?.engine ?? ''} ${clip.denoise?.strength ?? ''}`;
      const found = open.get(key);
      const sound = found ?? openClipSound(clip);
      // Last used last, so that the first one is the one to close.
      open.delete(key);
      open.set(key, sound);
      if (open.size > openReaders) {
        const [oldest, unused] = open.entries().next().value!;
        unused.reader.close();
        open.delete(oldest);
      }
      return sound;
    },
    close() {
      for (const sound of open.values()) sound.reader.close();
      open.clear();
    },
  };
}
