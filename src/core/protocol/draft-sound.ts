/** Sound for drafts that name pictures only. */
import { mainAudioStream, type Asset, type AssetId } from '#core/asset';
import { zero } from '#core/time';
import { canonicalItems, isStill, itemDuration, makeGap, type Clip, type Item, type Track } from '#core/timeline';
import type { DraftIds } from './draft-ids.ts';

/**
 * Adds a sound track linked to the lowest picture track where a draft that is not ours has no sound track at all: who
 * writes "this video, then that one" by hand expects to hear them. A muted picture track stays silent.
 */
export function soundOfPictures(tracks: readonly Track[], known: ReadonlyMap<AssetId, Asset>, ids: DraftIds): readonly Track[] {
  const picture = tracks.find((track) => track.kind === 'video');
  if (picture === undefined || picture.muted || tracks.some((track) => track.kind === 'audio')) return tracks;
  const links = new Map<string, string>();
  const items: Item[] = picture.items.map((item) => {
    const asset = item.kind === 'clip' ? known.get(item.assetId) : undefined;
    const stream = asset === undefined || isStill(asset) ? undefined : mainAudioStream(asset);
    if (item.kind !== 'clip' || stream === undefined)
      return makeGap(ids.take('itm'), item.kind === 'transition' ? zero : itemDuration(item));
    const linkId = ids.take('lnk');
    links.set(item.id, linkId);
    return { ...item, id: ids.take('itm'), streamIndex: stream.index, linkId };
  });
  if (links.size === 0) return tracks;
  const linked = picture.items.map((item) => (item.kind === 'clip' ? withLink(item, links.get(item.id)) : item));
  const sound: Track = {
    id: ids.take('trk'),
    kind: 'audio',
    name: 'Sound',
    follows: 'ripple',
    muted: false,
    hidden: false,
    locked: false,
    gainDb: 0,
    items: canonicalItems(items).items,
  };
  return [...tracks.map((track) => (track === picture ? { ...picture, items: linked } : track)), sound];
}

function withLink(clip: Clip, linkId: string | undefined): Clip {
  return linkId === undefined ? clip : { ...clip, linkId };
}
