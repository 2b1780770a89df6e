/** What an FCPXML document refers to: formats, media, the two effects of Final Cut that are used. */
import { mainAudioStream, mainVideoStream, type Asset } from '#core/asset';
import { isStill, type Timeline } from '#core/timeline';
import { toFrame } from '#core/time';
import type { ExportOptions } from './exported.ts';
import type { FrameTrack } from './frame-track.ts';
import { mediaUrl } from './otio.ts';
import { frameTime } from './rational-time.ts';
import { element, type XmlNode } from './xml.ts';

export type FcpxmlResources = {
  readonly nodes: readonly XmlNode[];
  readonly sequenceFormat: string;
  /** By asset id; assets that are not known have none. */
  readonly assetRefs: ReadonlyMap<string, { readonly id: string; readonly format?: string }>;
  /** Only where they are used. */
  readonly dissolve: string;
  readonly title: string;
};

/** Identifiers that Final Cut gives its own effects. */
const dissolveUid = 'FxPlug:4731E73A-8DAC-4113-9A30-AE85B1761265';
const titleUid = '.../Titles.localized/Bumper:Opener.localized/Basic Title.localized/Basic Title.moti';

export function fcpxmlResources(timeline: Timeline, tracks: readonly FrameTrack[], options: ExportOptions): FcpxmlResources {
  const nodes: XmlNode[] = [];
  let count = 0;
  const take = () => `r${++count}`;
  const sequenceFormat = take();
  const { size, frameRate } = timeline;
  nodes.push(
    element('format', {
      id: sequenceFormat,
      frameDuration: frameTime(1, frameRate),
      width: size.width,
      height: size.height,
      colorSpace: '1-1-1 (Rec. 709)',
    }),
  );
  const items = tracks.flatMap((track) => track.items);
  const [dissolve, title] = [take(), take()];
  if (items.some(({ kind }) => kind === 'transition'))
    nodes.push(element('effect', { id: dissolve, name: 'Cross Dissolve', uid: dissolveUid }));
  if (items.some(({ kind }) => kind === 'text')) nodes.push(element('effect', { id: title, name: 'Basic Title', uid: titleUid }));
  const assetRefs = new Map<string, { readonly id: string; readonly format?: string }>();
  for (const item of items) {
    if (item.kind !== 'clip' || item.asset === undefined || assetRefs.has(item.asset.id)) continue;
    const picture = mainVideoStream(item.asset);
    const format = item.asset.kind === 'audio' || picture === undefined ? undefined : take();
    const id = take();
    if (format !== undefined && picture !== undefined) {
      const still = isStill(item.asset);
      nodes.push(
        element('format', {
          id: format,
          name: still ? 'FFVideoFormatRateUndefined' : undefined,
          frameDuration: still ? undefined : frameTime(1, picture.frameRate),
          width: picture.displaySize.width,
          height: picture.displaySize.height,
        }),
      );
    }
    nodes.push(assetNode(item.asset, { id, ...(format === undefined ? {} : { format }) }, timeline, options));
    assetRefs.set(item.asset.id, { id, ...(format === undefined ? {} : { format }) });
  }
  return { nodes, sequenceFormat, assetRefs, dissolve, title };
}

function assetNode(
  asset: Asset,
  { id, format }: { readonly id: string; readonly format?: string },
  { frameRate }: Timeline,
  options: ExportOptions,
): XmlNode {
  const sound = asset.kind === 'image' ? undefined : mainAudioStream(asset);
  return element(
    'asset',
    {
      id,
      name: asset.name,
      // Final Cut recognises media by this; the hash of the bytes is as good a name as any.
      uid: asset.hash.toUpperCase().slice(0, 32),
      start: '0s',
      duration: isStill(asset) ? '0s' : frameTime(toFrame(asset.duration, frameRate, 'ceil'), frameRate),
      hasVideo: format === undefined ? undefined : '1',
      format,
      hasAudio: sound === undefined ? undefined : '1',
      videoSources: format === undefined ? undefined : '1',
      audioSources: sound === undefined ? undefined : '1',
      audioChannels: sound?.channels,
      audioRate: sound?.sampleRateHz,
    },
    [element('media-rep', { kind: 'original-media', src: mediaUrl(asset, options), suggestedFilename: asset.name })],
  );
}
