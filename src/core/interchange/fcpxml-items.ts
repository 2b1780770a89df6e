/** The elements of an FCPXML story: clips, stills, gaps, titles, transitions. Children in the order the DTD wants. */
import type { Size } from '#core/asset';
import { mainVideoStream } from '#core/asset';
import { isUnity, sameRatio, toFrame, type FrameRate } from '#core/time';
import { isStill, type ClipEffect, type TextStyle } from '#core/timeline';
import type { FcpxmlResources } from './fcpxml-resources.ts';
import type { FrameClip, FrameText, FrameTransition } from './frame-track.ts';
import { frameTime } from './rational-time.ts';
import { element, type XmlNode } from './xml.ts';

export type FcpxmlWriting = {
  readonly rate: FrameRate;
  readonly canvas: Size;
  readonly resources: FcpxmlResources;
  /** Ids of text styles, no two alike. */
  readonly nextStyle: () => string;
};

export type FcpxmlClip = {
  /** In the parent's time, in frames. */
  readonly offset: number;
  readonly lane?: number;
  readonly use: 'all' | 'audio' | 'video';
  /** Whose level the element has. */
  readonly sound?: FrameClip;
  readonly soundTrackGainDb?: number;
};

export const clipNode = { localStart, write };

/** Frame of the clip's own clock at which it begins: of the source, at the speed it is played. */
function localStart(clip: FrameClip): number {
  if (isStill(clip.asset)) return 0;
  const { num, den } = clip.item.speed;
  if (has(clip, 'freeze')) return 0;
  const start = Math.round((clip.sourceStart * den) / num);
  if (!has(clip, 'reverse')) return start;
  // Backwards the clip's clock begins at the end of the source.
  return Math.max(0, wholeRuns(clip) * den - start - clip.length);
}

function write(clip: FrameClip, place: FcpxmlClip, writing: FcpxmlWriting, children: readonly XmlNode[]): XmlNode {
  const { rate, resources } = writing;
  const reference = resources.assetRefs.get(clip.item.assetId)!;
  const still = isStill(clip.asset);
  const attributes = {
    ref: reference.id,
    lane: place.lane,
    offset: frameTime(place.offset, rate),
    name: clip.asset?.name,
    start: frameTime(localStart(clip), rate),
    duration: frameTime(clip.length, rate),
  };
  const picture = place.use === 'audio' ? [] : pictureNodes(clip, writing);
  if (still) return element('video', attributes, [...picture, ...children]);
  return element(
    'asset-clip',
    { ...attributes, srcEnable: place.use === 'all' ? undefined : place.use, format: reference.format, tcFormat: 'NDF' },
    [...conformNode(clip, rate), ...timeMapNode(clip, rate), ...picture, ...volumeNode(place), ...children],
  );
}

const namedRates = [
  ['23.98', 24_000, 1001], ['24', 24, 1], ['25', 25, 1], ['29.97', 30_000, 1001], ['30', 30, 1], ['60', 60, 1], ['47.95', 48_000, 1001], ['48', 48, 1], ['50', 50, 1], ['59.94', 60_000, 1001],
] as const; // prettier-ignore

/** Media of another rate plays at its own speed, not frame for frame. */
function conformNode({ asset }: FrameClip, rate: FrameRate): XmlNode[] {
  const own = asset === undefined ? undefined : mainVideoStream(asset)?.frameRate;
  if (own === undefined || sameRatio(own, rate)) return [];
  const name = namedRates.find(([, num, den]) => sameRatio(own, { num, den }))?.[0];
  return name === undefined ? [] : [element('conform-rate', { scaleEnabled: '0', srcFrameRate: name })];
}

/** Runs of `num` source frames that fill the media, at least one. */
function wholeRuns(clip: FrameClip): number {
  const end = clip.sourceStart + clip.sourceLength;
  return Math.max(1, Math.ceil(end / clip.item.speed.num));
}

/** From the clip's clock to the source's, as a straight line over whole frames of both. */
function timeMapNode(clip: FrameClip, rate: FrameRate): XmlNode[] {
  const { num, den } = clip.item.speed;
  const point = (time: number, value: number) =>
    element('timept', { time: frameTime(time, rate), value: frameTime(value, rate), interp: 'linear' });
  const freeze = clip.item.effects.find((effect) => effect.name === 'freeze');
  if (freeze?.name === 'freeze') {
    const at = toFrame(freeze.at, rate, 'round');
    return [element('timeMap', {}, [point(0, at), point(clip.length, at)])];
  }
  const isReverse = has(clip, 'reverse');
  if (isUnity(clip.item.speed) && !isReverse) return [];
  const runs = wholeRuns(clip);
  const [from, to] = isReverse ? [runs * num, 0] : [0, runs * num];
  return [element('timeMap', {}, [point(0, from), point(runs * den, to)])];
}

function has(clip: FrameClip, name: ClipEffect['name']): boolean {
  return clip.item.effects.some((effect) => effect.name === name);
}

/** Crop, place and opacity. Positions count in hundredths of the frame's height from its middle, upwards. */
function pictureNodes(clip: FrameClip, { canvas }: FcpxmlWriting): XmlNode[] {
  const nodes: XmlNode[] = [];
  const size = (clip.asset === undefined ? undefined : mainVideoStream(clip.asset)?.displaySize) ?? canvas;
  const crop = clip.item.effects.find((effect) => effect.name === 'crop');
  if (crop?.name === 'crop') {
    const across = (size.width / size.height) * 100;
    nodes.push(
      element('adjust-crop', { mode: 'trim' }, [
        element('trim-rect', {
          left: round(crop.left * across),
          top: round(crop.top * 100),
          right: round(crop.right * across),
          bottom: round(crop.bottom * 100),
        }),
      ]),
    );
  }
  const place = clip.item.effects.find((effect) => effect.name === 'place');
  if (place?.name !== 'place') return nodes;
  if (place.fit === 'cover') nodes.push(element('adjust-conform', { type: 'fill' }));
  const [flipX, flipY] = [
    place.flip === 'horizontal' || place.flip === 'both',
    place.flip === 'vertical' || place.flip === 'both',
  ];
  const position = `${round(((place.x - 0.5) * 100 * canvas.width) / canvas.height)} ${round((0.5 - place.y) * 100)}`;
  const scale = `${round(flipX ? -place.scale : place.scale)} ${round(flipY ? -place.scale : place.scale)}`;
  nodes.push(
    element('adjust-transform', { position, scale, rotation: place.rotation === 0 ? undefined : round(-place.rotation) }),
  );
  if (place.opacity < 1) nodes.push(element('adjust-blend', { amount: round(place.opacity) }));
  return nodes;
}

function volumeNode({ sound, soundTrackGainDb = 0 }: FcpxmlClip): XmlNode[] {
  const gain = (sound?.item.gainDb ?? 0) + soundTrackGainDb;
  return gain === 0 ? [] : [element('adjust-volume', { amount: `${round(gain)}dB` })];
}

export function gapNode(
  slot: { readonly start: number; readonly length: number },
  { rate }: FcpxmlWriting,
  children: readonly XmlNode[],
): XmlNode {
  return element(
    'gap',
    { name: 'Gap', offset: frameTime(slot.start, rate), start: '0s', duration: frameTime(slot.length, rate) },
    children,
  );
}

/** `origin` is the frame of the timeline at which the storyline begins. */
export function transitionNode(
  { item, cut, before, after }: FrameTransition,
  { rate, resources }: FcpxmlWriting,
  origin: number,
): XmlNode {
  return element(
    'transition',
    {
      name: item.name === 'dissolve' ? 'Cross Dissolve' : item.name,
      offset: frameTime(cut - before - origin, rate),
      duration: frameTime(before + after, rate),
    },
    [element('filter-video', { ref: resources.dissolve, name: 'Cross Dissolve' })],
  );
}

export function titleNode(
  text: FrameText,
  place: { readonly offset: number; readonly lane?: number },
  writing: FcpxmlWriting,
): XmlNode {
  const { rate, resources, canvas } = writing;
  const { style } = text.item;
  const id = writing.nextStyle();
  const y = heights[style.position];
  return element(
    'title',
    {
      ref: resources.title,
      lane: place.lane,
      offset: frameTime(place.offset, rate),
      name: text.item.text.split('\n', 1)[0]?.slice(0, 60),
      start: '0s',
      duration: frameTime(text.length, rate),
    },
    [
      element('text', {}, [element('text-style', { ref: id }, [text.item.text])]),
      element('text-style-def', { id }, [
        element('text-style', {
          font: 'Helvetica',
          fontSize: round(style.size * canvas.height),
          fontFace: 'Regular',
          fontColor: colorOf(style.color),
          alignment: style.position === 'lower-third' ? 'left' : 'center',
        }),
      ]),
      ...(y === 0 ? [] : [element('adjust-transform', { position: `0 ${y}` })]),
    ],
  );
}

/** Hundredths of the frame's height above its middle. */
const heights: Readonly<Record<TextStyle['position'], number>> = { top: 40, center: 0, bottom: -40, 'lower-third': -30 };

/** `#rrggbb` to four fractions. */
function colorOf(color: string): string {
  const parts = [1, 3, 5].map((at) => round(Number.parseInt(color.slice(at, at + 2), 16) / 255));
  return [...parts, 1].join(' ');
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000 + 0;
}
