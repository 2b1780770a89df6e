/** Cuts the picture of a plan into parts that several workers make at once. Pure. */
import type { VideoSpan } from '#engine/plan';

export type SpanPart = { readonly firstSpan: number; readonly spanCount: number };

/** A copied frame costs about a hundredth of an encoded one. */
const copyWeight = 0.01;
/** Fewer encoded frames than this are not worth a process of their own. */
const leastFrames = 240;

/** At most `workers` parts, end to end, of about the same work; one where more would not pay. */
export function splitSpans(spans: readonly VideoSpan[], workers: number): SpanPart[] {
  const weights = spans.map((span) => span.frames * (span.kind === 'copy' ? copyWeight : 1));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const count = Math.max(1, Math.min(workers, spans.length, Math.floor(total / leastFrames)));
  const parts: SpanPart[] = [];
  let first = 0;
  let done = 0;
  for (const [index, weight] of weights.entries()) {
    done += weight;
    const last = index === spans.length - 1;
    const isFull = done >= (total * (parts.length + 1)) / count && parts.length < count - 1;
    if (!last && !isFull) continue;
    parts.push({ firstSpan: first, spanCount: index + 1 - first });
    first = index + 1;
  }
  return parts;
}
