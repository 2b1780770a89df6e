/** Takes clicks out: each is replaced by what its surroundings tell; everything else passes as it is, bit by bit. */
import { autoRegression, clickOrder, fillMissing, findClicks, type SampleSpan } from '#core/dsp';
import { createFrameStage, type FrameStage } from './frame-stage.ts';

/** Samples around a click that its repair is told from. */
const context = 600;
/** A click rings on a little before and after it is seen. */
const margin = 3;

export type Declick = FrameStage & { readonly count: () => number };

/** For one channel at 48 kHz. */
export function createDeclick(): Declick {
  let count = 0;
  const stage = createFrameStage((samples, from, to) => {
    for (const { start, end } of findClicks(samples, { from, to })) {
      fillClick(samples, { start, end });
      count++;
    }
  });
  return { ...stage, count: () => count };
}

/** Fills one click from its surroundings. */
export function fillClick(samples: Float32Array, click: SampleSpan): void {
  const [start, end] = [Math.max(0, click.start - margin), Math.min(samples.length, click.end + margin)];
  const first = Math.max(0, start - context);
  const around = samples.subarray(first, Math.min(samples.length, end + context));
  const missing = Array.from({ length: end - start }, (_, index) => start - first + index);
  // A line over the click first, so that the click itself does not colour the model.
  const [a, b] = [around[start - first - 1] ?? 0, around[end - first] ?? 0];
  missing.forEach((place, index) => (around[place] = a + ((b - a) * (index + 1)) / (missing.length + 1)));
  const loudest = around.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  fillMissing(around, missing, autoRegression(around, clickOrder, 1e-6));
  for (const place of missing) around[place] = Math.max(-loudest, Math.min(loudest, around[place]!));
}
