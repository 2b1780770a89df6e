/** Levels of floor and speech before and after, kept while frames go through. */
import { cellCount, cellWidth } from './cells.ts';
import type { NoiseProfile } from './profile-type.ts';

export type Levels = {
  readonly floorBeforeDbfs: number;
  readonly floorAfterDbfs: number;
  readonly speechBeforeDbfs: number;
  readonly speechAfterDbfs: number;
};

export type LevelTally = {
  add(powers: Float64Array, noise: Float64Array, gains: Float64Array): void;
  /** The levels that the profile found, and how far each was moved so far. */
  read(profile: NoiseProfile): Levels;
};

/** A frame counts as floor below twice the noise that was found in it, as speech from four times that on. */
const [floorRatio, speechRatio] = [2, 4];

export function createLevelTally(): LevelTally {
  const widths = Float64Array.from({ length: cellCount }, (_, cell) => cellWidth(cell));
  const floor = { before: 0, after: 0 };
  const speech = { before: 0, after: 0 };
  return {
    add(powers, noise, gains) {
      let [before, after, hidden, hiddenAfter] = [0, 0, 0, 0];
      for (let cell = 0; cell < cellCount; cell++) {
        const width = widths[cell]!;
        const passed = gains[cell]! * gains[cell]! * width;
        before += width * powers[cell]!;
        after += passed * powers[cell]!;
        hidden += width * noise[cell]!;
        hiddenAfter += passed * noise[cell]!;
      }
      if (before < floorRatio * hidden) {
        floor.before += before;
        floor.after += after;
      } else if (before > speechRatio * hidden) {
        speech.before += before - hidden;
        speech.after += Math.max(0, after - hiddenAfter);
      }
    },
    read: ({ floorDbfs, speechDbfs }) => ({
      floorBeforeDbfs: floorDbfs,
      floorAfterDbfs: floorDbfs + changeDb(floor),
      speechBeforeDbfs: speechDbfs,
      speechAfterDbfs: speechDbfs + changeDb(speech),
    }),
  };
}

function changeDb({ before, after }: { readonly before: number; readonly after: number }): number {
  return before > 0 ? Math.max(-120, 10 * Math.log10(after / before + 1e-12)) : 0;
}
