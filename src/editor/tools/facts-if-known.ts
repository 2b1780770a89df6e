import type { Asset } from '#core/asset';
import { isEditorError } from '#core/errors';
import type { SoundAnalysis, SoundFacts } from '#core/facts';
import type { ToolContext } from './tool.ts';

/** Facts of a sound where its bytes are there: a plan may know a recording by its name only. Nothing is known then. */
export async function factsIfKnown(
  { workspace }: ToolContext,
  asset: Asset,
  analyses: readonly SoundAnalysis[],
): Promise<SoundFacts> {
  try {
    return await workspace.soundFacts(asset, analyses);
  } catch (error) {
    if (!isEditorError(error) || error.code !== 'MEDIA_UNREADABLE') throw error;
    return {};
  }
}
