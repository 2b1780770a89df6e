/** Finding the media a person means, and taking what an upload placed by itself back off the story. */
import { mainVideoStream, type Asset, type AssetKind } from '#core/asset';
import type { Edit, Timeline } from '#core/timeline';
import { storyPictures } from './targets.ts';
import { placedClips } from './sound-clips.ts';
import type { ToolContext } from './tool.ts';

export type MediaWish = {
  /** Words of the file name. */
  readonly name?: string | undefined;
  readonly kinds: readonly AssetKind[];
};

/** The named media, else the newest of the kind that is not all there is of the story. A sentence where there is none. */
export function findMedia({ workspace, words }: ToolContext, { name, kinds }: MediaWish): Asset | { readonly why: string } {
  const fitting = workspace.assets().filter((asset) => kinds.includes(asset.kind) && mainVideoStream(asset) !== undefined);
  if (name !== undefined) {
    const plain = (text: string) => text.toLowerCase().replace(/\.[a-z0-9]{1,5}$/, '');
    const named =
      fitting.find((asset) => plain(asset.name) === plain(name)) ??
      fitting.find((asset) => asset.name.toLowerCase().includes(plain(name)));
    return named ?? { why: words.say(`there is no such media called "${name}"`, `没有名为“${name}”的素材`) };
  }
  const story = storyPictures(workspace.timeline());
  const first = story[0]?.clip.assetId;
  const newest = fitting.filter(({ id }) => id !== first).at(-1);
  if (newest !== undefined) return newest;
  const what = kinds.includes('video')
    ? words.say('a second video or picture', '第二个视频或图片')
    : words.say('a picture', '一张图片');
  return { why: words.say(`${what} is needed for that; upload it first`, `需要${what}，请先上传`) };
}

/**
 * Edits that take the clips of an asset off the story where they are not all of it: an upload puts every picture at the end by
 * itself, and what becomes an overlay or moves elsewhere shall not be seen there too.
 */
export function takeOffStory(timeline: Timeline, asset: Asset): Edit[] {
  const story = storyPictures(timeline);
  const own = story.filter(({ clip }) => clip.assetId === asset.id);
  if (own.length !== 1 || own.length === story.length) return [];
  return [{ kind: 'remove-item', itemId: own[0]!.clip.id, close: 'close' }];
}

/** Overlays of ours, newest last. */
export function overlayClips(timeline: Timeline, trackName: string) {
  return placedClips(timeline, 'video').filter(({ track }) => track.name === trackName);
}
