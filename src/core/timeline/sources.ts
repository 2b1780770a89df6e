/** What the assets allow a clip to be. */
import type { Asset, AssetId } from '#core/asset';
import { scaleTicks, subtractTicks, ticks, type Ticks } from '#core/time';
import { isFrozen, isReversed } from './query.ts';
import type { Clip, Timeline } from './timeline.ts';

/** A picture without time of its own: any length may be shown, always from 0. */
export function isStill(asset: Asset | undefined): boolean {
  return asset?.kind === 'image' && asset.duration === 0;
}

/** Containers of animations, by FFmpeg's names. */
const animations: readonly string[] = ['gif', 'apng', 'webp_anim'];

/** An image, and an animation, which begins again where it is shown longer than it lasts. */
export function isEndless(asset: Asset | undefined): boolean {
  return asset?.kind === 'image' || animations.includes(asset?.container ?? '');
}

const endless = Number.MAX_SAFE_INTEGER as Ticks;

/** Unused asset time before a clip, in record time. */
export function headHandle(clip: Clip, asset: Asset | undefined): Ticks {
  return isReversed(clip) ? unusedAfter(clip, asset) : unusedBefore(clip, asset);
}

/** Unused asset time after a clip, in record time. Endless where the asset is not known: the check that knows it decides. */
export function tailHandle(clip: Clip, asset: Asset | undefined): Ticks {
  return isReversed(clip) ? unusedBefore(clip, asset) : unusedAfter(clip, asset);
}

function unusedBefore(clip: Clip, asset: Asset | undefined): Ticks {
  if (isStill(asset) || isFrozen(clip)) return endless;
  return scaleTicks(clip.sourceRange.start, clip.speed.den, clip.speed.num, 'floor');
}

function unusedAfter(clip: Clip, asset: Asset | undefined): Ticks {
  if (asset === undefined || isEndless(asset) || isFrozen(clip)) return endless;
  const used = ticks(clip.sourceRange.start + clip.sourceRange.duration);
  const unused = subtractTicks(asset.duration, used);
  return unused <= 0 ? (0 as Ticks) : scaleTicks(unused, clip.speed.den, clip.speed.num, 'floor');
}

/** Every asset that is needed to show a timeline: its clips' own and the look-up tables of their colours. */
export function neededAssets(timeline: Timeline): Set<AssetId> {
  const clips = timeline.tracks.flatMap((track) => track.items).filter((item) => item.kind === 'clip');
  const tables = clips.flatMap(({ effects }) =>
    effects.flatMap((effect) => (effect.name === 'color' && effect.lutAssetId !== undefined ? [effect.lutAssetId] : [])),
  );
  return new Set([...clips.map(({ assetId }) => assetId), ...tables]);
}
