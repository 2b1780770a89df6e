/** How the pictures of shaky clips move: what holding them still is planned from. */
import { mainVideoStream, type Asset } from '#core/asset';
import type { MotionFacts } from '#core/facts';
import type { Timeline } from '#core/timeline';
import { pictureFacts } from '#editor/assets';
import type { EditorContext } from '#editor/context';

/** By asset, for those with a clip that is to be held still; found once per content. Errors: those of the analysis. */
export async function pictureMotion(
  ctx: EditorContext,
  timeline: Timeline,
  assets: readonly Asset[],
  signal: AbortSignal,
): Promise<Readonly<Record<string, MotionFacts>>> {
  const ids = new Set(
    timeline.tracks
      .flatMap((track) => (track.hidden ? [] : track.items))
      .flatMap((item) => (item.kind === 'clip' && item.effects.some(({ name }) => name === 'stabilize') ? [item.assetId] : [])),
  );
  const found: Record<string, MotionFacts> = {};
  for (const asset of assets) {
    if (!ids.has(asset.id) || asset.kind !== 'video' || mainVideoStream(asset) === undefined) continue;
    found[asset.id] = (await pictureFacts(ctx, asset, ['motion'], { signal })).motion;
  }
  return found;
}
