/**
 * Hard cuts: one step at which most of the picture is new while the steps around it are small. A flash is new too, but what
 * was there before comes back.
 */
import type { Ticks } from '#core/time';
import { ticksPerSecond } from '#core/time';
import { isPlain, measureChange, type Change, type Sight } from './change.ts';

export type FoundCut = {
  /** The first picture of the new shot. */
  readonly at: Ticks;
  /** The last one that was looked at before it. */
  readonly before: Ticks;
  readonly isKey: boolean;
  readonly strength: number;
  /** The picture before or after it is plain: a fade may begin or end with so large a step. */
  readonly fromPlain: boolean;
  readonly toPlain: boolean;
};
export type FoundFlash = { readonly from: Ticks; readonly to: Ticks };

export type CutFinder = {
  push(sight: Sight, change: Change | undefined): void;
  finish(): { readonly cuts: readonly FoundCut[]; readonly flashes: readonly FoundFlash[] };
};

/** How much a step is one from shot to shot: cuts on labelled films lie above 0.14, nine in ten above 0.3. */
export function cutStrength({ novelty, color }: Pick<Change, 'novelty' | 'color'>): number {
  return novelty * (0.3 + color);
}

const leastStrength = 0.12;
/** Times the strongest other step within `around` steps. */
const standsOut = 2;
const around = 5;
/** Steps that are waited for before one is decided: a quarter of a second of the fastest films. */
const ahead = 20;
/** What comes back within this was a flash, or a picture that does not belong. */
const flashSeconds = 0.25;

type Step = { readonly sight: Sight; readonly strength: number };

export function createCutFinder(): CutFinder {
  const steps: Step[] = [];
  const cuts: FoundCut[] = [];
  const flashes: FoundFlash[] = [];
  /** Steps up to here are part of a flash and not looked at again. */
  let passed = 0;
  let dropped = 0;

  function decide(index: number): void {
    const step = steps[index]!;
    if (step.strength < leastStrength || index === 0 || dropped + index < passed) return;
    const back = returnsAt(index);
    if (back !== undefined) {
      flashes.push({ from: step.sight.at, to: steps[back]!.sight.at });
      passed = dropped + back + 1;
      return;
    }
    const others = steps.slice(Math.max(0, index - around), index + around + 1);
    const rest = others.map(({ strength }) => strength).filter((strength) => strength !== step.strength);
    // In fast edits there may be another cut nearby, which does not make this one weaker.
    const median = rest.toSorted((a, b) => a - b)[rest.length >> 1] ?? 0;
    const beside = Math.max(steps[index - 1]!.strength, steps[index + 1]?.strength ?? 0);
    if (step.strength < standsOut * beside || step.strength < 3 * median) return;
    const before = steps[index - 1]!.sight;
    const { at, isKey } = step.sight;
    const plain = { fromPlain: isPlain(before), toPlain: isPlain(step.sight) };
    cuts.push({ at, before: before.at, isKey, strength: step.strength, ...plain });
  }

  /** The step after which the picture before `index` is back. */
  function returnsAt(index: number): number | undefined {
    const old = steps[index - 1]!.sight;
    for (let later = index + 1; later < steps.length; later++) {
      const { sight } = steps[later]!;
      if (sight.at - steps[index]!.sight.at > flashSeconds * ticksPerSecond) return undefined;
      const change = measureChange(old, sight);
      if (cutStrength(change) < Math.min(leastStrength, steps[index]!.strength / 3) && change.color < 0.15) return later;
    }
    return undefined;
  }

  return {
    push(sight, change) {
      steps.push({ sight, strength: change === undefined ? 0 : cutStrength(change) });
      if (steps.length > ahead) decide(steps.length - 1 - ahead);
      if (steps.length <= 2 * ahead) return;
      steps.shift();
      dropped++;
    },
    finish() {
      for (let index = Math.max(0, steps.length - ahead); index < steps.length; index++) decide(index);
      return { cuts, flashes };
    },
  };
}
