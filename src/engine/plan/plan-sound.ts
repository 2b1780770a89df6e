/** Decides what the mix is made of, to the sample. */
import { mainAudioStream, type AssetId, type AudioStream } from '#core/asset';
import { fail } from '#core/errors';
import { rangeEnd, scaleTicks, ticks, timeRange, toSample, type Ticks } from '#core/time';
import { itemsWithRanges, type Clip, type Timeline, type Track } from '#core/timeline';
import { fadesOf, type PlacedClip } from './compose.ts';
import type { PlanSource } from './plan-source.ts';
import type { OutputRequest, SoundClip, SoundPlan } from './render-plan.ts';

/** Where sound meets sound. */
const joinFadeMs = 30;
/** Where sound begins or ends beside nothing. */
const edgeFadeMs = 5;

/** Undefined where nothing can be heard. Errors: MEDIA_STREAM_MISSING. */
export function planSound(
  timeline: Timeline,
  sources: readonly PlanSource[],
  output: OutputRequest,
  duration: Ticks,
): SoundPlan | undefined {
  const tracks = timeline.tracks.filter(
    (track) => track.kind === 'audio' && !track.muted && track.items.some((item) => item.kind === 'clip'),
  );
  if (tracks.length === 0) return undefined;
  const withPicture = ['mp4', 'mov', 'webm'].includes(output.format);
  const clips = tracks.flatMap(placedClips).map(({ clip }) => clip);
  // Noise removal works at 48 kHz.
  const cleaned = clips.some((clip) => clip.effects.some((effect) => effect.name === 'denoise'));
  const sampleRateHz = timeline.sampleRateHz === 44_100 && !withPicture && !cleaned ? 44_100 : 48_000;
  const streams = clips.map((clip) => streamOf(sources, clip.assetId, clip.streamIndex));
  return {
    sampleRateHz,
    ...(output.soundKbps === undefined ? {} : { bitsPerSecond: output.soundKbps * 1000 }),
    channels: output.channels ?? (streams.every((stream) => stream.channels === 1) ? 1 : 2),
    tracks: tracks.map((track) => ({ gainDb: track.gainDb, clips: planTrack(track, sources, duration, sampleRateHz) })),
    master: timeline.master,
    samples: toSample(duration, sampleRateHz, 'round'),
  };
}

function placedClips(track: Track): PlacedClip[] {
  return itemsWithRanges(track).flatMap(({ item, range }) => (item.kind === 'clip' ? [{ clip: item, record: range }] : []));
}

function planTrack(track: Track, sources: readonly PlanSource[], duration: Ticks, sampleRateHz: number): SoundClip[] {
  const placed = placedClips(track).filter(({ record }) => record.start < duration);
  return placed.flatMap((clip, index) => {
    const before = placed[index - 1];
    const after = placed[index + 1];
    const runsIn = before !== undefined && rangeEnd(before.record) === clip.record.start;
    const runsOut = after !== undefined && rangeEnd(clip.record) === after.record.start && rangeEnd(clip.record) < duration;
    return planClip(clip, {
      runsIn,
      runsOut,
      duration,
      sampleRateHz,
      stream: streamOf(sources, clip.clip.assetId, clip.clip.streamIndex),
    });
  });
}

type ClipSurroundings = {
  readonly runsIn: boolean;
  readonly runsOut: boolean;
  readonly duration: Ticks;
  readonly sampleRateHz: number;
  readonly stream: AudioStream;
};

function planClip({ clip, record }: PlacedClip, around: ClipSurroundings): SoundClip[] {
  const { sampleRateHz, duration } = around;
  const end = Math.min(rangeEnd(record), duration) as Ticks;
  const firstSample = toSample(record.start, sampleRateHz, 'round');
  const samples = toSample(end, sampleRateHz, 'round') - firstSample;
  if (samples <= 0) return [];
  const whole = end === rangeEnd(record);
  const length = whole ? clip.sourceRange.duration : scaleTicks(ticks(end - record.start), clip.speed.num, clip.speed.den);
  const fades = fadesOf(clip, record.duration);
  const least = (runs: boolean) => Math.round(((runs ? joinFadeMs : edgeFadeMs) * sampleRateHz) / 1000);
  const inSamples = (time: number) => toSample(ticks(time), sampleRateHz, 'round');
  const half = Math.floor(samples / 2);
  const fadeIn = fades.in > 0 ? Math.min(samples, inSamples(fades.in)) : Math.min(half, least(around.runsIn));
  const fadeOut = whole && fades.out > 0 ? Math.min(samples, inSamples(fades.out)) : Math.min(half, least(around.runsOut));
  const denoise = clip.effects.find((effect) => effect.name === 'denoise');
  return [
    {
      assetId: clip.assetId,
      streamIndex: around.stream.index,
      source: timeRange(clip.sourceRange.start, length),
      firstSample,
      samples,
      speed: clip.speed,
      gainDb: clip.gainDb,
      fadeIn,
      fadeOut,
      ...(denoise === undefined ? {} : { denoise }),
    },
  ];
}

function streamOf(sources: readonly PlanSource[], assetId: AssetId, streamIndex: Clip['streamIndex']): AudioStream {
  const source = sources.find(({ asset }) => asset.id === assetId);
  const named = source?.asset.streams.find(
    (stream): stream is AudioStream => stream.kind === 'audio' && stream.index === streamIndex,
  );
  const stream = named ?? (source === undefined ? undefined : mainAudioStream(source.asset));
  if (stream === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'audio' });
  return stream;
}
