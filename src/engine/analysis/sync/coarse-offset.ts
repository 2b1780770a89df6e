/**
 * Where one recording may lie in the other, to a hundredth of a second: windows of the shorter are looked for in the longer,
 * and what most of them agree on, with the clocks a little apart, is a candidate.
 */
import { correlate, topOf } from '#core/dsp';
import { syncFramesPerSecond, type SyncFeatures } from './sync-features.ts';

/** A moment at `t` seconds of the reference is at `offset + t · (1 + drift)` seconds of the other. */
export type SyncLine = { readonly offset: number; readonly drift: number };
/** `score`: evidence in squared standard deviations, summed over windows. */
export type CoarseLine = SyncLine & { readonly score: number };

const windowFrames = 40 * syncFramesPerSecond;
const mostWindows = 20;
/** Seconds; starts of two recordings lie no farther apart. */
const reachSeconds = 310;
const peaksPerWindow = 3;
/** Peaks of one window nearer than this are one. */
const apartFrames = 20;
/** Peaks under so many deviations happen by chance. */
const leastZ = 4.5;
/** Windows agree when they are within this of a line, in seconds. */
const tolerance = 0.025;
/** Clocks of real devices differ by up to about 150 ppm. */
const mostDrift = 300e-6;
const driftStep = 10e-6;

type Peak = { readonly window: number; readonly at: number; readonly offset: number; readonly z: number };

/** The most likely lines, best first, at most `count`, farther than 0.1 s apart; none where nothing stands out of chance. */
export function coarseLines(reference: SyncFeatures, other: SyncFeatures, count: number): CoarseLine[] {
  const swapped = reference.frames < other.frames;
  const [long, short] = swapped ? [other, reference] : [reference, other];
  const peaks = windowsOf(short.frames).flatMap((first, window) => peaksOf(long, short, { first, window }));
  // Looked for in the longer one, `place in long = place in short + offset`; turned so that it speaks of the reference.
  const turned = peaks.map((peak) =>
    swapped ? { ...peak, offset: peak.offset } : { ...peak, at: peak.at + peak.offset, offset: -peak.offset },
  );
  return linesThrough(turned, count);
}

function windowsOf(frames: number): number[] {
  if (frames <= windowFrames * 1.5) return [0];
  const windows = Math.min(mostWindows, Math.ceil(frames / windowFrames));
  return Array.from({ length: windows }, (_, index) => Math.round((index * (frames - windowFrames)) / (windows - 1)));
}

function peaksOf(long: SyncFeatures, short: SyncFeatures, place: { readonly first: number; readonly window: number }): Peak[] {
  const length = short.frames <= windowFrames * 1.5 ? short.frames : windowFrames;
  const patterns = short.bands.map((band) => band.subarray(place.first, place.first + length));
  const from = Math.max(-length, place.first - reachSeconds * syncFramesPerSecond);
  const to = Math.min(long.frames, place.first + reachSeconds * syncFramesPerSecond);
  if (to <= from) return [];
  const values = correlate(long.bands, patterns, { from, to });
  let energy = 0;
  for (const value of values) energy += value * value;
  const deviation = Math.sqrt(energy / values.length) + 1e-9;
  const found: Peak[] = [];
  const order = localMaxima(values, leastZ * deviation);
  for (const index of order) {
    if (found.length === peaksPerWindow) break;
    const lag = from + index + topOf(values[index - 1]!, values[index]!, values[index + 1]!);
    const offset = (lag - place.first) / syncFramesPerSecond;
    if (found.some((peak) => Math.abs(peak.offset - offset) * syncFramesPerSecond < apartFrames)) continue;
    found.push({
      window: place.window,
      at: (place.first + length / 2) / syncFramesPerSecond,
      offset,
      z: values[index]! / deviation,
    });
  }
  return found;
}

function localMaxima(values: Float64Array, least: number): number[] {
  const found: number[] = [];
  for (let index = 1; index < values.length - 1; index++) {
    const value = values[index]!;
    if (value >= least && value >= values[index - 1]! && value >= values[index + 1]!) found.push(index);
  }
  return found.sort((a, b) => values[b]! - values[a]!).slice(0, 50);
}

function linesThrough(peaks: readonly Peak[], count: number): CoarseLine[] {
  const spread = Math.max(0, ...peaks.map(({ at }) => at)) - Math.min(Infinity, ...peaks.map(({ at }) => at));
  // Where the windows lie close, clocks cannot have come apart between them.
  const steps = spread > 30 ? Math.round(mostDrift / driftStep) : 0;
  const lines: CoarseLine[] = [];
  for (const anchor of peaks) {
    let best: CoarseLine | undefined;
    for (let step = -steps; step <= steps; step++) {
      const drift = step * driftStep;
      const offset = anchor.offset - anchor.at * drift;
      const score = supportOf(peaks, { offset, drift });
      if (best === undefined || score > best.score) best = { offset, drift, score };
    }
    if (best !== undefined) lines.push(fitted(peaks, best));
  }
  const kept: CoarseLine[] = [];
  for (const line of lines.sort((a, b) => b.score - a.score)) {
    if (kept.length === count) break;
    const middle = (line_: SyncLine) => line_.offset + (line_.drift * spread) / 2;
    if (kept.every((other) => Math.abs(middle(other) - middle(line)) > 0.1)) kept.push(line);
  }
  return kept;
}

function supportOf(peaks: readonly Peak[], line: SyncLine): number {
  const best = new Map<number, number>();
  for (const peak of peaks) {
    const off = Math.abs(peak.offset - line.offset - peak.at * line.drift);
    if (off < tolerance) best.set(peak.window, Math.max(best.get(peak.window) ?? 0, peak.z ** 2 * (1 - off / tolerance / 2)));
  }
  return [...best.values()].reduce((sum, value) => sum + value, 0);
}

/** The line through the peaks that agree with `line`, each weighted by its evidence. */
function fitted(peaks: readonly Peak[], line: CoarseLine): CoarseLine {
  const near = peaks.filter((peak) => Math.abs(peak.offset - line.offset - peak.at * line.drift) < tolerance);
  const fit = fitLine(near.map(({ at, offset, z }) => ({ at, offset, weight: z * z })));
  if (near.length < 4 || fit === undefined || Math.abs(fit.drift) > mostDrift) return line;
  return { ...fit, score: line.score };
}

export type LinePoint = { readonly at: number; readonly offset: number; readonly weight: number };

/** Weighted least squares; undefined where the points lie in one place. */
export function fitLine(points: readonly LinePoint[]): SyncLine | undefined {
  let [sum, sumAt, sumOffset] = [0, 0, 0];
  for (const { at, offset, weight } of points) {
    sum += weight;
    sumAt += weight * at;
    sumOffset += weight * offset;
  }
  if (sum === 0) return undefined;
  const [meanAt, meanOffset] = [sumAt / sum, sumOffset / sum];
  let [spread, slope] = [0, 0];
  for (const { at, offset, weight } of points) {
    spread += weight * (at - meanAt) ** 2;
    slope += weight * (at - meanAt) * (offset - meanOffset);
  }
  if (spread / sum < 1) return undefined;
  const drift = slope / spread;
  return { offset: meanOffset - drift * meanAt, drift };
}
