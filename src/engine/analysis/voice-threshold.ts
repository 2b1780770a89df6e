/**
 * From which probability on a window counts as a voice, read from the recording.
 *
 * The detector is sure of clear speech and of clear silence; noise pulls its answers for speech down, music pulls those
 * for silence up. The best border lies between the two heaps of answers (Otsu's method on their histogram), within limits,
 * and at the detector's own 0.5 where there are no two heaps.
 */

const usual = 0.5;
const [lowest, highest] = [0.25, 0.6];
const steps = 50;
/** Fewer answers than this share in either heap are no heap. */
const leastShare = 0.05;
/** The heaps' means have to be this far apart. */
const leastDistance = 0.4;

export function adaptThreshold(voice: Float32Array): number {
  const counts = new Float64Array(steps);
  for (const value of voice) counts[Math.min(steps - 1, Math.floor(value * steps))]!++;
  const total = voice.length;
  const all = counts.reduce((sum, count, step) => sum + count * middle(step), 0);
  let best = { spread: 0, first: 0, last: 0, share: 0, distance: 0 };
  let [below, sumBelow] = [0, 0];
  for (let step = 0; step < steps - 1; step++) {
    below += counts[step]!;
    sumBelow += counts[step]! * middle(step);
    const above = total - below;
    if (below === 0 || above === 0) continue;
    const distance = (all - sumBelow) / above - sumBelow / below;
    const spread = below * above * distance * distance;
    // Between two heaps with nothing between them every border is as good: the middle is taken.
    if (spread > best.spread * (1 + 1e-9))
      best = { spread, first: step, last: step, share: Math.min(below, above) / total, distance };
    else if (spread >= best.spread * (1 - 1e-9)) best.last = step;
  }
  if (best.share < leastShare || best.distance < leastDistance) return usual;
  return Math.min(highest, Math.max(lowest, (1 + (best.first + best.last) / 2) / steps));
}

function middle(step: number): number {
  return (step + 0.5) / steps;
}
