/** What the assets allow a clip to be. */
import type { Asset } from '#core/asset';
import { scaleTicks, subtractTicks, ticks, type Ticks } from '#core/time';
import type { Clip } from './timeline.ts';

/** A picture without time of its own: any length may be shown, always from 0. */
export function isStill(asset: Asset | undefined): boolean {
  return asset?.kind === 'image' && asset.duration === 0;
}

const endless = Number.MAX_SAFE_INTEGER as Ticks;

/** Unused asset time before a clip, in record time. */
export function headHandle(clip: Clip, asset: Asset | undefined): Ticks {
  return isStill(asset) ? endless : scaleTicks(clip.sourceRange.start, clip.speed.den, clip.speed.num, 'floor');
}

/** Unused asset time after a clip, in record time. Endless where the asset is not known: the check that knows it decides. */
export function tailHandle(clip: Clip, asset: Asset | undefined): Ticks {
  if (asset === undefined || isStill(asset)) return endless;
  const used = ticks(clip.sourceRange.start + clip.sourceRange.duration);
  const unused = subtractTicks(asset.duration, used);
  return unused <= 0 ? (0 as Ticks) : scaleTicks(unused, clip.speed.den, clip.speed.num, 'floor');
}
