/** What the wishes of a message will ask of pictures: found in one pass instead of one for each wish. */
import { pictureAnalyses, type PictureAnalysis } from '#core/facts';
import { parseRequest } from '#editor/rules';

const needs: Readonly<Record<string, readonly PictureAnalysis[]>> = {
  sync_audio: [],
  smooth_jump_cuts: ['shots', 'jumpCuts'],
  stabilize_video: ['motion', 'shake'],
  diagnose: pictureAnalyses,
  fix_problems: pictureAnalyses,
};

/** Empty where a single wish asks for what it needs by itself. */
export function picturesAskedFor(text: string): readonly PictureAnalysis[] {
  const tools = parseRequest(text).calls.flatMap(({ tool }) => (needs[tool] === undefined ? [] : [tool]));
  const wanted = new Set(tools.flatMap((tool) => needs[tool]!));
  return new Set(tools).size > 1 || tools.some((tool) => needs[tool] === pictureAnalyses) ? [...wanted] : [];
}
