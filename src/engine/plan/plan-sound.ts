/** Decides what the mix is made of, to the sample. */
import { mainAudioStream, type AssetId, type AudioStream } from '#core/asset';
import { fail } from '#core/errors';
import { rangeEnd, scaleTicks, ticks, timeRange, toSample, type Ticks, type TimeRange } from '#core/time';
import { isReversed, itemsWithRanges, sourceToRecord, type Clip, type Timeline, type Track } from '#core/timeline';
import { fadesOf, type PlacedClip } from './compose.ts';
import { duckingPoints } from './ducking.ts';
import type { PlanSource } from './plan-source.ts';
import type { OutputRequest, SoundClip, SoundPlan, SoundTrack } from './render-plan.ts';
import { pictureSeams, soundBlends, type Extension } from './sound-blends.ts';

/** Where sound meets sound. */
const joinFadeMs = 30;
/** Where sound begins or ends beside nothing. */
const edgeFadeMs = 5;
/** How long a bed that would go on fades out with the end of the timeline. */
const bedFadeMs = 3000;

/** Where speech is, by asset and in its time. */
export type SpeechByAsset = Readonly<Record<AssetId, readonly TimeRange[]>>;

export type PlannedSound = {
  /** Absent where nothing can be heard. */
  readonly sound?: SoundPlan;
  /** Plain sentences on what is not as the timeline asks. */
  readonly reasons: readonly string[];
};

/** Errors: MEDIA_STREAM_MISSING. */
export function planSound(
  timeline: Timeline,
  sources: readonly PlanSource[],
  output: OutputRequest,
  options: { readonly duration: Ticks; readonly speech?: SpeechByAsset | undefined },
): PlannedSound {
  const { duration, speech = {} } = options;
  const tracks = timeline.tracks.filter(
    (track) => track.kind === 'audio' && !track.muted && track.items.some((item) => item.kind === 'clip'),
  );
  if (tracks.length === 0) return { reasons: [] };
  const withPicture = ['mp4', 'mov', 'webm'].includes(output.format);
  const clips = tracks.flatMap(placedClips).map(({ clip }) => clip);
  // Noise removal works at 48 kHz.
  const cleaned = clips.some((clip) => clip.effects.some((effect) => effect.name === 'denoise' || effect.name === 'repair'));
  const sampleRateHz = timeline.sampleRateHz === 44_100 && !withPicture && !cleaned ? 44_100 : 48_000;
  const streams = clips.map((clip) => streamOf(sources, clip.assetId, clip.streamIndex));
  const reasons: string[] = [];
  const pictures = pictureSeams(timeline);
  const assetOf = (assetId: AssetId) => sources.find(({ asset }) => asset.id === assetId)?.asset;
  const planned = tracks.map((track): SoundTrack => {
    const placed = placedClips(track);
    const blends = soundBlends(track, placed, { pictures, assetOf });
    reasons.push(...blends.reasons);
    return { gainDb: track.gainDb, clips: planTrack(track, placed, { sources, duration, sampleRateHz, ...blends }) };
  });
  const ducked = duck(tracks, planned, { speech, sampleRateHz, nameOf: (assetId) => assetOf(assetId)?.name });
  return {
    sound: {
      sampleRateHz,
      ...(output.soundKbps === undefined ? {} : { bitsPerSecond: output.soundKbps * 1000 }),
      channels: output.channels ?? (streams.every((stream) => stream.channels === 1) ? 1 : 2),
      tracks: ducked.tracks,
      master: timeline.master,
      samples: toSample(duration, sampleRateHz, 'round'),
    },
    reasons: [...reasons, ...ducked.reasons],
  };
}

function placedClips(track: Track): PlacedClip[] {
  return itemsWithRanges(track).flatMap(({ item, range }) => (item.kind === 'clip' ? [{ clip: item, record: range }] : []));
}

type TrackSurroundings = {
  readonly sources: readonly PlanSource[];
  readonly duration: Ticks;
  readonly sampleRateHz: number;
  readonly extensions: ReadonlyMap<string, Extension>;
};

function planTrack(track: Track, all: readonly PlacedClip[], around: TrackSurroundings): SoundClip[] {
  const { sources, duration, sampleRateHz, extensions } = around;
  const placed = all.filter(({ record }) => record.start < duration);
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
      extension: extensions.get(clip.clip.id) ?? { early: 0, late: 0 },
      isBed: track.follows === 'fixed',
      stream: streamOf(sources, clip.clip.assetId, clip.clip.streamIndex),
    });
  });
}

type ClipSurroundings = {
  readonly runsIn: boolean;
  readonly runsOut: boolean;
  readonly duration: Ticks;
  readonly sampleRateHz: number;
  readonly extension: Extension;
  readonly isBed: boolean;
  readonly stream: AudioStream;
};

function planClip(placed: PlacedClip, around: ClipSurroundings): SoundClip[] {
  const { clip, record } = placed;
  const { sampleRateHz, duration, extension } = around;
  const start = (record.start - extension.early) as Ticks;
  const end = Math.min(rangeEnd(record) + extension.late, duration) as Ticks;
  const firstSample = toSample(start, sampleRateHz, 'round');
  const samples = toSample(end, sampleRateHz, 'round') - firstSample;
  if (samples <= 0) return [];
  const denoise = clip.effects.find((effect) => effect.name === 'denoise');
  const repair = clip.effects.find((effect) => effect.name === 'repair');
  const envelope = clip.effects.find((effect) => effect.name === 'envelope');
  const inSamples = (time: number) => toSample(ticks(time), sampleRateHz, 'round');
  return [
    {
      assetId: clip.assetId,
      streamIndex: around.stream.index,
      source: sourceHeard(placed, { early: extension.early, late: end - rangeEnd(record) }),
      firstSample,
      samples,
      speed: clip.speed,
      gainDb: clip.gainDb,
      ...fadesIn(placed, samples, around),
      ...(isReversed(clip) ? { reverse: true } : {}),
      ...(envelope === undefined
        ? {}
        : { envelope: envelope.points.map(({ at, gainDb }) => ({ at: inSamples(at + extension.early), gainDb })) }),
      ...(denoise === undefined ? {} : { denoise }),
      ...(repair === undefined ? {} : { repair }),
    },
  ];
}

/** The clip's source range, longer or shorter at both ends by record times; `late` is negative where the timeline ends first. */
function sourceHeard({ clip }: PlacedClip, { early, late }: Extension): TimeRange {
  const { sourceRange, speed } = clip;
  const inSource = (time: number): number => scaleTicks(ticks(time), speed.num, speed.den);
  const [before, after] = isReversed(clip) ? [inSource(late), inSource(early)] : [inSource(early), inSource(late)];
  // Beyond the asset's start there is silence, which has no time of its own: blends are allowed to miss a little there.
  return timeRange(ticks(sourceRange.start - before), ticks(Math.max(0, sourceRange.duration + before + after)));
}

function fadesIn(placed: PlacedClip, samples: number, around: ClipSurroundings): { fadeIn: number; fadeOut: number } {
  const { record, clip } = placed;
  const { sampleRateHz, duration, extension } = around;
  const cutShort = rangeEnd(record) > duration;
  const fades = fadesOf(clip, record.duration);
  const inSamples = (time: number) => Math.min(samples, toSample(ticks(time), sampleRateHz, 'round'));
  const half = Math.floor(samples / 2);
  const least = (runs: boolean) => Math.min(half, Math.round(((runs ? joinFadeMs : edgeFadeMs) * sampleRateHz) / 1000));
  const bedFade = Math.min(half, Math.round((bedFadeMs * sampleRateHz) / 1000));
  const asked = (time: number): number | undefined => (time > 0 ? inSamples(time) : undefined);
  const atEnd = cutShort && around.isBed ? bedFade : least(around.runsOut);
  // Over a transition the blend is the fade.
  return {
    fadeIn: extension.early > 0 ? 0 : (asked(fades.in) ?? least(around.runsIn)),
    fadeOut: extension.late > 0 ? 0 : (asked(cutShort && !around.isBed ? 0 : fades.out) ?? atEnd),
  };
}

type Duck = {
  readonly speech: SpeechByAsset;
  readonly sampleRateHz: number;
  readonly nameOf: (assetId: AssetId) => string | undefined;
};

/** Lowers the ducked tracks under the others. */
function duck(
  tracks: readonly Track[],
  planned: readonly SoundTrack[],
  { speech, sampleRateHz, nameOf }: Duck,
): { readonly tracks: readonly SoundTrack[]; readonly reasons: readonly string[] } {
  const over = tracks.flatMap((track, index) => (track.ducking === undefined ? [index] : []));
  if (over.length === tracks.length || over.length === 0) return { tracks: planned, reasons: [] };
  const placed = over.flatMap((index) => placedClips(tracks[index]!));
  const spoken = placed.flatMap(({ clip, record }) =>
    (speech[clip.assetId] ?? []).flatMap((range) => sourceToRecord(clip, record.start, range) ?? []),
  );
  const isUnknown = ({ assetId }: { readonly assetId: AssetId }): boolean => speech[assetId] === undefined;
  const unknown = [...new Set(placed.filter(({ clip }) => isUnknown(clip)).map(({ clip }) => clip.assetId))];
  const byLevel = over.filter((index) => planned[index]!.clips.some(isUnknown));
  const result = planned.map((track, index): SoundTrack => {
    const { ducking } = tracks[index]!;
    if (ducking === undefined) {
      return { ...track, clips: track.clips.map((clip) => (isUnknown(clip) ? { ...clip, ducksByLevel: true } : clip)) };
    }
    if (byLevel.length > 0) return { ...track, duckedByLevel: { tracks: byLevel, spoken, ducking } };
    const envelope = duckingPoints(spoken, ducking, sampleRateHz);
    return envelope.length === 0 ? track : { ...track, envelope };
  });
  const reasons = unknown.map(
    (assetId) => `Music goes down where ${nameOf(assetId) ?? 'a recording'} is loud: where it is spoken on is not known`,
  );
  return { tracks: result, reasons };
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
