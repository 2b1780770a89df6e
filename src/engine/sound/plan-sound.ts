/** Opens the assets of a plan's clips, one reader for each asset, stream and way of cleaning on each track. */
import { fail } from '#core/errors';
import { fromSample, rangeBetween, rangeEnd, toSample } from '#core/time';
import { decodeSound } from '#engine/media';
import type { SoundClip, SoundPlan } from '#engine/plan';
import type { MediaSource } from '#engine/tasks';
import type { ClipDenoise } from './clip-denoise.ts';
import type { ClipSound } from './render-track.ts';
import { createRepairProcess } from './repair/repair-process.ts';
import { createSoundReader } from './sound-reader.ts';

/**
 * A process is as settled after this as after two seconds: with its profile it starts knowing the noise (cold against
 * warm, half a second after the start: −27 dB after 0.1 s, −28 dB after 0.25 s, −29 dB after 2 s, babble as the worst).
 */
const settleSeconds = 0.25;
/** Holes up to this are read through: a fresh start costs its settling and another opening. */
const bridgeSeconds = 0.75;
/** Heard beyond a clip's edges: half of a join and as much as it may wander, or the windows of a time stretch. */
const beyondSeconds = 0.1;
/** Covers the material that two clips of one asset share at a join, and a time stretch's search. */
const historySeconds = 0.25;
/** Readers kept open on a track beside the one in use. */
const openReaders = 8;

export type TrackSound = { soundOf(clip: SoundClip): ClipSound; close(): void };

/** Errors: MEDIA_STREAM_MISSING where a clip names a stream that its asset has not. */
export function openTrackSound(
  plan: SoundPlan,
  clips: readonly SoundClip[],
  sources: readonly MediaSource[],
  options: { readonly blockSamples: number; readonly denoise: ClipDenoise },
): TrackSound {
  const { sampleRateHz, channels } = plan;
  const endOf = passesOf(clips, sampleRateHz);
  const byId = new Map(sources.map((source) => [source.asset.id, source]));
  const open = new Map<string, ClipSound>();

  function openClipSound(clip: SoundClip): ClipSound {
    const source = byId.get(clip.assetId);
    const stream = source?.asset.streams.find((candidate) => candidate.index === clip.streamIndex);
    if (source === undefined || stream?.kind !== 'audio') throw fail('MEDIA_STREAM_MISSING', { kind: 'audio' });
    const { asset, path } = source;
    const length = toSample(asset.duration, sampleRateHz, 'floor');
    const cleaning = options.denoise.processOf(clip);
    const { repair } = clip;
    const createProcess = repair === undefined ? cleaning : () => createRepairProcess(channels, repair, cleaning?.());
    const reader = createSoundReader({
      channels,
      length,
      open: (first, end) =>
        decodeSound(
          { path, container: asset.container },
          {
            streamIndex: clip.streamIndex,
            sampleRateHz,
            channels,
            range: rangeBetween(fromSample(first, sampleRateHz), fromSample(end, sampleRateHz)),
            blockSamples: options.blockSamples,
          },
        ),
      // Decoding ahead costs nothing that matters; processing ahead does.
      ...(createProcess === undefined ? {} : { createProcess, endOf: (first) => endOf(clip, first) }),
      settleSamples: Math.round(sampleRateHz * settleSeconds),
      bridgeSamples: Math.round(sampleRateHz * bridgeSeconds),
      historySamples: Math.round(sampleRateHz * historySeconds),
    });
    return { reader, length };
  }

  return {
    soundOf(clip) {
      const key = keyOf(clip);
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

type Pass = { readonly key: string; readonly start: number; end: number };

/** Where reading that is at `first` for a clip stops: clips that follow each other closely in one recording are read as one. */
function passesOf(clips: readonly SoundClip[], sampleRateHz: number): (clip: SoundClip, first: number) => number {
  const passes: Pass[] = [];
  const inSamples = (seconds: number) => Math.round(seconds * sampleRateHz);
  for (const clip of clips) {
    const start = toSample(clip.source.start, sampleRateHz, 'round') - inSamples(beyondSeconds);
    const end = toSample(rangeEnd(clip.source), sampleRateHz, 'round') + inSamples(beyondSeconds);
    const key = keyOf(clip);
    const last = passes.findLast((pass) => pass.key === key);
    if (last !== undefined && start >= last.start && start <= last.end + inSamples(bridgeSeconds))
      last.end = Math.max(last.end, end);
    else passes.push({ key, start, end });
  }
  return (clip, first) => {
    const key = keyOf(clip);
    const found = passes.filter((pass) => pass.key === key && first >= pass.start && first < pass.end);
    return Math.max(first, ...found.map((pass) => pass.end));
  };
}

/** Clips with the same key can share a reader. */
function keyOf({ assetId, streamIndex, reverse, denoise, repair }: SoundClip): string {
  const cleaned = `${denoise?.engine ?? ''} ${denoise?.strength ?? ''}`;
  return `${assetId} ${streamIndex} ${reverse ?? ''} ${cleaned} ${repair === undefined ? '' : JSON.stringify(repair)}`;
}
