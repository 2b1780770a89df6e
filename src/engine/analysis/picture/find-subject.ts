/**
 * Where what matters is: what moves by itself, most of all where it was before and near the upper middle. What comes to rest stays
 * what it was; a change of shot begins anew.
 */
import type { FramingFacts } from '#core/facts';
import { subtractTicks, ticksPerSecond, type Ticks } from '#core/time';
import { blockSide, blocksOf, type Change, type Sight } from './change.ts';

export type SubjectFinder = {
  push(sight: Sight, change: Change | undefined): void;
  /** Twice a second. */
  finish(): FramingFacts['subject'];
};

const stepSeconds = 0.5;
/** What is kept of movement from picture to picture. */
const memory = 0.86;
/** Luma steps that count of a block at most, so that one flashing corner is not all. */
const mostEnergy = 20;
/** Mean over the blocks of a subject below which nothing moves. */
const leastEnergy = 0.6;
/** Half of what a head and shoulders take, in widths and heights. */
const [reachX, reachY] = [0.1, 0.18];
/** More than this of the picture is new: another shot. */
const newShot = 0.5;

type Place = { readonly x: number; readonly y: number };

export function createSubjectFinder(): SubjectFinder {
  const subject: { at: FramingFacts['subject'][number]['at']; x: number; y: number }[] = [];
  let energy: Float32Array | undefined;
  let known: Place | undefined;
  let due = -Infinity;
  // What is remembered is of a while ago: the mean time of it, and how much it weighs.
  let last: number | undefined;
  let [age, weight] = [0, 0];

  return {
    push(sight, change) {
      const [columns, rows] = blocksOf(sight);
      energy ??= new Float32Array(columns * rows);
      if (change !== undefined && change.novelty > newShot) {
        energy.fill(0);
        known = undefined;
        [age, weight] = [0, 0];
        due = sight.at + (stepSeconds / 2) * ticksPerSecond;
        return;
      }
      for (let block = 0; block < energy.length; block++)
        energy[block] = energy[block]! * memory + Math.min(mostEnergy, change?.near[block] ?? 0);
      if (last !== undefined) age += sight.at - last;
      last = sight.at;
      age = (age * weight * memory) / (weight * memory + 1);
      weight = weight * memory + 1;
      if (sight.at < due || change === undefined) return;
      due = sight.at + stepSeconds * ticksPerSecond;
      const inside = { x: (blockSide * columns) / sight.half.width, y: (blockSide * rows) / sight.half.height };
      known = strongest(energy, [columns, rows], known) ?? known;
      if (known !== undefined)
        subject.push({
          at: subtractTicks(sight.at, Math.round(age) as Ticks),
          x: round(known.x * inside.x),
          y: round(known.y * inside.y),
        });
    },
    finish: () => subject,
  };
}

/** Undefined where hardly anything moves. */
function strongest(
  energy: Float32Array,
  [columns, rows]: readonly [number, number],
  known: Place | undefined,
): Place | undefined {
  const mean = energy.reduce((sum, value) => sum + value, 0) / energy.length;
  const stands = energy.map((value) => Math.max(0, value - 1.2 * mean));
  const reach = [Math.max(1, Math.round(reachX * columns)), Math.max(1, Math.round(reachY * rows))] as const;
  const around = meanAround(stands, [columns, rows], reach);
  let [best, place] = [0, 0];
  for (let block = 0; block < around.length; block++) {
    const at = middleOf(block, columns, rows);
    const prior = Math.exp(-(((at.x - 0.5) / 0.5) ** 2 + ((at.y - 0.45) / 0.45) ** 2) / 2);
    const near = known === undefined ? 0 : Math.exp(-(((at.x - known.x) / 0.15) ** 2 + ((at.y - known.y) / 0.25) ** 2));
    const score = around[block]! * prior * (1 + near);
    if (score > best) [best, place] = [score, block];
  }
  if (around[place]! < leastEnergy) return undefined;
  // The middle of what moves there, more exactly than a block.
  const [column, row] = [place % columns, Math.floor(place / columns)];
  let [sum, x, y] = [0, 0, 0];
  for (let block = 0; block < stands.length; block++) {
    const far = Math.hypot(((block % columns) - column) / (2 * reach[0]), (Math.floor(block / columns) - row) / (2 * reach[1]));
    if (far > 1) continue;
    const at = middleOf(block, columns, rows);
    const weight = stands[block]! * (1 - far * far);
    sum += weight;
    x += weight * at.x;
    y += weight * at.y;
  }
  return sum === 0 ? middleOf(place, columns, rows) : { x: x / sum, y: y / sum };
}

function middleOf(block: number, columns: number, rows: number): Place {
  return { x: ((block % columns) + 0.5) / columns, y: (Math.floor(block / columns) + 0.5) / rows };
}

function meanAround(
  values: Float32Array,
  [columns, rows]: readonly [number, number],
  [rx, ry]: readonly [number, number],
): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let y = Math.max(0, row - ry); y <= Math.min(rows - 1, row + ry); y++)
        for (let x = Math.max(0, column - rx); x <= Math.min(columns - 1, column + rx); x++) sum += values[y * columns + x]!;
      // What lies outside the picture does not move.
      result[row * columns + column] = sum / ((2 * rx + 1) * (2 * ry + 1));
    }
  return result;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
