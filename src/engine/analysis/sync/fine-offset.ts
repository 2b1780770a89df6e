/**
 * A candidate held against the sound itself: short stretches of both recordings are laid over each other as the line says,
 * what is left between them is measured to a fraction of a sample, and the line is fitted to that.
 */
import { whitenedLag } from '#core/dsp';
import { medianOf, placesAlong, readAlong, type FineLine, type Look, type SyncSamples } from './along-line.ts';
import { fitLine, type LinePoint, type SyncLine } from './coarse-offset.ts';
import { stackedLine } from './stacked-line.ts';
import { syncRateHz } from './sync-features.ts';

/** Seconds; the first look does not know the drift yet and must be short. */
const [firstLook, secondLook] = [2, 4] as const;
const reaches = [0.06, 0.006] as const;
/** Peaks under so many deviations are chance. */
const leastScore = 6.5;

/** Where fewer stand out one by one, or they do so faintly, they are looked at together. */
const [fewStretches, fewShare, faint] = [5, 0.35, 8] as const;

/** Undefined where the recordings do not overlap for 3 s along the line. */
export function fineLine(reference: SyncSamples, other: SyncSamples, line: SyncLine): FineLine | undefined {
  const first = look(reference, other, { line, seconds: firstLook, reach: reaches[0] });
  if (first === undefined) return undefined;
  const second =
    first.agreeing < 2 ? first : (look(reference, other, { line: first, seconds: secondLook, reach: reaches[1] }) ?? first);
  if (second.agreeing >= fewStretches && second.agreeing >= fewShare * second.compared && second.score >= faint) return second;
  return stackedLine(reference, other, { line, seconds: firstLook, reach: reaches[0] }) ?? second;
}

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
