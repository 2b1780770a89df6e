/** Where people speak in a timeline's recordings, for the music that goes down under them. */
import { mainAudioStream, type Asset } from '#core/asset';
import { isEditorError } from '#core/errors';
import type { TimeRange } from '#core/time';
import type { Timeline } from '#core/timeline';
import { soundFacts } from '#editor/assets';
import type { EditorContext } from '#editor/context';

/**
 * Speech by asset and in its time, for assets heard on tracks that are not ducked; nothing where no track is ducked. An asset
 * whose speech cannot be found has no entry: music then follows its level.
 *
 * Errors: those of the analysis but for media that it does not understand.
 */
export async function speechRanges(
  ctx: EditorContext,
  timeline: Timeline,
  assets: readonly Asset[],
  signal: AbortSignal,
): Promise<Readonly<Record<string, readonly TimeRange[]>>> {
  const heard = timeline.tracks.filter(({ kind, muted }) => kind === 'audio' && !muted);
  if (heard.every(({ ducking }) => ducking === undefined)) return {};
  const ids = new Set(
    heard
      .filter(({ ducking }) => ducking === undefined)
      .flatMap(({ items }) => items.flatMap((item) => (item.kind === 'clip' ? [item.assetId] : []))),
  );
  const found: Record<string, readonly TimeRange[]> = {};
  for (const asset of assets) {
    if (!ids.has(asset.id) || mainAudioStream(asset) === undefined) continue;
    try {
      found[asset.id] = (await soundFacts(ctx, asset, ['speech'], { signal })).speech.speech;
    } catch (error) {
      if (!isEditorError(error) || error.kind !== 'unsupported') throw error;
      ctx.log.warn('speech.unknown', { asset: asset.id, error });
    }
  }
  return found;
}
