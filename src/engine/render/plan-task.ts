/** Reads what the planner needs to know of the sources, and plans. */
import { fail } from '#core/errors';
import { readPictureIndex } from '#engine/media';
import { hasPicture, planRender, type PictureIndex, type PlanSource } from '#engine/plan';
import type { MediaSource, TaskImplementation } from '#engine/tasks';

/** Errors: those of `planRender`; MEDIA_UNREADABLE. Time: one read of every picture that the timeline uses. */
export const planRenderTask: TaskImplementation<'plan-render'> = ({ timeline, sources, output, speech, motion }, context) => {
  const used = new Map<string, Set<number>>();
  for (const track of timeline.tracks) {
    if (track.kind !== 'video' || track.hidden || !hasPicture(output.format)) continue;
    for (const item of track.items) {
      if (item.kind === 'clip') used.set(item.assetId, (used.get(item.assetId) ?? new Set()).add(item.streamIndex));
    }
  }
  const planned = sources.map((source, index): PlanSource => {
    if (context.signal.aborted) throw fail('JOB_CANCELED');
    const pictures = new Map<number, PictureIndex>();
    for (const streamIndex of used.get(source.asset.id) ?? []) {
      const found = readIndex(source, streamIndex);
      if (found !== undefined) pictures.set(streamIndex, found);
    }
    context.progress((index + 1) / sources.length);
    return { asset: source.asset, pictures };
  });
  return planRender(timeline, planned, output, { speech, motion });
};

/** Stills have one picture and need no index. */
function readIndex({ asset, path }: MediaSource, streamIndex: number): PictureIndex | undefined {
  if (asset.kind !== 'video') return undefined;
  return readPictureIndex({ path, container: asset.container }, streamIndex);
}
