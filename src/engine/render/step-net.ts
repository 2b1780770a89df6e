/** A net of filters as it is put together: each step says whose results it takes. */
import type { DrawStep, GraphStep } from '#engine/media';

export type StepNet = {
  /** Adds a step that takes the results with these numbers; gives the number of its own. */
  add(filter: string, options: DrawStep['options'], ...from: number[]): number;
  /** Adds steps one after the other behind `from`. */
  chain(steps: readonly DrawStep[], from: number): number;
  readonly steps: readonly GraphStep[];
};

/** Numbers below `inputs` are the pictures that go in. */
export function createStepNet(inputs: number): StepNet {
  const steps: GraphStep[] = [];
  const add: StepNet['add'] = (filter, options, ...from) => {
    steps.push({ filter, options, from });
    return inputs + steps.length - 1;
  };
  return { steps, add, chain: (list, from) => list.reduce((at, { filter, options }) => add(filter, options, at), from) };
}
