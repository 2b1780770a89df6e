/** What looks like a jump in time and is none: lettering that comes and goes, and pictures left out in a steady beat. */
import type { JumpCut } from '#core/facts';
import type { Ticks } from '#core/time';

/** Rows of blocks that lettering takes at most, as a share of all, and where its middle lies. */
const [mostRows, lowerHalf, upperEdge] = [0.34, 0.62, 0.2];

/** Whether blocks that changed at once are a strip at the lower or upper edge: a name, a caption, a banner. */
export function isLettering(changed: readonly number[], columns: number, rows: number): boolean {
  const lines = changed.map((block) => Math.floor(block / columns));
  const [top, bottom] = [Math.min(...lines), Math.max(...lines) + 1];
  const middle = (top + bottom) / 2 / rows;
  return bottom - top <= Math.ceil(mostRows * rows) && (middle >= lowerHalf || middle <= upperEdge);
}

/** Longest beat that is looked for, in pictures, the share of the jumps that must lie on it, and how seldom chance may bring so many there. */
const [longestBeat, onBeat, oddsAgainst] = [12, 0.7, 10_000];
/** What stands out more than this from the movement around it is no picture left out. */
const strongJump = 3.5;

/**
 * Without those that recur every few pictures: film brought from 30 to 25 pictures a second leaves one out of every six, and where
 * something moves that step is twice the others.
 */
export function withoutBeat(jumps: readonly JumpCut[], pictureDuration: Ticks): JumpCut[] {
  const weak = jumps.filter(({ strength }) => strength < strongJump);
  if (pictureDuration <= 0) return [...jumps];
  for (let beat = 3; beat <= longestBeat; beat++) {
    const counts = new Map<number, JumpCut[]>();
    for (const jump of weak) {
      const phase = Math.round(jump.at / pictureDuration) % beat;
      counts.set(phase, [...(counts.get(phase) ?? []), jump]);
    }
    for (const same of counts.values())
      // Chance puts one in `beat` of them on the phase of the first.
      if (same.length >= onBeat * weak.length && beat ** (same.length - 1) >= oddsAgainst)
        return jumps.filter((jump) => !same.includes(jump));
  }
  return [...jumps];
}
