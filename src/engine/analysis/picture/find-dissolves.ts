/**
 * Dissolves and fades, by what they are: each picture a blend of the one before all of it and the one after, in shares that
 * rise steadily. A pan or a hand before the lens changes as much, but its pictures are no blends.
 */
import { ticksPerSecond, type Ticks } from '#core/time';
import { isPlain, measureChange, type Change, type Plane, type Sight } from './change.ts';
import { cutStrength } from './find-cuts.ts';

export type FoundDissolve = {
  /** Last moment that is wholly of the old shot, first that is wholly of the new one. */
  readonly from: Ticks;
  readonly to: Ticks;
  readonly kind: 'dissolve' | 'fade';
  /** What is before or after it is one plain picture. */
  readonly fromPlain: boolean;
  readonly toPlain: boolean;
  /** Mean luma of the pictures at both ends. */
  readonly fromLight: number;
  readonly toLight: number;
  readonly quality: number;
};

export type DissolveFinder = { push(sight: Sight, change: Change | undefined): void; finish(): readonly FoundDissolve[] };

/** Looks a second: a dissolve of a quarter of a second has four. */
const looksPerSecond = 15;
/** Looks to each side of the middle of the longest dissolve. */
const reach = 26;
const gateReach = 3;
const gateStrength = 0.06;

type Kept = {
  readonly sight: Sight;
  readonly plane: Plane;
  /** Of the steps since the look before, the strongest. */ readonly strength: number;
};

export function createDissolveFinder(): DissolveFinder {
  const kept: Kept[] = [];
  const found: FoundDissolve[] = [];
  let last = -Infinity;
  let strongestStep = 0;

  function consider(middle: number): void {
    const [early, late] = [kept[middle - gateReach], kept[middle + gateReach]];
    if (early === undefined || late === undefined) return;
    // A tenth of the way from one shot to another is more than that.
    if (differenceOf(early.plane, late.plane) < 2.5) return;
    if (
      cutStrength(measureChange(early.sight, late.sight)) < gateStrength &&
      late.sight.deviation > 3 &&
      early.sight.deviation > 3
    )
      return;
    const best = bestFit(kept, middle);
    if (best !== undefined) found.push(best);
  }

  return {
    push(sight, change) {
      strongestStep = Math.max(strongestStep, change === undefined ? 0 : cutStrength(change));
      if (sight.at - last < (0.9 / looksPerSecond) * ticksPerSecond) return;
      last = sight.at;
      kept.push({ sight, plane: sight.quarter, strength: strongestStep });
      strongestStep = 0;
      if (kept.length > 2 * reach + 1) kept.shift();
      if (kept.length > reach) consider(kept.length - 1 - reach);
    },
    finish() {
      for (let middle = Math.max(0, kept.length - reach); middle < kept.length; middle++) consider(middle);
      return joinFades(strongest(found));
    },
  };
}

function differenceOf(a: Plane, b: Plane): number {
  let sum = 0;
  for (let index = 0; index < a.data.length; index++) sum += Math.abs(a.data[index]! - b.data[index]!);
  return sum / a.data.length;
}

/** Widths that are tried, in looks to each side. */
const widths = [2, 3, 4, 6, 8, 10, 13, 16, 20, 25];

function bestFit(kept: readonly Kept[], middle: number): FoundDissolve | undefined {
  let best: FoundDissolve | undefined;
  for (const width of widths) {
    const [from, to] = [middle - width, middle + width];
    if (from < 0 || to >= kept.length || hasCut(kept, from, to)) break;
    const fit = fitBlend(kept, from, to);
    if (fit === undefined || (best !== undefined && fit.quality <= best.quality)) continue;
    best = fit;
  }
  return best;
}

function hasCut(kept: readonly Kept[], from: number, to: number): boolean {
  const steps = kept.slice(from + 1, to + 1).map(({ strength }) => strength);
  const most = Math.max(...steps);
  return most > 0.18 && most > 2.5 * steps.toSorted((a, b) => a - b)[steps.length >> 1]!;
}

/** Left of what is no blend, at most. */
const mostResidual = 0.41;

function fitBlend(kept: readonly Kept[], from: number, to: number): FoundDissolve | undefined {
  const [first, last] = [kept[from]!.plane.data, kept[to]!.plane.data];
  const difference = new Float32Array(first.length);
  let power = 0;
  for (let index = 0; index < first.length; index++) {
    difference[index] = last[index]! - first[index]!;
    power += difference[index]! ** 2;
  }
  const contrast = Math.sqrt(power / first.length);
  if (contrast < 9) return undefined;
  const shares: number[] = [];
  const residuals: number[] = [];
  for (let look = from; look <= to; look++) {
    const { data } = kept[look]!.plane;
    let [along, whole] = [0, 0];
    for (let index = 0; index < data.length; index++) {
      const step = data[index]! - first[index]!;
      along += step * difference[index]!;
      whole += step * step;
    }
    const share = along / power;
    shares.push(share);
    residuals.push(Math.sqrt(Math.max(0, whole / power - share * share)));
  }
  const ramp = fitRamp(shares);
  if (ramp === undefined || ramp.error > 0.09) return undefined;
  const inside = residuals.filter((_, index) => index > ramp.start && index < ramp.end);
  const residual = inside.reduce((sum, value) => sum + value, 0) / Math.max(1, inside.length);
  if (inside.length < 2 || residual > mostResidual) return undefined;
  const [before, after] = [kept[from]!.sight, kept[to]!.sight];
  const strength = cutStrength(measureChange(before, after));
  // Pans that blur come to 0.21 on real films, dissolves begin at 0.3.
  if (strength < 0.26) return undefined;
  const at = (place: number) => between(kept, from + place);
  return {
    from: at(ramp.start),
    to: at(ramp.end),
    kind: isPlain(before) || isPlain(after) ? 'fade' : 'dissolve',
    fromPlain: isPlain(before),
    toPlain: isPlain(after),
    fromLight: before.mean,
    toLight: after.mean,
    quality: contrast * (1 - residual) * (1 - 3 * ramp.error),
  };
}

/** The moment at a fractional place among the looks. */
function between(kept: readonly Kept[], place: number): Ticks {
  const index = Math.max(0, Math.min(kept.length - 1, Math.floor(place)));
  const [here, next] = [kept[index]!.sight.at, kept[Math.min(kept.length - 1, index + 1)]!.sight.at];
  return Math.round(here + (next - here) * (place - index)) as Ticks;
}

type Ramp = {
  readonly start: number;
  readonly end: number;
  /** Mean distance of the shares from the ramp. */ readonly error: number;
};

/** 0, then straight up, then 1; at least three steps long. */
function fitRamp(shares: readonly number[]): Ramp | undefined {
  let best: Ramp | undefined;
  const count = shares.length;
  for (let start = 0; start < count - 3; start++) {
    for (let end = start + 3; end < count; end++) {
      let error = 0;
      for (let index = 0; index < count; index++) {
        const wanted = index <= start ? 0 : index >= end ? 1 : (index - start) / (end - start);
        error += Math.abs(shares[index]! - wanted);
      }
      error /= count;
      if (best === undefined || error < best.error) best = { start, end, error };
    }
  }
  // A share that jumps is a cut.
  const steepest = shares.reduce(
    (most, share, index) => (index === 0 ? 0 : Math.max(most, Math.abs(share - shares[index - 1]!))),
    0,
  );
  return best === undefined || steepest > 0.55 ? undefined : best;
}

/** Of those that overlap, the best. */
function strongest(found: readonly FoundDissolve[]): FoundDissolve[] {
  const kept: FoundDissolve[] = [];
  for (const candidate of found.toSorted((a, b) => b.quality - a.quality))
    if (kept.every(({ from, to }) => candidate.to <= from || candidate.from >= to)) kept.push(candidate);
  return kept.sort((a, b) => a.from - b.from);
}

/** Out to a plain picture and in from it is one change of shot; what leads on from there is another. */
function joinFades(found: readonly FoundDissolve[]): FoundDissolve[] {
  const joined: FoundDissolve[] = [];
  let out: FoundDissolve | undefined;
  for (const next of found) {
    if (out !== undefined && next.fromPlain && next.from - out.to < 1.5 * ticksPerSecond) {
      joined[joined.length - 1] = { ...out, to: next.to, toPlain: next.toPlain, toLight: next.toLight };
      out = undefined;
      continue;
    }
    joined.push(next);
    // From one plain picture to another it is the darker one that is faded out to.
    out = next.toPlain && (!next.fromPlain || next.toLight < next.fromLight) ? next : undefined;
  }
  return joined;
}
