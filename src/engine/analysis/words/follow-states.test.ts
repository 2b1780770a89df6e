import { expect, test } from 'vitest';
import type { Ticks } from '#core/time';
import { followStates, type Chain } from './follow-states.ts';
import { snapToPauses } from './snap-to-pauses.ts';

/** The best sum over all ways, by asking every link in every frame. */
function bestSum(chain: Chain, scores: readonly Float32Array[]): number {
  const links = chain.states.length;
  let sums: number[] = Array.from({ length: links }, (_, link) => (link === 0 || (link === 1 && chain.optional[0] === 1) ? scores[0]![chain.states[link]!]! : -Infinity)); // prettier-ignore
  for (const own of scores.slice(1)) {
    sums = sums.map((stay, link) => {
      const entry = chain.entry[link]!;
      const next = link > 0 ? sums[link - 1]! + entry : -Infinity;
      const skip = link > 1 && chain.optional[link - 1] === 1 ? sums[link - 2]! + entry : -Infinity;
      return Math.max(stay, next, skip) + own[chain.states[link]!]!;
    });
  }
  return Math.max(sums.at(-1)!, chain.optional[links - 1] === 1 ? sums.at(-2)! : -Infinity);
}

function sumOf(chain: Chain, scores: readonly Float32Array[], path: Int32Array): number {
  return path.reduce((sum, link, frame) => {
    const before = frame === 0 ? (link === 0 ? 0 : chain.optional[0] === 1 && link === 1 ? 1 : Number.NaN) : path[frame - 1]!;
    const step = frame === 0 ? 0 : link - before;
    expect(step === 0 || step === 1 || (step === 2 && chain.optional[link - 1] === 1)).toBe(true);
    return sum + scores[frame]![chain.states[link]!]! + (step > 0 ? chain.entry[link]! : 0);
  }, 0);
}

test('the way found is as likely as the best of all, whatever is settled on the way', () => {
  const seed = 20_261_121;
  let state = seed;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  for (let round = 0; round < 60; round++) {
    const links = 3 + Math.floor(random() * 20);
    const frames = links + Math.floor(random() * (round < 50 ? 40 : 1600));
    const chain: Chain = {
      states: Int16Array.from({ length: links }, () => Math.floor(random() * 6)),
      optional: Uint8Array.from({ length: links }, (_, index) => (index % 3 === 0 ? 1 : 0)),
      entry: Float32Array.from({ length: links }, () => -Math.floor(random() * 4)),
    };
    const scores = Array.from({ length: frames }, () => Float32Array.from({ length: 6 }, () => Math.round(random() * -40) / 4));
    const path = followStates(chain, { frames, score: (frame) => scores[frame]!, beam: Infinity })!;
    expect(path).toHaveLength(frames);
    expect(sumOf(chain, scores, path), `seed ${seed}, round ${round}`).toBeCloseTo(bestSum(chain, scores), 2);
  }
});

test('a chain that is longer than its frames has no way through', () => {
  const chain: Chain = { states: new Int16Array(9), optional: new Uint8Array(9), entry: new Float32Array(9) };
  expect(followStates(chain, { frames: 5, score: () => new Float32Array(1), beam: Infinity })).toBeUndefined();
});

test('sentences whose times are only near end in the pauses that are heard', () => {
  const at = (seconds: number) => Math.round(seconds * 705_600_000) as Ticks;
  const word = (start: number, end: number) => ({ start: at(start), end: at(end), fit: -1 });
  const speech = [
    { start: at(0.2), duration: at(1.8) },
    { start: at(2.6), duration: at(1.4) },
  ];
  const moved = snapToPauses([word(0.2, 0.8), word(0.8, 1.5), word(1.5, 2.2), word(2.2, 4)], [false, true, false, true], speech);
  const times = moved.map(({ start, end }) => [start, end].map((time) => Number((time / 705_600_000).toFixed(2))));
  expect(times[1]![1]).toBe(2);
  expect(times[2]![0]).toBe(2.6);
  expect(times[3]![1]).toBe(4);
  for (const [index, [start, end]] of times.entries()) {
    expect(end).toBeGreaterThan(start!);
    expect(start).toBeGreaterThanOrEqual(times[index - 1]?.[1] ?? 0);
  }
});
