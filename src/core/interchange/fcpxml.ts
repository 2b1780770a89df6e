/** FCPXML 1.10 out, after Apple's DTD: the story in the spine, everything else connected to it by lanes. */
import { mainAudioStream, mainVideoStream, type Asset } from '#core/asset';
import { primaryTrack, type Timeline, type Track } from '#core/timeline';
import { tally, type Exported, type ExportOptions } from './exported.ts';
import { fcpxmlResources, type FcpxmlResources } from './fcpxml-resources.ts';
import { clipNode, gapNode, titleNode, transitionNode, type FcpxmlClip, type FcpxmlWriting } from './fcpxml-items.ts';
import { toFrameTrack, type FrameClip, type FrameItem, type FrameTrack } from './frame-track.ts';
import { clipsOf, effectLosses, settingLosses, shortLosses, transitionLosses } from './losses.ts';
import { frameTime } from './rational-time.ts';
import { element, writeXml, type XmlNode } from './xml.ts';

const audioRates: Readonly<Record<number, string>> = {
  32_000: '32k', 44_100: '44.1k', 48_000: '48k', 88_200: '88.2k', 96_000: '96k', 176_400: '176.4k', 192_000: '192k',
}; // prettier-ignore

/** A timeline as FCPXML. Every time is a whole number of the sequence's frames. */
export function writeFcpxml(timeline: Timeline, assets: readonly Asset[], options: ExportOptions = {}): Exported {
  const byId = new Map(assets.map((asset) => [asset.id, asset]));
  const shown = timeline.tracks.filter(
    (track) => !(track.kind === 'audio' ? track.muted : track.hidden) && track.items.length > 0,
  );
  const frames = shown.map((track) => toFrameTrack(track, timeline.frameRate, byId));
  const primary = primaryTrack({ ...timeline, tracks: shown });
  const story = frames.find(({ track }) => track.id === primary?.id && track.kind === 'video');
  const resources = fcpxmlResources(timeline, frames, options);
  const writing: FcpxmlWriting = { rate: timeline.frameRate, canvas: timeline.size, resources, nextStyle: styleNumbers() };
  const joined = story === undefined ? new Map<string, FrameClip>() : joinSound(story, frames);
  const others = frames.filter((one) => one !== story);
  const connected = connect(others, { joined: new Set([...joined.values()].map(({ item }) => item.id)), resources });
  const end = Math.max(1, ...frames.map((one) => one.end));
  const gains = new Map(frames.flatMap(({ track, items }) => items.map((item) => [item.item.id, track.gainDb] as const)));
  const spine = spineNodes(story, { end, joined, gains, connected, writing });
  const sequence = element(
    'sequence',
    {
      format: resources.sequenceFormat,
      duration: frameTime(end, timeline.frameRate),
      tcStart: '0s',
      tcFormat: 'NDF',
      audioLayout: 'stereo',
      audioRate: audioRates[timeline.sampleRateHz],
    },
    [element('spine', {}, spine)],
  );
  const title = options.title ?? 'Timeline';
  const project = element('project', { name: title }, [sequence]);
  const root = element('fcpxml', { version: '1.10' }, [
    element('resources', {}, resources.nodes),
    element('library', {}, [element('event', { name: title }, [project])]),
  ]);
  return {
    text: writeXml(root, 'fcpxml'),
    extension: 'fcpxml',
    mimeType: 'application/xml',
    dropped: losses(timeline, shown, frames, resources),
  };
}

function styleNumbers(): () => string {
  let count = 0;
  return () => `ts${++count}`;
}

/** For each clip of the story the clip of sound that is its own and lies in the same place: one element carries both. */
function joinSound(story: FrameTrack, frames: readonly FrameTrack[]): Map<string, FrameClip> {
  const sounds = new Map<string, FrameClip>();
  for (const { track, items } of frames) {
    if (track.kind !== 'audio') continue;
    for (const item of items)
      if (item.kind === 'clip' && item.item.linkId !== undefined) sounds.set(`${item.item.linkId} ${item.item.assetId}`, item);
  }
  const joined = new Map<string, FrameClip>();
  for (const item of story.items) {
    if (item.kind !== 'clip' || item.item.linkId === undefined) continue;
    const sound = sounds.get(`${item.item.linkId} ${item.item.assetId}`);
    const agrees =
      sound !== undefined && sound.start === item.start && sound.length === item.length && sound.sourceStart === item.sourceStart;
    if (agrees && isMain(sound)) joined.set(item.item.id, sound);
  }
  return joined;
}

function isMain({ asset, item }: FrameClip): boolean {
  return asset !== undefined && mainAudioStream(asset)?.index === item.streamIndex;
}

type Connected = { readonly start: number; readonly lane: number; readonly track: Track; readonly items: readonly FrameItem[] };

/** Runs of items between gaps, each to be hung on the story where it begins: a storyline where it has transitions, else clip by clip. */
function connect(
  tracks: readonly FrameTrack[],
  { joined, resources }: { readonly joined: ReadonlySet<string>; readonly resources: FcpxmlResources },
): Connected[] {
  let [above, below] = [0, 0];
  return tracks.flatMap(({ track, items }): Connected[] => {
    const kept = items.filter(
      (item) => item.kind !== 'clip' || (!joined.has(item.item.id) && resources.assetRefs.has(item.item.assetId)),
    );
    const runs = runsOf(kept);
    if (runs.length === 0) return [];
    const lane = track.kind === 'audio' ? --below : ++above;
    return runs.flatMap((run): Connected[] => {
      const parts = run.some(({ kind }) => kind === 'transition') ? [run] : run.map((item) => [item]);
      return parts.map((part) => ({ start: startOf(part[0]!), lane, track, items: part }));
    });
  });
}

/** Stretches without a hole; transitions that lost a neighbour are gone. */
function runsOf(items: readonly FrameItem[]): FrameItem[][] {
  const runs: FrameItem[][] = [];
  let at = -1;
  let waiting: FrameItem | undefined;
  for (const item of items) {
    if (item.kind === 'gap') continue;
    if (item.kind === 'transition') {
      waiting = item;
      continue;
    }
    if (item.start !== at || runs.length === 0) runs.push([]);
    else if (waiting?.kind === 'transition' && waiting.cut === at) runs.at(-1)!.push(waiting);
    waiting = undefined;
    runs.at(-1)!.push(item);
    at = item.start + item.length;
  }
  return runs;
}

function startOf(item: FrameItem): number {
  return item.kind === 'transition' ? item.cut : item.start;
}

type Spine = {
  readonly end: number;
  readonly joined: ReadonlyMap<string, FrameClip>;
  /** Level of the track that an item lies on. */
  readonly gains: ReadonlyMap<string, number>;
  readonly connected: readonly Connected[];
  readonly writing: FcpxmlWriting;
};

type Slot = {
  readonly start: number;
  readonly length: number;
  readonly clip?: FrameClip;
  readonly transition?: Extract<FrameItem, { kind: 'transition' }>;
};

function spineNodes(story: FrameTrack | undefined, { end, joined, gains, connected, writing }: Spine): XmlNode[] {
  const slots = slotsOf(story?.items ?? [], end, writing.resources);
  const bodies = slots.filter(({ transition }) => transition === undefined);
  const hung = new Map<Slot, Connected[]>();
  for (const one of connected) {
    const parent = bodies.findLast(({ start }) => start <= one.start) ?? bodies[0]!;
    hung.set(parent, [...(hung.get(parent) ?? []), one]);
  }
  return slots.map((slot) => {
    if (slot.transition !== undefined) return transitionNode(slot.transition, writing, 0);
    const sound = slot.clip === undefined ? undefined : joined.get(slot.clip.item.id);
    const own: FcpxmlClip = {
      offset: slot.start,
      use: sound === undefined ? 'video' : 'all',
      ...(sound === undefined ? {} : { sound, soundTrackGainDb: gains.get(sound.item.id) ?? 0 }),
    };
    const parent = { slot, localStart: slot.clip === undefined ? 0 : clipNode.localStart(slot.clip) };
    const children = (hung.get(slot) ?? []).map((one) =>
      connectedNode(one, one.start - parent.slot.start + parent.localStart, writing),
    );
    return slot.clip === undefined ? gapNode(slot, writing, children) : clipNode.write(slot.clip, own, writing, children);
  });
}

/** The spine without holes: clips, gaps between them and up to the end of everything, transitions on their cuts. */
function slotsOf(items: readonly FrameItem[], end: number, resources: FcpxmlResources): Slot[] {
  const slots: Slot[] = [];
  let at = 0;
  const usable = (item: FrameItem | undefined): item is FrameClip =>
    item?.kind === 'clip' && resources.assetRefs.has(item.item.assetId);
  items.forEach((item, index) => {
    if (item.kind === 'transition') {
      if (usable(items[index - 1]) && usable(items[index + 1])) slots.push({ start: item.cut, length: 0, transition: item });
      return;
    }
    if (!usable(item)) return;
    if (item.start > at) slots.push({ start: at, length: item.start - at });
    slots.push({ start: item.start, length: item.length, clip: item });
    at = item.start + item.length;
  });
  if (at < end) slots.push({ start: at, length: end - at });
  return slots;
}

function connectedNode({ items, lane, track }: Connected, offset: number, writing: FcpxmlWriting): XmlNode {
  const write = (item: FrameItem, place: { readonly offset: number; readonly lane?: number }): XmlNode => {
    if (item.kind === 'transition') return transitionNode(item, writing, items[0] === undefined ? 0 : startOf(items[0]));
    if (item.kind === 'text') return titleNode(item, place, writing);
    if (item.kind === 'gap') return gapNode({ start: place.offset, length: item.length }, writing, []);
    return clipNode.write(
      item,
      {
        ...place,
        use: track.kind === 'audio' ? 'audio' : 'video',
        ...(track.kind === 'audio' ? { sound: item, soundTrackGainDb: track.gainDb } : {}),
      },
      writing,
      [],
    );
  };
  const [first] = items;
  if (items.length === 1 && first !== undefined) return write(first, { offset, lane });
  const begin = startOf(items[0]!);
  return element(
    'spine',
    { lane, offset: frameTime(offset, writing.rate) },
    items.map((item) => write(item, { offset: startOf(item) - begin })),
  );
}

function losses(
  timeline: Timeline,
  shown: readonly Track[],
  frames: readonly FrameTrack[],
  { assetRefs }: FcpxmlResources,
): string[] {
  const clips = clipsOf(shown);
  const hidden = timeline.tracks.filter((track) => track.items.length > 0 && !shown.includes(track)).length;
  const streams = frames.flatMap(({ track, items }) =>
    items.filter(
      (item) =>
        item.kind === 'clip' &&
        item.asset !== undefined &&
        (track.kind === 'audio' ? mainAudioStream : mainVideoStream)(item.asset)?.index !== item.item.streamIndex,
    ),
  );
  const texts = shown.flatMap(({ items }) => items.filter(({ kind }) => kind === 'text')).length;
  return [
    ...tally(
      clips.filter(({ assetId }) => !assetRefs.has(assetId)).length,
      '1 clip has no known media and was left out',
      '{n} clips have no known media and were left out',
    ),
    ...tally(hidden, '1 hidden or muted track was left out', '{n} hidden or muted tracks were left out'),
    ...tally(
      streams.length,
      '1 clip uses another stream of its file than the first and is written with the first',
      '{n} clips use other streams of their files than the first and are written with the first',
    ),
    ...tally(
      texts,
      '1 text is there as a Basic Title with its words, colour and size; its style and animation were left out',
      '{n} texts are there as Basic Titles with their words, colour and size; their styles and animations were left out',
    ),
    ...effectLosses(shown, ['reverse', 'freeze', 'crop', 'place']),
    ...transitionLosses(shown),
    ...settingLosses(timeline),
    ...shortLosses(frames.reduce((sum, { lost }) => sum + lost, 0)),
  ];
}
