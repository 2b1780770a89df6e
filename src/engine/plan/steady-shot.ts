/**
 * One shot held still: its way is smoothed and held to the room that the zoom leaves by turns, which is a projected gradient and
 * draws it taut. Shifts and turns share the room, so they are projected together. Poses are chained as they are, turned and grown,
 * not summed: where a camera rolls, sums go astray.
 */
import type { MotionFacts } from '#core/facts';
import { ticksPerSecond } from '#core/time';
import { nearestPose, turnWeight, zoomFor, type Frame, type Margin } from './steady-room.ts';

const million = 1e6;
/** Share of the points that must have moved alike for a motion to count. */
const leastTrust = 12;
/** Standard deviation of one smoothing, and how often it is done: together about two seconds. */
const smoothSeconds = 0.3;
const rounds = 40;
/** As shaking is measured. */
const measuredSeconds = 0.4;
/** The way depends on how pictures are turned: it is drawn again so often. */
const ways = 4;
/** Within this everything is enlarged alike; only what shakes harder is enlarged further, for as long as it does. */
const usualZoom = 1.15;
/** A further enlargement comes and goes over this. */
const breathSeconds = 1.5;

export type Moves = {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly turn: Float64Array;
  /** Enlargement of the picture beside the window's: 0 for none. */
  readonly growth: Float64Array;
};

/** By how much rows lean, across and down, for each unit below the middle. */
export type Leans = { readonly x: Float64Array; readonly y: Float64Array };

export type SteadyShot = {
  readonly moves: Moves;
  readonly leans: Leans;
  /** Enlargement of the window, picture by picture: slow, and all that it takes. */
  readonly zoom: Float64Array;
  /** Unrest of the pictures as they were and as they are held, sums of squares of shares of the width. */
  readonly before: number;
  readonly left: number;
};

/** `readout`: share of the time between pictures in which their rows are read. */
export type Wish = Frame & { readonly strength: number; readonly maxZoom: number; readonly readout: number };

/** Pictures `from` … `to` of a shot. */
export function steadyShot(motion: MotionFacts, from: number, to: number, wish: Wish): SteadyShot {
  const count = to - from;
  const read = (list: readonly number[]) =>
    Float64Array.from({ length: count }, (_, index) =>
      index > 0 && motion.trust[from + index]! >= leastTrust ? list[from + index]! / million : 0,
    );
  const steps: Moves = { x: read(motion.x), y: read(motion.y), turn: read(motion.turn), growth: read(motion.growth) };
  const seconds = Math.max(1e-3, (motion.at[to - 1]! - motion.at[from]!) / ticksPerSecond);
  const perSecond = count > 1 ? (count - 1) / seconds : 25;
  const kernel = kernelFor(smoothSeconds * perSecond);
  const leans = leansOf(steps, wish);
  const margins = Float64Array.from({ length: 2 * count }, (_, index) =>
    Math.abs((wish.aspect / 2) * (index % 2 === 0 ? leans.x : leans.y)[index >> 1]!),
  );
  const moves = drawTaut(steps, kernel, { ...wish, margins });
  for (const list of Object.values(moves)) for (let index = 0; index < count; index++) list[index]! *= wish.strength;
  const needs = Float64Array.from(moves.x, (x, index) =>
    zoomFor({ x, y: moves.y[index]!, turn: moves.turn[index]!, growth: moves.growth[index]! }, wish, marginAt(margins, index)),
  );
  const zoom = breathe(needs, Math.max(1, Math.round(breathSeconds * perSecond)));
  return { moves, leans, zoom, ...unrest(steps, moves, { zoom, kernel: kernelFor(measuredSeconds * perSecond) }) };
}

function unrest(
  steps: Moves,
  moves: Moves,
  { zoom, kernel }: { readonly zoom: Float64Array; readonly kernel: Float64Array },
): Pick<SteadyShot, 'before' | 'left'> {
  const [x, y] = wayOf(steps, moves);
  const mean = zoom.reduce((sum, value) => sum + value, 0) / zoom.length;
  const turned = sumOf(steps.turn);
  const held = [added(x, moves.x), added(y, moves.y)].map((way) => way.map((value) => value * mean));
  return {
    before: unrestOf([sumOf(steps.x), sumOf(steps.y), turned], kernel),
    left: unrestOf([...held, added(turned, moves.turn)], kernel),
  };
}

/** A row that is read later is where the camera had got to by then: its speed, as the steps to and from the picture tell it. */
function leansOf({ x, y }: Moves, { aspect, readout, strength }: Wish): Leans {
  const lean = (list: Float64Array) =>
    list.map((step, index) => (readout * strength * (step + (list[index + 1] ?? step))) / 2 / aspect);
  return { x: lean(x), y: lean(y) };
}

function marginAt(margins: Float64Array, index: number): Margin {
  return [margins[2 * index]!, margins[2 * index + 1]!];
}

function drawTaut(steps: Moves, kernel: Float64Array, wish: Wish & { readonly margins: Float64Array }): Moves {
  const count = steps.x.length;
  const moves: Moves = {
    x: new Float64Array(count),
    y: new Float64Array(count),
    turn: new Float64Array(count),
    growth: quietGrowth(sumOf(steps.growth), kernel, 0.04 * (wish.maxZoom - 1)),
  };
  const turned = sumOf(steps.turn);
  const held = new Float64Array(3);
  for (let way = 0; way < ways; way++) {
    const [x, y] = wayOf(steps, moves);
    for (let round = 0; round < rounds / ways; round++) {
      const quietX = smooth(added(x, moves.x), kernel);
      const quietY = smooth(added(y, moves.y), kernel);
      const quietTurn = smooth(added(turned, moves.turn), kernel);
      for (let index = 0; index < count; index++) {
        const pose = { x: quietX[index]! - x[index]!, y: quietY[index]! - y[index]!, turn: quietTurn[index]! - turned[index]! };
        const frame = { aspect: wish.aspect, margin: marginAt(wish.margins, index) };
        nearestPose(pose, wish.maxZoom, 1 + moves.growth[index]!, frame, held);
        moves.x[index] = held[0]!;
        moves.y[index] = held[1]!;
        moves.turn[index] = held[2]!;
      }
    }
  }
  return moves;
}

/** Where the middle of the picture goes as it is seen after the moves, less the moves themselves. */
function wayOf(steps: Moves, moves: Moves): readonly [Float64Array, Float64Array] {
  const count = steps.x.length;
  const [x, y] = [new Float64Array(count), new Float64Array(count)];
  for (let index = 1; index < count; index++) {
    const scale = 1 + moves.growth[index]!;
    const [cos, sin] = [scale * Math.cos(moves.turn[index]!), scale * Math.sin(moves.turn[index]!)];
    const [dx, dy] = [steps.x[index]!, steps.y[index]!];
    // What is left of turning and growing swings the shift before about the middle.
    const turn = steps.turn[index]! + moves.turn[index]! - moves.turn[index - 1]!;
    const growth = ((1 + steps.growth[index]!) * scale) / (1 + moves.growth[index - 1]!);
    const [real, imaginary] = [growth * Math.cos(turn) - 1, growth * Math.sin(turn)];
    const [beforeX, beforeY] = [moves.x[index - 1]!, moves.y[index - 1]!];
    x[index] = x[index - 1]! + cos * dx - sin * dy - (real * beforeX - imaginary * beforeY);
    y[index] = y[index - 1]! + sin * dx + cos * dy - (imaginary * beforeX + real * beforeY);
  }
  return [x, y];
}

/** Growing in and out is the least of what is seen, and takes room from all else. */
function quietGrowth(grown: Float64Array, kernel: Float64Array, most: number): Float64Array {
  let quiet: Float64Array = Float64Array.from(grown);
  for (let round = 0; round < rounds; round++) {
    quiet = smooth(quiet, kernel);
    for (let index = 0; index < quiet.length; index++)
      quiet[index] = Math.max(grown[index]! - most, Math.min(grown[index]! + most, quiet[index]!));
  }
  return quiet.map((value, index) => value - grown[index]!);
}

function sumOf(steps: Float64Array): Float64Array {
  let sum = 0;
  return steps.map((step) => (sum += step));
}

function added(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(a.length);
  for (let index = 0; index < a.length; index++) result[index] = a[index]! + b[index]!;
  return result;
}

/** Never below the need, never faster than a breath: the most around each picture, then the mean of that. */
function breathe(needs: Float64Array, reach: number): Float64Array {
  const least = Math.min(usualZoom, maxOf(needs, 0, needs.length - 1));
  const last = needs.length - 1;
  const peaks = needs.map((_, index) => Math.max(least, maxOf(needs, index - reach, index + reach)));
  return peaks.map((_, index) => {
    let [sum, weights] = [0, 0];
    for (let step = -reach; step <= reach; step++) {
      const weight = 1 + Math.cos((Math.PI * step) / (reach + 1));
      sum += weight * peaks[Math.max(0, Math.min(last, index + step))]!;
      weights += weight;
    }
    return sum / weights;
  });
}

function maxOf(values: Float64Array, from: number, to: number): number {
  let most = -Infinity;
  for (let index = Math.max(0, from); index <= Math.min(values.length - 1, to); index++) most = Math.max(most, values[index]!);
  return most;
}

function kernelFor(pictures: number): Float64Array {
  const deviation = Math.max(0.8, pictures);
  const reach = Math.ceil(2.5 * deviation);
  return Float64Array.from({ length: reach + 1 }, (_, index) => Math.exp(-0.5 * (index / deviation) ** 2));
}

/** Ends are carried on as straight as they came, turned about the last point: a pan at the end of a shot is not slowed down. */
function smooth(values: Float64Array, kernel: Float64Array): Float64Array {
  const [reach, last] = [kernel.length - 1, values.length - 1];
  const wide = new Float64Array(values.length + 2 * reach);
  wide.set(values, reach);
  for (let step = 1; step <= reach; step++) {
    wide[reach - step] = 2 * values[0]! - values[Math.min(last, step)]!;
    wide[reach + last + step] = 2 * values[last]! - values[Math.max(0, last - step)]!;
  }
  let weights = kernel[0]!;
  for (let step = 1; step <= reach; step++) weights += 2 * kernel[step]!;
  const result = new Float64Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const at = index + reach;
    let sum = kernel[0]! * wide[at]!;
    for (let step = 1; step <= reach; step++) sum += kernel[step]! * (wide[at - step]! + wide[at + step]!);
    result[index] = sum / weights;
  }
  return result;
}

/** Sums of squares over the pictures of what is faster than a person pans, as shaking is measured; shifts in shares of the width. */
function unrestOf(ways: readonly Float64Array[], kernel: Float64Array): number {
  let squares = 0;
  for (const [which, way] of ways.entries()) {
    const weight = which === 2 ? turnWeight : 1;
    const quiet = smooth(way, kernel);
    for (let index = 0; index < way.length; index++) squares += (weight * (way[index]! - quiet[index]!)) ** 2;
  }
  return squares;
}
