/**
 * OpenTimelineIO out. The tree is for other programs; the whole timeline lies beside it under `metadata.rushes`, so that the way
 * back loses nothing.
 */
import type { Asset } from '#core/asset';
import { fromFrame, isUnity, ratioToNumber, toFrame, type FrameRate } from '#core/time';
import type { Clip, Timeline, Track } from '#core/timeline';
import { toFrameTrack, type FrameItem } from './frame-track.ts';
import { tally, type Exported, type ExportOptions } from './exported.ts';
import { clipsOf, effectLosses, shortLosses } from './losses.ts';

export type OtioObject = { readonly OTIO_SCHEMA: string; readonly [field: string]: unknown };

/** What lies under `metadata.rushes` of the timeline. */
export type RushesMetadata = {
  readonly version: 1;
  readonly timeline: Timeline;
  /** Enough of each asset to find it in another session. */
  readonly assets: readonly { readonly id: string; readonly hash: string; readonly name: string }[];
};

/** Items up to which the JSON is indented for people. */
const easyToRead = 500;

function countItems({ tracks }: Timeline): number {
  return tracks.reduce((sum, { items }) => sum + items.length, 0);
}

/** A timeline as OTIO JSON: `Timeline.1` of tracks bottom first, clips with their media, speeds as time warps. */
export function writeOtio(timeline: Timeline, assets: readonly Asset[], options: ExportOptions = {}): Exported {
  const used = new Set(clipsOf(timeline.tracks).map(({ assetId }) => assetId));
  const metadata: RushesMetadata = {
    version: 1,
    timeline,
    assets: assets.filter(({ id }) => used.has(id)).map(({ id, hash, name }) => ({ id, hash, name })),
  };
  const { tree, lost } = writeTree(timeline, assets, options);
  const document: OtioObject = {
    OTIO_SCHEMA: 'Timeline.1',
    metadata: { rushes: metadata },
    name: options.title ?? 'Timeline',
    global_start_time: null,
    tracks: tree,
  };
  const texts = timeline.tracks.filter(({ kind, items }) => kind === 'text' && items.length > 0).length;
  return {
    // Blanks would treble a long one.
    text: `${JSON.stringify(document, undefined, countItems(timeline) > easyToRead ? undefined : 2)}\n`,
    extension: 'otio',
    mimeType: 'application/json',
    dropped: [
      ...tally(
        texts,
        '1 text track is there as text generators, which most other programs show as empty clips',
        '{n} text tracks are there as text generators, which most other programs show as empty clips',
      ),
      ...effectLosses(timeline.tracks, ['reverse', 'freeze']).map((sentence) =>
        sentence.replace('was left out', 'is there for Rushes only').replace('were left out', 'are there for Rushes only'),
      ),
      ...shortLosses(lost),
    ],
  };
}

/** The stack of tracks, without our metadata of the whole. */
export function writeTree(
  timeline: Timeline,
  assets: readonly Asset[],
  options: ExportOptions = {},
): { readonly tree: OtioObject; readonly lost: number } {
  const byId = new Map(assets.map((asset) => [asset.id, asset]));
  let lost = 0;
  const children = timeline.tracks.map((track) => {
    const frames = toFrameTrack(track, timeline.frameRate, byId);
    lost += frames.lost;
    return writeTrack(track, withGaps(frames.items), { rate: timeline.frameRate, options });
  });
  return {
    lost,
    tree: {
      OTIO_SCHEMA: 'Stack.1',
      metadata: {},
      name: 'tracks',
      source_range: null,
      effects: [],
      markers: [],
      enabled: true,
      children,
    },
  };
}

type Writing = { readonly rate: FrameRate; readonly options: ExportOptions };

/** Items with a gap wherever rounding to frames left a hole. */
function withGaps(items: readonly FrameItem[]): FrameItem[] {
  const filled: FrameItem[] = [];
  let at = 0;
  for (const item of items) {
    if (item.kind !== 'transition' && item.start > at) {
      filled.push({
        kind: 'gap',
        item: { kind: 'gap', id: '', duration: fromFrame(1, { num: 30, den: 1 }) },
        start: at,
        length: item.start - at,
      });
    }
    filled.push(item);
    if (item.kind !== 'transition') at = item.start + item.length;
  }
  return filled;
}

function writeTrack(track: Track, items: readonly FrameItem[], writing: Writing): OtioObject {
  return {
    OTIO_SCHEMA: 'Track.1',
    metadata: { rushes: { kind: track.kind } },
    name: track.name,
    source_range: null,
    effects: [],
    markers: [],
    enabled: track.kind === 'audio' ? !track.muted : !track.hidden,
    kind: track.kind === 'audio' ? 'Audio' : 'Video',
    children: items.map((item) => writeItem(item, writing)),
  };
}

function writeItem(item: FrameItem, writing: Writing): OtioObject {
  const { rate } = writing;
  const common = { metadata: {}, effects: [], markers: [], enabled: true };
  switch (item.kind) {
    case 'gap':
      return { OTIO_SCHEMA: 'Gap.1', name: '', source_range: range(0, item.length, rate), ...common };
    case 'transition':
      return {
        OTIO_SCHEMA: 'Transition.1',
        metadata: { rushes: { name: item.item.name } },
        name: item.item.name,
        transition_type: item.item.name === 'dissolve' ? 'SMPTE_Dissolve' : 'Custom_Transition',
        in_offset: time(item.before, rate),
        out_offset: time(item.after, rate),
      };
    case 'text':
      return {
        OTIO_SCHEMA: 'Clip.2',
        ...common,
        name: item.item.text,
        source_range: range(0, item.length, rate),
        media_references: {
          DEFAULT_MEDIA: {
            OTIO_SCHEMA: 'GeneratorReference.1',
            metadata: {},
            name: 'Text',
            available_range: null,
            available_image_bounds: null,
            generator_kind: 'Text',
            parameters: { text: item.item.text, rushes: { style: item.item.style } },
          },
        },
        active_media_reference_key: 'DEFAULT_MEDIA',
      };
    case 'clip':
      return {
        OTIO_SCHEMA: 'Clip.2',
        ...common,
        name: item.asset?.name ?? item.item.assetId,
        source_range: range(item.sourceStart, item.length, rate),
        effects: writeEffects(item.item),
        media_references: { DEFAULT_MEDIA: writeReference(item.item, item.asset, writing) },
        active_media_reference_key: 'DEFAULT_MEDIA',
      };
  }
}

function writeReference(clip: Clip, asset: Asset | undefined, { rate, options }: Writing): OtioObject {
  const common = {
    metadata: { rushes: { assetId: clip.assetId, ...(asset === undefined ? {} : { hash: asset.hash }) } },
    name: asset?.name ?? '',
  };
  if (asset === undefined)
    return { OTIO_SCHEMA: 'MissingReference.1', ...common, available_range: null, available_image_bounds: null };
  return {
    OTIO_SCHEMA: 'ExternalReference.1',
    ...common,
    available_range: asset.duration === 0 ? null : range(0, toFrame(asset.duration, rate, 'ceil'), rate),
    available_image_bounds: null,
    target_url: mediaUrl(asset, options),
  };
}

/** Where another program looks for an asset: what the caller says, else its file name as a relative reference. */
export function mediaUrl(asset: Asset, { mediaUrl: given }: ExportOptions): string {
  // Halves of pairs cannot be encoded.
  return given?.(asset) ?? encodeURIComponent(asset.name.replaceAll(/\p{Cs}/gu, '\ufffd'));
}

function writeEffects(clip: Clip): OtioObject[] {
  const isReverse = clip.effects.some(({ name }) => name === 'reverse');
  const freeze = clip.effects.some(({ name }) => name === 'freeze');
  const warp = { metadata: { rushes: { speed: clip.speed } }, name: '', enabled: true };
  return [
    ...(freeze ? [{ OTIO_SCHEMA: 'FreezeFrame.1', ...warp, effect_name: 'FreezeFrame', time_scalar: 0 }] : []),
    ...(!freeze && (isReverse || !isUnity(clip.speed))
      ? [
          {
            OTIO_SCHEMA: 'LinearTimeWarp.1',
            ...warp,
            effect_name: 'LinearTimeWarp',
            time_scalar: (isReverse ? -1 : 1) * ratioToNumber(clip.speed),
          },
        ]
      : []),
    ...clip.effects
      .filter(({ name }) => name !== 'reverse' && name !== 'freeze')
      .map((effect) => ({
        OTIO_SCHEMA: 'Effect.1',
        metadata: { rushes: effect },
        name: effect.name,
        effect_name: effect.name,
        enabled: true,
      })),
  ];
}

function time(frames: number, rate: FrameRate): OtioObject {
  return { OTIO_SCHEMA: 'RationalTime.1', rate: ratioToNumber(rate), value: frames };
}

function range(start: number, duration: number, rate: FrameRate): OtioObject {
  return { OTIO_SCHEMA: 'TimeRange.1', duration: time(duration, rate), start_time: time(start, rate) };
}
