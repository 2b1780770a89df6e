/** The items of an xmeml track: clips, text generators, dissolves. */
import { mainAudioStream, mainVideoStream, type Asset, type Size } from '#core/asset';
import { isUnity, ratioToNumber, toFrame, type FrameRate } from '#core/time';
import { isStill, type Track } from '#core/timeline';
import type { ExportOptions } from './exported.ts';
import { blends, type FrameClip, type FrameItem, type FrameText, type FrameTransition } from './frame-track.ts';
import { timecodeBase, writeTimecode } from './frame-timecode.ts';
import { mediaUrl } from './otio.ts';
import { element, textElement, type XmlNode } from './xml.ts';

export type ClipPlace = {
  readonly id: string;
  readonly mediaType: 'video' | 'audio';
  /** From 1, as the format counts. */
  readonly trackIndex: number;
  readonly clipIndex: number;
  readonly channel: number;
};

export type XmemlWriting = {
  readonly rate: FrameRate;
  readonly canvas: Size;
  readonly options: ExportOptions;
  /** By item id: its place on each track it lies on. */
  readonly places: ReadonlyMap<string, readonly ClipPlace[]>;
  readonly linkPlaces: ReadonlyMap<string, readonly ClipPlace[]>;
  /** Ids of the media that were described already; grows while writing. */
  readonly files: Map<string, string>;
  readonly sampleRateHz: number;
};

type Spot = { readonly items: readonly FrameItem[]; readonly index: number; readonly track: Track; readonly channel: number };

/** `timebase` and `ntsc`: 30 and TRUE for 29.97. */
export function rateNodes(rate: FrameRate): XmlNode[] {
  return [textElement('timebase', timecodeBase(rate)), textElement('ntsc', rate.den === 1001 ? 'TRUE' : 'FALSE')];
}

export function itemNodes(spot: Spot, writing: XmemlWriting): XmlNode[] {
  const item = spot.items[spot.index]!;
  if (item.kind === 'gap') return [];
  if (item.kind === 'text') return [generatorNode(item, spot, writing)];
  if (item.kind === 'transition')
    return isKnown(spot.items[spot.index - 1]) && isKnown(spot.items[spot.index + 1])
      ? [transitionNode(item, spot, writing)]
      : [];
  const place = writing.places.get(item.item.id)?.find(({ channel }) => channel === spot.channel);
  return item.asset === undefined || place === undefined ? [] : [clipNode(item, item.asset, { ...spot, place }, writing)];
}

function isKnown(item: FrameItem | undefined): boolean {
  return item?.kind === 'clip' && item.asset !== undefined;
}

function clipNode(clip: FrameClip, asset: Asset, spot: Spot & { readonly place: ClipPlace }, writing: XmemlWriting): XmlNode {
  const { rate } = writing;
  const { before, after } = blends(spot.items, spot.index);
  const [head, tail] = [
    isKnown(spot.items[spot.index - 2]) ? before : undefined,
    isKnown(spot.items[spot.index + 2]) ? after : undefined,
  ];
  // Counted on the clock of the clip as it is played, which a speed stretches.
  const from = localStart(clip);
  // Half a frame of handle that rounding took away must not make the clip longer than its place.
  const first = Math.max(0, from - (head?.before ?? 0));
  const { num, den } = clip.item.speed;
  const length = isStill(asset) ? Math.max(clip.length, 1) : Math.ceil((toFrame(asset.duration, rate, 'ceil') * den) / num);
  const isSound = spot.track.kind === 'audio';
  return element('clipitem', { id: spot.place.id }, [
    textElement('name', asset.name),
    textElement('enabled', 'TRUE'),
    textElement('duration', Math.max(length, from + clip.length)),
    element('rate', {}, rateNodes(rate)),
    // An end that a transition lies on is -1; in and out then reach to the far side of it.
    textElement('start', head === undefined ? clip.start : -1),
    textElement('end', tail === undefined ? clip.start + clip.length : -1),
    textElement('in', first),
    textElement('out', first + (head?.before ?? 0) + clip.length + (tail?.after ?? 0)),
    fileNode(asset, writing),
    ...(isSound
      ? [element('sourcetrack', {}, [textElement('mediatype', 'audio'), textElement('trackindex', spot.channel)])]
      : []),
    ...speedNodes(clip, isSound ? 'audio' : 'video'),
    ...(isSound ? levelNodes(clip.item.gainDb + spot.track.gainDb) : []),
    ...linkNodes(clip, writing),
  ]);
}

function localStart(clip: FrameClip): number {
  if (isStill(clip.asset) || clip.item.effects.some(({ name }) => name === 'freeze'))
    return isStill(clip.asset) ? 0 : clip.sourceStart;
  return Math.round((clip.sourceStart * clip.item.speed.den) / clip.item.speed.num);
}

/** The whole description the first time, the id alone from then on. */
function fileNode(asset: Asset, writing: XmemlWriting): XmlNode {
  const known = writing.files.get(asset.id);
  if (known !== undefined) return element('file', { id: known });
  const id = `file-${writing.files.size + 1}`;
  writing.files.set(asset.id, id);
  const { rate } = writing;
  const [picture, sound] = [mainVideoStream(asset), asset.kind === 'image' ? undefined : mainAudioStream(asset)];
  const size = picture?.displaySize;
  return element('file', { id }, [
    textElement('name', asset.name),
    textElement('pathurl', mediaUrl(asset, writing.options)),
    element('rate', {}, rateNodes(rate)),
    textElement('duration', Math.max(1, toFrame(asset.duration, rate, 'ceil'))),
    element('timecode', {}, [
      element('rate', {}, rateNodes(rate)),
      textElement('string', writeTimecode(0, { rate, form: 'non-drop' })),
      textElement('frame', 0),
      textElement('displayformat', 'NDF'),
    ]),
    element('media', {}, [
      ...(size === undefined || asset.kind === 'audio'
        ? []
        : [
            element('video', {}, [
              element('samplecharacteristics', {}, [
                textElement('width', size.width),
                textElement('height', size.height),
                textElement('pixelaspectratio', 'square'),
              ]),
            ]),
          ]),
      ...(sound === undefined
        ? []
        : [
            element('audio', {}, [
              element('samplecharacteristics', {}, [textElement('depth', 16), textElement('samplerate', sound.sampleRateHz)]),
              textElement('channelcount', sound.channels),
            ]),
          ]),
    ]),
  ]);
}

function speedNodes(clip: FrameClip, mediaType: 'video' | 'audio'): XmlNode[] {
  const isReverse = clip.item.effects.some(({ name }) => name === 'reverse');
  const isFrozen = clip.item.effects.some(({ name }) => name === 'freeze');
  if (isUnity(clip.item.speed) && !isReverse && !isFrozen) return [];
  const percent = isFrozen ? 0 : ratioToNumber(clip.item.speed) * 100 * (isReverse ? -1 : 1);
  return [
    filterNode({ name: 'Time Remap', id: 'timeremap', category: 'motion', type: 'motion', mediaType }, [
      parameterNode('variablespeed', 'variablespeed', '0'),
      parameterNode('speed', 'speed', String(Math.round(percent * 10_000) / 10_000), { low: -100_000, high: 100_000 }),
      parameterNode('reverse', 'reverse', isReverse ? 'TRUE' : 'FALSE'),
      parameterNode('frameblending', 'frameblending', 'FALSE'),
    ]),
  ];
}

const loudest = 3.98109;

/** Linear, at most +12 dB. */
function levelNodes(gainDb: number): XmlNode[] {
  if (gainDb === 0) return [];
  const level = Math.min(loudest, Math.round(10 ** (gainDb / 20) * 1_000_000) / 1_000_000);
  return [
    filterNode({ name: 'Audio Levels', id: 'audiolevels', category: 'audiolevels', type: 'audiolevels', mediaType: 'audio' }, [
      parameterNode('level', 'Level', String(level), { low: 0, high: loudest }),
    ]),
  ];
}

type Effect = {
  readonly name: string;
  readonly id: string;
  readonly category: string;
  readonly type: string;
  readonly mediaType: string;
};

function filterNode(effect: Effect, parameters: readonly XmlNode[]): XmlNode {
  return element('filter', {}, [effectNode(effect, parameters)]);
}

function effectNode({ name, id, category, type, mediaType }: Effect, more: readonly XmlNode[]): XmlNode {
  return element('effect', {}, [
    textElement('name', name),
    textElement('effectid', id),
    textElement('effectcategory', category),
    textElement('effecttype', type),
    textElement('mediatype', mediaType),
    ...more,
  ]);
}

function parameterNode(
  id: string,
  name: string,
  value: string,
  range?: { readonly low: number; readonly high: number },
): XmlNode {
  return element('parameter', {}, [
    textElement('parameterid', id),
    textElement('name', name),
    ...(range === undefined ? [] : [textElement('valuemin', range.low), textElement('valuemax', range.high)]),
    textElement('value', value),
  ]);
}

function linkNodes(clip: FrameClip, { places, linkPlaces }: XmemlWriting): XmlNode[] {
  const all = (clip.item.linkId === undefined ? undefined : linkPlaces.get(clip.item.linkId)) ?? places.get(clip.item.id) ?? [];
  if (all.length < 2) return [];
  return all.map(({ id, mediaType, trackIndex, clipIndex }) =>
    element('link', {}, [
      textElement('linkclipref', id),
      textElement('mediatype', mediaType),
      textElement('trackindex', trackIndex),
      textElement('clipindex', clipIndex),
      ...(mediaType === 'audio' ? [textElement('groupindex', 1)] : []),
    ]),
  );
}

function transitionNode({ cut, before, after }: FrameTransition, { track }: Spot, { rate }: XmemlWriting): XmlNode {
  const alignment = before === 0 ? 'start' : after === 0 ? 'end' : 'center';
  const effect: Effect =
    track.kind === 'audio'
      ? { name: 'Cross Fade ( 0dB)', id: 'KGAudioTransCrossFade0dB', category: '', type: 'transition', mediaType: 'audio' }
      : { name: 'Cross Dissolve', id: 'Cross Dissolve', category: 'Dissolve', type: 'transition', mediaType: 'video' };
  return element('transitionitem', {}, [
    textElement('start', cut - before),
    textElement('end', cut + after),
    textElement('alignment', alignment),
    element('rate', {}, rateNodes(rate)),
    effectNode(effect, []),
  ]);
}

function generatorNode(text: FrameText, spot: Spot, { rate, canvas }: XmemlWriting): XmlNode {
  const { style } = text.item;
  const color = [1, 3, 5].map((at) => Number.parseInt(style.color.slice(at, at + 2), 16));
  return element('generatoritem', { id: `generator-${text.item.id}` }, [
    textElement('name', 'Text'),
    textElement('duration', text.length),
    element('rate', {}, rateNodes(rate)),
    textElement('start', text.start),
    textElement('end', text.start + text.length),
    textElement('in', 0),
    textElement('out', text.length),
    textElement('enabled', spot.track.hidden ? 'FALSE' : 'TRUE'),
    textElement('anamorphic', 'FALSE'),
    textElement('alphatype', 'black'),
    effectNode({ name: 'Text', id: 'Text', category: 'Text', type: 'generator', mediaType: 'video' }, [
      parameterNode('str', 'Text', text.item.text),
      parameterNode('fontname', 'Font', 'Helvetica'),
      parameterNode('fontsize', 'Size', String(Math.round(style.size * canvas.height * 100) / 100), { low: 0, high: 1000 }),
      parameterNode('fontalign', 'Alignment', style.position === 'lower-third' ? '1' : '2', { low: 1, high: 3 }),
      element('parameter', {}, [
        textElement('parameterid', 'fontcolor'),
        textElement('name', 'Font Color'),
        element('value', {}, [
          textElement('alpha', 255),
          textElement('red', color[0] ?? 255),
          textElement('green', color[1] ?? 255),
          textElement('blue', color[2] ?? 255),
        ]),
      ]),
    ]),
  ]);
}
