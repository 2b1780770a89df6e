/** What part of the time between pictures a camera's rows are read in, told by how pictures lean when it speeds up. */
import type { MotionFacts } from '#core/facts';

/** Correlation of leaning with speeding up below which the one does not come from the other. */
const leastCorrelation = 0.5;
/** Nobody sees less; no camera has more. */
const [least, most] = [0.08, 1.1];
/** Pictures that it takes to be sure. */
const leastPictures = 20;
const leastTrust = 30;

/**
 * 0 … 1; 0 where nothing says that the shutter rolled. `aspect` is height over width.
 *
 * Rows read later have moved on by the speed of that moment. From picture to picture a row so moves further than one above it by what
 * the speed changed in between: the slope of the one over the other is the time it takes to read all rows.
 */
export function readoutOf({ x, y, leanX, leanY, trust, starts, at }: MotionFacts, aspect: number): number {
  if (leanX === undefined || leanY === undefined) return 0;
  const cuts = new Set<number>(starts);
  let [count, products, speeds, leans] = [0, 0, 0, 0];
  for (let index = 2; index + 1 < at.length; index++) {
    const around = [index - 1, index, index + 1];
    if (around.some((place) => trust[place]! < leastTrust || cuts.has(at[place]!))) continue;
    count++;
    for (const [steps, lean] of [
      [x, leanX],
      [y, leanY],
    ] as const) {
      const faster = (steps[index + 1]! - steps[index - 1]!) / 2 / aspect;
      products += lean[index]! * faster;
      speeds += faster * faster;
      leans += lean[index]! ** 2;
    }
  }
  if (count < leastPictures || speeds === 0 || leans === 0) return 0;
  const readout = products / speeds;
  const correlation = products / Math.sqrt(speeds * leans);
  return correlation < leastCorrelation || readout < least || readout > most ? 0 : Math.min(1, readout);
}
