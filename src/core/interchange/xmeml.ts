/** Final Cut Pro 7 XML (xmeml 5) out: what Premiere and Resolve read most easily. */
import type { Asset } from '#core/asset';
import type { Timeline, Track } from '#core/timeline';
import { tally, type Exported, type ExportOptions } from './exported.ts';
import { toFrameTrack, type FrameItem, type FrameTrack } from './frame-track.ts';
import { effectLosses, settingLosses, shortLosses, transitionLosses } from './losses.ts';
import { writeTimecode } from './frame-timecode.ts';
import { itemNodes, rateNodes, type ClipPlace, type XmemlWriting } from './xmeml-items.ts';
import { element, textElement, writeXml, type XmlNode } from './xml.ts';

/** A timeline as xmeml. All counts are whole frames of the sequence; stereo sound is a pair of tracks. */
export function writeXmeml(timeline: Timeline, assets: readonly Asset[], options: ExportOptions = {}): Exported {
  const { frameRate: rate, size } = timeline;
  const byId = new Map(assets.map((asset) => [asset.id, asset]));
  const filled = timeline.tracks.filter(({ items }) => items.length > 0);
  const frames = filled.map((track) => toFrameTrack(track, rate, byId));
  const end = Math.max(1, ...frames.map((one) => one.end));
  const pictures = frames.filter(({ track }) => track.kind !== 'audio').map((one) => ({ ...one, channel: 1 }));
  const sounds = frames
    .filter(({ track }) => track.kind === 'audio')
    .flatMap((one) =>
      isStereo(one)
        ? [
            { ...one, channel: 1 },
            { ...one, channel: 2 },
          ]
        : [{ ...one, channel: 1 }],
    );
  const places = placesOf(pictures, sounds);
  const writing: XmemlWriting = {
    rate,
    canvas: size,
    options,
    places,
    linkPlaces: linkPlacesOf(frames, places),
    files: new Map(),
    sampleRateHz: timeline.sampleRateHz,
  };
  const video = element('video', {}, [
    element('format', {}, [
      element('samplecharacteristics', {}, [
        element('rate', {}, rateNodes(rate)),
        textElement('width', size.width),
        textElement('height', size.height),
        textElement('pixelaspectratio', 'square'),
        textElement('fielddominance', 'none'),
        textElement('anamorphic', 'FALSE'),
      ]),
    ]),
    ...pictures.map((one) => trackNode(one, writing)),
  ]);
  const audio = element('audio', {}, [
    textElement('numOutputChannels', 2),
    element('format', {}, [
      element('samplecharacteristics', {}, [textElement('depth', 16), textElement('samplerate', timeline.sampleRateHz)]),
    ]),
    ...sounds.map((one) => trackNode(one, writing)),
  ]);
  const sequence = element('sequence', { id: 'sequence-1' }, [
    textElement('name', options.title ?? 'Timeline'),
    textElement('duration', end),
    element('rate', {}, rateNodes(rate)),
    element('timecode', {}, [
      element('rate', {}, rateNodes(rate)),
      textElement('string', writeTimecode(0, { rate, form: 'non-drop' })),
      textElement('frame', 0),
      textElement('displayformat', 'NDF'),
    ]),
    element('media', {}, [video, audio]),
  ]);
  return {
    text: writeXml(element('xmeml', { version: '5' }, [sequence]), 'xmeml'),
    extension: 'xml',
    mimeType: 'application/xml',
    dropped: losses(timeline, filled, frames),
  };
}

type ChannelTrack = FrameTrack & { readonly channel: number };

/** Two tracks where any of its media has two channels or more: the format's tracks are mono. */
function isStereo({ items }: FrameTrack): boolean {
  return items.some((item) => item.kind === 'clip' && channelsOf(item) > 1);
}

function channelsOf(item: FrameItem): number {
  const stream = item.kind === 'clip' ? item.asset?.streams.find(({ index }) => index === item.item.streamIndex) : undefined;
  return stream?.kind === 'audio' ? stream.channels : 0;
}

/** Id, track and place of every clip, so that links can name each other. */
function placesOf(pictures: readonly ChannelTrack[], sounds: readonly ChannelTrack[]): ReadonlyMap<string, readonly ClipPlace[]> {
  const places = new Map<string, ClipPlace[]>();
  let count = 0;
  for (const [mediaType, tracks] of [
    ['video', pictures],
    ['audio', sounds],
  ] as const) {
    tracks.forEach(({ items, channel }, trackIndex) => {
      let clipIndex = 0;
      for (const item of items) {
        if (item.kind !== 'clip' || (channel === 2 && channelsOf(item) < 2)) continue;
        const place: ClipPlace = {
          id: `clipitem-${++count}`,
          mediaType,
          trackIndex: trackIndex + 1,
          clipIndex: ++clipIndex,
          channel,
        };
        places.set(item.item.id, [...(places.get(item.item.id) ?? []), place]);
      }
    });
  }
  return places;
}

function trackNode({ track, items, channel }: ChannelTrack, writing: XmemlWriting): XmlNode {
  const isSound = track.kind === 'audio';
  return element('track', {}, [
    ...items.flatMap((_, index) => itemNodes({ items, index, track, channel }, writing)),
    textElement('enabled', (isSound ? track.muted : track.hidden) ? 'FALSE' : 'TRUE'),
    textElement('locked', track.locked ? 'TRUE' : 'FALSE'),
    ...(isSound ? [textElement('outputchannelindex', channel)] : []),
  ]);
}

/** For each link the places of all its clips. */
function linkPlacesOf(
  tracks: readonly FrameTrack[],
  places: ReadonlyMap<string, readonly ClipPlace[]>,
): ReadonlyMap<string, readonly ClipPlace[]> {
  const links = new Map<string, ClipPlace[]>();
  for (const { items } of tracks) {
    for (const { item } of items) {
      const linkId = item.kind === 'clip' ? item.linkId : undefined;
      if (linkId !== undefined) links.set(linkId, [...(links.get(linkId) ?? []), ...(places.get(item.id) ?? [])]);
    }
  }
  return links;
}

function losses(timeline: Timeline, filled: readonly Track[], frames: readonly FrameTrack[]): string[] {
  const texts = filled.flatMap(({ items }) => items.filter(({ kind }) => kind === 'text')).length;
  const missing = frames.flatMap(({ items }) => items.filter((item) => item.kind === 'clip' && item.asset === undefined)).length;
  const loud = filled.flatMap(({ items, gainDb }) =>
    items.filter((item) => item.kind === 'clip' && item.gainDb + gainDb > 12),
  ).length;
  return [
    ...tally(missing, '1 clip has no known media and was left out', '{n} clips have no known media and were left out'),
    ...tally(
      texts,
      '1 text is there as a text generator with its words, colour and size; its style and animation were left out',
      '{n} texts are there as text generators with their words, colour and size; their styles and animations were left out',
    ),
    ...tally(
      loud,
      '1 clip is over +12 dB, the most the format has, and was set to that',
      '{n} clips are over +12 dB, the most the format has, and were set to that',
    ),
    ...effectLosses(filled, ['reverse', 'freeze']),
    ...transitionLosses(filled),
    ...settingLosses(timeline),
    ...shortLosses(frames.reduce((sum, { lost }) => sum + lost, 0)),
  ];
}
