/**
 * A candidate held against the sound itself: short stretches of both recordings are laid over each other as the line says,
 * what is left between them is measured to a fraction of a sample, and the line is fitted to that.
 */
import { whitenedLag } from '#core/dsp';
import { fitLine, type LinePoint, type SyncLine } from './coarse-offset.ts';
import { syncRateHz } from './sync-features.ts';

/** A recording's samples at `syncRateHz` by place; silence outside. */
export type SyncSamples = { readonly samples: number; read(first: number, count: number): Float32Array };

export type FineLine = SyncLine & {
  /** Stretches that were compared, and those that agree with the line. */
  readonly compared: number;
  readonly agreeing: number;
  /** Median distance of the agreeing ones from the line, seconds. */
  readonly residual: number;
  /** Mean evidence of the agreeing ones, in standard deviations. */
  readonly score: number;
};

const mostStretches = 24;
/** Seconds; the first look does not know the drift yet and must be short. */
const [firstLook, secondLook] = [2, 4] as const;
const reaches = [0.06, 0.006] as const;
/** Peaks under so many deviations are chance. */
const leastScore = 6.5;

/** Undefined where the recordings do not overlap for 3 s along the line. */
export function fineLine(reference: SyncSamples, other: SyncSamples, line: SyncLine): FineLine | undefined {
  const first = look(reference, other, { line, seconds: firstLook, reach: reaches[0] });
  if (first === undefined || first.agreeing < 2) return first;
  return look(reference, other, { line: first, seconds: secondLook, reach: reaches[1] }) ?? first;
}

type Look = { readonly line: SyncLine; readonly seconds: number; readonly reach: number };

function look(reference: SyncSamples, other: SyncSamples, { line, seconds, reach }: Look): FineLine | undefined {
  const places = placesAlong(reference, other, { line, seconds, reach });
  if (places.length === 0) return undefined;
  const points: LinePoint[] = [];
  for (const at of places) {
    const count = Math.round(seconds * syncRateHz);
    const first = Math.round(at * syncRateHz);
    const a = reference.read(first, count);
    const b = readAlong(other, line, first, count);
    const { lag, score } = whitenedLag(a, b, {
      sampleRateHz: syncRateHz,
      reach: Math.round(reach * syncRateHz),
      lowHz: 150,
      highHz: 5000,
    });
    if (!(score >= leastScore)) continue;
    const middle = at + seconds / 2;
    points.push({ at: middle, offset: line.offset + line.drift * middle + lag / syncRateHz, weight: Math.min(score, 40) });
  }
  return agree(points, { line, compared: places.length });
}

function placesAlong(reference: SyncSamples, other: SyncSamples, { line, seconds, reach }: Look): number[] {
  const from = Math.max(0, -line.offset / (1 + line.drift)) + reach;
  const to = Math.min(reference.samples / syncRateHz, (other.samples / syncRateHz - line.offset) / (1 + line.drift)) - reach;
  const room = to - from - seconds;
  if (room < 0) return to - from > 1.5 ? [from] : [];
  const count = Math.max(1, Math.min(mostStretches, Math.floor(room / (seconds / 2)) + 1));
  return Array.from({ length: count }, (_, index) => from + (count === 1 ? 0 : (index * room) / (count - 1)));
}

/** The other's samples where the line says that the reference's samples from `first` on are heard. */
function readAlong(other: SyncSamples, line: SyncLine, first: number, count: number): Float32Array {
  const place = (index: number) => line.offset * syncRateHz + (first + index) * (1 + line.drift);
  const start = Math.floor(place(0)) - 1;
  const held = other.read(start, Math.ceil(place(count)) - start + 3);
  const result = new Float32Array(count);
  for (let index = 0; index < count; index++) {
    const position = place(index) - start;
    const whole = Math.floor(position);
    result[index] = between(held, whole, position - whole);
  }
  return result;
}

/** Catmull-Rom through four samples. */
function between(samples: Float32Array, whole: number, part: number): number {
  const [a, b, c, d] = [samples[whole - 1]!, samples[whole]!, samples[whole + 1]!, samples[whole + 2]!];
  return b + 0.5 * part * (c - a + part * (2 * a - 5 * b + 4 * c - d + part * (3 * (b - c) + d - a)));
}

/** The line that most points agree with, refitted to those; strays are left out three times over. */
function agree(
  points: readonly LinePoint[],
  { line, compared }: { readonly line: SyncLine; readonly compared: number },
): FineLine {
  const off = ({ at, offset }: LinePoint, from: SyncLine) => Math.abs(offset - from.offset - from.drift * at);
  let best: { line: SyncLine; near: readonly LinePoint[] } = { line, near: [] };
  for (const candidate of candidatesOf(points, line)) {
    const near = points.filter((point) => off(point, candidate) < 0.0015);
    if (near.length > best.near.length) best = { line: candidate, near };
  }
  for (let turn = 0; turn < 3 && best.near.length >= 2; turn++) {
    const fit = fitLine(best.near) ?? { drift: line.drift, offset: meanOffset(best.near, line.drift) };
    const limit = Math.max(0.00012, 4 * medianOf(best.near.map((point) => off(point, fit))));
    best = { line: fit, near: points.filter((point) => off(point, fit) <= limit) };
  }
  return {
    ...best.line,
    compared,
    agreeing: best.near.length,
    residual: medianOf(best.near.map((point) => off(point, best.line))),
    score: best.near.reduce((sum, { weight }) => sum + weight, 0) / Math.max(1, best.near.length),
  };
}

/** Lines through two points each, and through one with the drift that was known. */
function candidatesOf(points: readonly LinePoint[], known: SyncLine): SyncLine[] {
  const single = points.map(({ at, offset }) => ({ drift: known.drift, offset: offset - known.drift * at }));
  const pairs = points.flatMap((a, index) =>
    points.slice(index + 1).flatMap((b) => {
      const drift = (b.offset - a.offset) / (b.at - a.at);
      return Math.abs(b.at - a.at) < 5 || Math.abs(drift) > 400e-6 ? [] : [{ drift, offset: a.offset - drift * a.at }];
    }),
  );
  return [...single, ...pairs];
}

function meanOffset(points: readonly LinePoint[], drift: number): number {
  const total = points.reduce((sum, { weight }) => sum + weight, 0);
  return points.reduce((sum, { at, offset, weight }) => sum + (weight * (offset - drift * at)) / total, 0);
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
