/**
 * Where an upload goes on the timeline. Pure: a timeline and an asset in, edits and plain facts out.
 *
 * The first picture decides canvas and frame rate. Picture and sound of one asset are linked clips over the same stretch
 * of the asset, so that they stay together from the first edit on. Sound that comes to a picture stays in the media list:
 * whether it is music, a voice-over or a better take is for the user to say.
 */
import { mainAudioStream, mainVideoStream, type Asset, type AudioStream, type VideoStream } from '#core/asset';
import {
  addTicks,
  formatClock,
  minTicks,
  rangeBetween,
  rangeEnd,
  seconds,
  subtractTicks,
  timeRange,
  zero,
  type Ticks,
  type TimeRange,
} from '#core/time';
import { isStill, timelineDuration, type Edit, type NewItem, type Timeline, type TrackId, type TrackKind } from '#core/timeline';

export type Placement = { readonly edits: readonly Edit[]; readonly notes: readonly string[] };

/** How long a still is shown. */
const stillDuration = seconds(5);
/** Sound or picture that is missing at an end is worth a word from here on. */
const worthSaying = seconds(0.1);

/** Whether an upload is placed without being asked to: pictures always, sound as long as there is no picture, a look-up table never. */
export function isPlacedByItself(timeline: Timeline, asset: Asset): boolean {
  if (asset.kind === 'table') return false;
  return asset.kind !== 'audio' || !hasPicture(timeline);
}

/** The edits that put an asset at the end of the story; sound beside a picture goes to its start, on a track of its own. */
export function placeAsset(timeline: Timeline, asset: Asset): Placement {
  const picture = mainVideoStream(asset);
  const sound = mainAudioStream(asset);
  if (asset.kind !== 'audio' && picture !== undefined)
    return placePicture(timeline, asset, picture, asset.kind === 'video' ? sound : undefined);
  if (sound !== undefined) return placeSound(timeline, asset, sound);
  return { edits: [], notes: [`${asset.name} has neither picture nor sound to place`] };
}

function placePicture(timeline: Timeline, asset: Asset, picture: VideoStream, sound: AudioStream | undefined): Placement {
  const still = isStill(asset);
  const range = still ? timeRange(zero, stillDuration) : pictureRange(asset, picture);
  const size = { width: even(picture.displaySize.width), height: even(picture.displaySize.height) };
  const canvas: readonly Edit[] = hasPicture(timeline)
    ? []
    : [{ kind: 'set-canvas', size, ...(still ? {} : { frameRate: picture.frameRate }), sampleRateHz: 48_000 }];
  const at = timelineDuration(timeline);
  const [pictures, sounds] = tracksFor(timeline, ['video', ...(sound === undefined ? [] : (['audio'] as const))]);
  const linked =
    sound === undefined || sounds === undefined ? [] : [{ trackId: sounds.id, item: clipOf(asset, sound.index, range) }];
  const item = clipOf(asset, picture.index, range);
  // Captions that came before their video are in its time: it goes under them and moves nothing.
  const isUnderTexts = at > 0 && !timeline.tracks.some(({ items }) => items.some(({ kind }) => kind === 'clip'));
  const what = still ? 'picture' : sound === undefined ? 'picture without sound' : 'picture and sound';
  return {
    edits: [
      ...canvas,
      ...pictures!.edits,
      ...(sounds?.edits ?? []),
      ...(isUnderTexts
        ? layUnder([{ trackId: pictures!.id, item }, ...linked])
        : [{ kind: 'insert', trackId: pictures!.id, at, item, ...(linked.length === 0 ? {} : { linked }) } as const]),
    ],
    notes: [
      `Placed ${formatClock(range.duration)} of ${what} at ${formatClock(isUnderTexts ? zero : at)}`,
      ...(sound === undefined ? [] : leftOut(range, sound)),
    ],
  };
}

/** From 0:00, linked where there are several. */
function layUnder(placed: readonly { readonly trackId: TrackId; readonly item: NewItem }[]): Edit[] {
  const link = placed.length > 1 ? { linkId: 'upload' } : {};
  return placed.map(({ trackId, item }) => ({ kind: 'overwrite', trackId, at: zero, item: { ...item, ...link } as NewItem }));
}

function placeSound(timeline: Timeline, asset: Asset, sound: AudioStream): Placement {
  // From asset time 0: a late start is heard as it is in any player.
  const { duration } = asset;
  const item = clipOf(asset, sound.index, timeRange(zero, duration));
  if (hasPicture(timeline)) {
    const trackId: TrackId = `trk_${timeline.nextId}`;
    return {
      edits: [
        { kind: 'add-track', track: { kind: 'audio', name: 'Music', follows: 'fixed' } },
        { kind: 'overwrite', trackId, at: zero, item },
      ],
      notes: [`Placed ${formatClock(duration)} of sound at 0:00 on a track of its own`],
    };
  }
  const at = timelineDuration(timeline);
  const [track] = tracksFor(timeline, ['audio']);
  return {
    edits: [...track!.edits, { kind: 'insert', trackId: track!.id, at, item }],
    notes: [`Placed ${formatClock(duration)} of sound at ${formatClock(at)}`],
  };
}

const names = { video: 'Video', audio: 'Sound' } as const;

/** For each kind its first following track that may be changed, or the edit that adds one and the id it will have. */
function tracksFor(
  timeline: Timeline,
  kinds: readonly (keyof typeof names & TrackKind)[],
): { readonly id: TrackId; readonly edits: readonly Edit[] }[] {
  let { nextId } = timeline;
  return kinds.map((kind) => {
    const found = timeline.tracks.find((track) => track.kind === kind && track.follows === 'ripple' && !track.locked);
    if (found !== undefined) return { id: found.id, edits: [] };
    return { id: `trk_${nextId++}`, edits: [{ kind: 'add-track', track: { kind, name: names[kind] } }] };
  });
}

function clipOf(asset: Asset, streamIndex: number, sourceRange: TimeRange): NewItem {
  return { kind: 'clip', assetId: asset.id, streamIndex, sourceRange };
}

function pictureRange(asset: Asset, picture: VideoStream): TimeRange {
  const end = picture.duration > 0 ? minTicks(addTicks(picture.start, picture.duration), asset.duration) : asset.duration;
  return rangeBetween(picture.start, end);
}

/** What of the sound has no picture to go with it. */
function leftOut(range: TimeRange, sound: AudioStream): string[] {
  const before = subtractTicks(range.start, sound.start);
  const after = subtractTicks(addTicks(sound.start, sound.duration), rangeEnd(range));
  const say = (time: Ticks, where: string): string[] =>
    time >= worthSaying ? [`${formatClock(time)} of sound ${where} has no picture and is left out`] : [];
  return [...say(before, 'before the first picture'), ...say(after, 'after the last picture')];
}

function hasPicture(timeline: Timeline): boolean {
  return timeline.tracks.some((track) => track.kind === 'video' && track.items.some((item) => item.kind === 'clip'));
}

function even(pixels: number): number {
  return Math.max(2, pixels - (pixels % 2));
}
