/** Levels of floor and speech before and after, kept while frames go through. */
import { powerToDb, silenceDb } from '#core/dsp';
import { cellCount, cellWidth } from './cells.ts';
import type { NoiseProfile } from './profile-type.ts';

export type Levels = {
  readonly floorBeforeDbfs: number;
  readonly floorAfterDbfs: number;
  readonly speechBeforeDbfs: number;
  readonly speechAfterDbfs: number;
};

export type LevelTally = {
  /** One frame: its powers, the noise found in it, the gains it was given. */
  add(powers: Float64Array, noise: Float64Array, gains: Float64Array): void;
  /** The levels that the profile found, and where they came out. */
  read(profile: NoiseProfile): Levels;
};

/** A frame is quiet below three times the noise that was found in it, and holds speech from four times that on. */
const [quietRatio, speechRatio] = [3, 4];
/** Floor is what has so many quiet frames on both sides: words end softly. */
const quietAround = 4;

export function createLevelTally(): LevelTally {
  const widths = Float64Array.from({ length: cellCount }, (_, cell) => cellWidth(cell));
  const window = 2 * quietAround + 1;
  const [recentBefore, recentAfter] = [new Float64Array(window), new Float64Array(window)];
  const floor = { before: 0, after: 0 };
  const speech = { before: 0, after: 0 };
  let seen = 0;
  let quietRun = 0;
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
      recentBefore[seen % window] = before;
      recentAfter[seen % window] = after;
      seen++;
      quietRun = before < quietRatio * hidden ? quietRun + 1 : 0;
      if (quietRun >= window) {
        const middle = (seen - 1 - quietAround) % window;
        floor.before += recentBefore[middle]!;
        floor.after += recentAfter[middle]!;
      }
      if (before > speechRatio * hidden) {
        speech.before += before - hidden;
        speech.after += Math.max(0, after - hiddenAfter);
      }
    },
    read: ({ floorDbfs, steadyFloorDbfs, speechDbfs }) => ({
      floorBeforeDbfs: floorDbfs,
      floorAfterDbfs: moved(steadyFloorDbfs, floor),
      speechBeforeDbfs: speechDbfs,
      speechAfterDbfs: moved(speechDbfs, speech),
    }),
  };
}

function moved(levelDbfs: number, { before, after }: { readonly before: number; readonly after: number }): number {
  return before > 0 ? Math.max(silenceDb, levelDbfs + powerToDb(after / before)) : levelDbfs;
}
