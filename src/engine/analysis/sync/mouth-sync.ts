/**
 * Speech against the face that says it: places of the picture that grow lighter and darker as the sound grows louder and quieter
 * are looked for over all offsets; a mouth is one, and the offset at which it goes with the sound is that of the file.
 */
import { toSeconds } from '#core/time';
import { createFloatList } from '../float-list.ts';
import type { Look } from '../picture/look.ts';

/** Cells along each side of a place. */
const side = 4;
/** Sound levels per second. */
const levelsPerSecond = 100;
/** Only this long is looked at, in seconds: it is enough, and places are kept for all of it. */
const longest = 120;
/** Seconds on each side that the usual level is taken from. */
const usualReach = 0.5;
/** Places that move most, and how many of them. */
const mostPlaces = 60;
/** Offsets are looked for up to the first, those beyond it up to the second tell what chance gives; seconds. */
const [reach, beyond] = [1.5, 3] as const;
const step = 0.01;
const leastSeconds = 6;
/** A voice is heard for at least this share of the time; hits are not. */
const [leastHeard, heardLevel] = [0.2, 0.35] as const;

export type MouthMatch = {
  /** How late the sound is, seconds. */
  readonly offset: number;
  /** How well the best place goes with the sound there, 0 … 1. */
  readonly likeness: number;
  /** The same for the best other offset, and for offsets that cannot be. */
  readonly second: number;
  readonly chance: number;
};

export type LevelReader = { push(samples: Float32Array): void; finish(): Float32Array };

/** Loudness every 10 ms, mono samples at `rateHz`, rumble left out. */
export function createLevelReader(rateHz: number): LevelReader {
  const hop = Math.round(rateHz / levelsPerSecond);
  const levels = createFloatList();
  const one = new Float32Array(1);
  let [before, state, sum, count] = [0, 0, 0, 0];
  const keep = Math.exp((-2 * Math.PI * 200) / rateHz);
  return {
    push(samples) {
      for (const sample of samples) {
        state = keep * (state + sample - before);
        before = sample;
        sum += state * state;
        if (++count < hop) continue;
        // The fourth root of power: neither shouts nor whispers decide alone.
        one[0] = (sum / hop) ** 0.25;
        levels.append(one);
        sum = count = 0;
      }
    },
    finish: () => levels.all(),
  };
}

export type PlaceReader = { push(look: Look): void; finish(levels: Float32Array): MouthMatch | undefined };

export function createPlaceReader(): PlaceReader {
  const times: number[] = [];
  const rows: Float32Array[] = [];
  return {
    push(look) {
      const seconds = toSeconds(look.at);
      if (seconds > longest || (rows.length > 0 && rows[0]!.length !== placesOf(look).count)) return;
      times.push(seconds);
      rows.push(placeMeans(look));
    },
    finish: (levels) => match(times, rows, levels),
  };
}

function placesOf({ width, height }: Look): { readonly across: number; readonly count: number } {
  const across = Math.ceil(width / side);
  return { across, count: across * Math.ceil(height / side) };
}

function placeMeans(look: Look): Float32Array {
  const { across, count } = placesOf(look);
  const means = new Float32Array(count);
  for (let row = 0; row < look.height; row++) {
    const first = Math.floor(row / side) * across;
    for (let column = 0; column < look.width; column++)
      means[first + Math.floor(column / side)]! += look.luma[row * look.width + column]! / (side * side);
  }
  return means;
}

function match(times: readonly number[], rows: readonly Float32Array[], levels: Float32Array): MouthMatch | undefined {
  const count = times.length;
  if (count < 50 || times.at(-1)! - times[0]! < leastSeconds || !goesOn(levels)) return undefined;
  const perSecond = (count - 1) / (times.at(-1)! - times[0]!);
  const places = liveliest(rows, Math.round(usualReach * perSecond));
  const sound = withoutUsual(levels, Math.round(usualReach * levelsPerSecond));
  const lags = Math.round((2 * beyond) / step) + 1;
  const likeness = new Float32Array(lags);
  const heard = new Float32Array(count);
  for (let lag = 0; lag < lags; lag++) {
    const offset = lag * step - beyond;
    let energy = 0;
    for (let index = 0; index < count; index++) {
      const value = sound[Math.round((times[index]! + offset) * levelsPerSecond)] ?? 0;
      heard[index] = value;
      energy += value * value;
    }
    if (energy < 1e-9) continue;
    for (const place of places) {
      let sum = 0;
      for (let index = 0; index < count; index++) sum += place[index]! * heard[index]!;
      likeness[lag] = Math.max(likeness[lag]!, Math.abs(sum) / Math.sqrt(energy));
    }
  }
  return clearest(likeness);
}

function goesOn(levels: Float32Array): boolean {
  const top = levels.toSorted()[Math.floor(levels.length * 0.98)] ?? 0;
  return levels.reduce((sum, level) => sum + (level > heardLevel * top ? 1 : 0), 0) >= leastHeard * levels.length;
}

/** The places that change most, without what is slow, of length 1. */
function liveliest(rows: readonly Float32Array[], half: number): Float32Array[] {
  const places = Array.from({ length: rows[0]!.length }, (_, place) => {
    const values = withoutUsual(
      Float32Array.from(rows, (row) => row[place]!),
      half,
    );
    return { values, energy: values.reduce((sum, value) => sum + value * value, 0) };
  });
  return places
    .sort((a, b) => b.energy - a.energy)
    .slice(0, mostPlaces)
    .filter(({ energy }) => energy > 0)
    .map(({ values, energy }) => values.map((value) => value / Math.sqrt(energy)));
}

function withoutUsual(values: Float32Array, half: number): Float32Array {
  const sums = new Float64Array(values.length + 1);
  for (let index = 0; index < values.length; index++) sums[index + 1] = sums[index]! + values[index]!;
  return values.map((value, index) => {
    const [from, to] = [Math.max(0, index - half), Math.min(values.length, index + half + 1)];
    return value - (sums[to]! - sums[from]!) / (to - from);
  });
}

function clearest(likeness: Float32Array): MouthMatch {
  const offsetOf = (lag: number) => lag * step - beyond;
  let best = -1;
  let [second, chance] = [0, 0];
  for (const [lag, value] of likeness.entries())
    if (Math.abs(offsetOf(lag)) <= reach && (best < 0 || value > likeness[best]!)) best = lag;
  for (const [lag, value] of likeness.entries()) {
    if (Math.abs(lag - best) * step <= 0.2) continue;
    if (Math.abs(offsetOf(lag)) <= reach) second = Math.max(second, value);
    else chance = Math.max(chance, value);
  }
  // The middle of what lies over half of the top, since the top itself is flat.
  const level = (likeness[best]! + second) / 2;
  let [weight, moment] = [0, 0];
  for (let lag = Math.max(0, best - 15); lag <= Math.min(likeness.length - 1, best + 15); lag++) {
    const over = Math.max(0, likeness[lag]! - level);
    weight += over;
    moment += over * offsetOf(lag);
  }
  return { offset: weight > 0 ? moment / weight : offsetOf(best), likeness: likeness[best]!, second, chance };
}
