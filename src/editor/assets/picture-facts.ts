/** Facts about an asset's picture. */
import { mainVideoStream, type Asset } from '#core/asset';
import { fail } from '#core/errors';
import type { PictureAnalysis, PictureFacts } from '#core/facts';
import type { EditorContext } from '#editor/context';
import { pictureAnalysisVersions } from '#engine/tasks';
import { createFactsStore, type FactsOptions } from './facts-store.ts';

const facts = createFactsStore<PictureFacts>({
  nameOf: (analysis) => `picture.${analysis}`,
  versions: pictureAnalysisVersions,
  find: (ctx, source, analyses, options) => ctx.pool.run('analyze-picture', { source, analyses }, options),
});

/** The asked analyses. Errors: MEDIA_STREAM_MISSING for an asset without pictures, and those of the task. */
export async function pictureFacts<const Asked extends PictureAnalysis>(
  ctx: EditorContext,
  asset: Asset,
  analyses: readonly Asked[],
  options: FactsOptions = {},
): Promise<Required<Pick<PictureFacts, Asked>>> {
  if (asset.kind !== 'video' || mainVideoStream(asset) === undefined) throw fail('MEDIA_STREAM_MISSING', { kind: 'picture' });
  return facts.get(ctx, asset, analyses, options);
}

/** Those of the analyses that are known already; nothing is run for it. */
export function knownPictureFacts(ctx: EditorContext, asset: Asset, analyses: readonly PictureAnalysis[]): Promise<PictureFacts> {
  return facts.known(ctx, asset, analyses);
}

/** Keeps what was found beside something else. */
export function keepPictureFacts(ctx: EditorContext, asset: Asset, found: PictureFacts): Promise<void> {
  return facts.keep(ctx, asset, found);
}
