/** Shares the spans of a plan out to workers. */
import type { RenderPlan, VideoSpan } from './render-plan.ts';

export type SpanShare = { readonly firstSpan: number; readonly spanCount: number };

/** Reaching the first frame of an encode span means decoding up to here; about half a usual group of pictures. */
const reachFrames = 30;
/** Encoding a frame costs about so many times a copied one's reading. */
const copyCost = 0.01;

/**
 * Divides all spans into at most `parts` runs of about equal work, in order. A run boundary costs a key frame at most.
 * Fewer come back where there is less to share; none for a plan without picture.
 */
export function splitSpans(plan: RenderPlan, parts: number): SpanShare[] {
  const spans = plan.video?.spans ?? [];
  const costs = spans.map(costOf);
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  const shares: SpanShare[] = [];
  let first = 0;
  let done = 0;
  for (let index = 0; index < spans.length; index++) {
    done += costs[index]!;
    const next = costs[index + 1] ?? 0;
    const goal = (total * (shares.length + 1)) / parts;
    // The nearer side of the goal: with or without the next span.
    const isFull = shares.length < parts - 1 && done + next - goal > goal - done;
    if (!isFull && index < spans.length - 1) continue;
    shares.push({ firstSpan: first, spanCount: index + 1 - first });
    first = index + 1;
  }
  return shares;
}

function costOf(span: VideoSpan): number {
  return span.kind === 'copy' ? span.frames * copyCost : span.frames + reachFrames;
}
