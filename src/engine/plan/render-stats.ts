import type { RenderStats } from '#core/facts';
import type { RenderPlan } from './render-plan.ts';

/** How many pictures of a plan are copied and how many encoded; undefined for sound-only files. */
export function renderStats({ video, reasons }: RenderPlan): RenderStats | undefined {
  if (video === undefined) return undefined;
  const encoded = video.spans.reduce((sum, span) => sum + (span.kind === 'encode' ? span.frames : 0), 0);
  return {
    frames: video.frames,
    copied: video.frames - encoded,
    encoded,
    ...(reasons.length === 0 ? {} : { reason: reasons.join('; ') }),
  };
}
