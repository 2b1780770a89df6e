/** Where a picture shakes so that a viewer minds: not for one jolt, not where somebody passes close by, not on a blank screen. */
import type { ShakeFacts, ShakeRange } from '#core/facts';
import { seconds, type Ticks } from '#core/time';

/** Per cent of the width: a phone in a walking hand comes to four times that. */
const leastPercent = 0.3;
/** Less of the picture with something to see in it is lettering, or somebody before a plain wall. */
const leastFilled = 0.6;
/** A shorter stretch is a camera that is put down or turned round, unless it is a good part of all there is. */
const leastTogether = seconds(5);
const goodPart = 0.4;

/** The stretches that shake; empty where they are too short to matter. */
export function shakyStretches({ ranges }: ShakeFacts, duration: Ticks): readonly ShakeRange[] {
  const shaky = ranges.filter(
    ({ usualPercent, shakePercent, filled }) => Math.min(usualPercent, shakePercent) >= leastPercent && filled >= leastFilled,
  );
  const total = shaky.reduce((sum, range) => sum + range.duration, 0);
  return total >= Math.min(leastTogether, goodPart * duration) ? shaky : [];
}
