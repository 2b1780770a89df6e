/**
 * A candidate whose stretches are too noisy one by one: their correlations are laid over each other as every drift would have
 * them, and what all of them hold together stands out of the noise.
 */
import { whitenedLags } from '#core/dsp';
import { medianOf, placesAlong, readAlong, type FineLine, type Look, type SyncSamples } from './along-line.ts';
import { fitLine, type SyncLine } from './coarse-offset.ts';
import { syncRateHz } from './sync-features.ts';

/** Drifts that are tried around the line's, where it was told over a short time and over a long one. */
const [shortDrift, longDrift, longSeconds] = [200e-6, 40e-6, 150] as const;
const mostStretches = 48;
/** The stack stands out of chance by this, over all lags and drifts; deviations. */
const leastStack = 8;
/** Samples around the line in which a stretch has its own say, and how clear it must be. */
const [near, leastOwn] = [5, 3.2] as const;
/** Share of the stretches that must have a say: the same words twice are not the same event. */
const leastShare = 0.55;
/** A drift that is not sure to this is none that may be told. */
const mostDriftError = 1.6e-6;

type Stretch = { readonly middle: number; readonly lags: Float64Array };
type Stack = { readonly drift: number; readonly lag: number; readonly height: number };

/** Undefined where nothing stands out, or the drift stays unsure. */
export function stackedLine(reference: SyncSamples, other: SyncSamples, { line, seconds, reach }: Look): FineLine | undefined {
  const count = Math.round(seconds * syncRateHz);
  const span = Math.round(reach * syncRateHz);
  const places = placesAlong(reference, other, { line, seconds, reach, most: mostStretches });
  if (places.length < 6) return undefined;
  const stretches = places.map((at): Stretch => {
    const first = Math.round(at * syncRateHz);
    const [a, b] = [reference.read(first, count), readAlong(other, line, first, count)];
    return {
      middle: at + seconds / 2,
      lags: whitenedLags(a, b, { sampleRateHz: syncRateHz, reach: span, lowHz: 150, highHz: 5000 }),
    };
  });
  const centre = stretches.reduce((sum, { middle }) => sum + middle, 0) / stretches.length;
  const best = tallest(stretches, centre);
  if (Math.abs(best.height) < leastStack) return undefined;
  return fitted(stretches, { line, best, centre, span });
}

/** Lags count from the middle of the array. */
function tallest(stretches: readonly Stretch[], centre: number): Stack {
  let best: Stack = { drift: 0, lag: 0, height: 0 };
  const length = stretches[0]!.lags.length;
  const sum = new Float64Array(length);
  const half = Math.max(1, ...stretches.map(({ middle }) => Math.abs(middle - centre)));
  const most = 2 * half > longSeconds ? longDrift : shortDrift;
  // A step moves the outermost stretch by a sample.
  const step = 1 / (half * syncRateHz);
  for (let drift = -most; drift <= most; drift += step) {
    sum.fill(0);
    for (const { middle, lags } of stretches) {
      const shift = Math.round(drift * (middle - centre) * syncRateHz);
      for (let index = Math.max(0, -shift); index < Math.min(length, length - shift); index++)
        sum[index]! += lags[index + shift]!;
    }
    const deviation = Math.sqrt(sum.reduce((total, value) => total + value * value, 1e-30) / length);
    for (const [lag, value] of sum.entries())
      if (Math.abs(value) / deviation > Math.abs(best.height)) best = { drift, lag, height: value / deviation };
  }
  return best;
}

type Found = { readonly line: SyncLine; readonly best: Stack; readonly centre: number; readonly span: number };

/** What each stretch says near the stack's line, fitted again; how far they scatter tells how sure the drift is. */
function fitted(stretches: readonly Stretch[], { line, best, centre, span }: Found): FineLine | undefined {
  const sign = Math.sign(best.height);
  const points = stretches.flatMap(({ middle, lags }) => {
    const expected = Math.round(best.lag + best.drift * (middle - centre) * syncRateHz);
    let top = expected;
    for (let lag = Math.max(1, expected - near); lag <= Math.min(lags.length - 2, expected + near); lag++)
      if (sign * lags[lag]! > sign * lags[top]!) top = lag;
    const value = sign * (lags[top] ?? 0);
    if (!(value >= leastOwn)) return [];
    const [a, c] = [sign * (lags[top - 1] ?? 0), sign * (lags[top + 1] ?? 0)];
    const bend = a - 2 * value + c;
    const part = bend >= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (a - c) / (2 * bend)));
    const offset = line.offset + line.drift * middle + (top + part - span) / syncRateHz;
    return [{ at: middle, offset, weight: value }];
  });
  let kept = points;
  let fit = fitLine(kept);
  for (let turn = 0; turn < 3 && fit !== undefined; turn++) {
    const from = fit;
    const off = ({ at, offset }: (typeof points)[number]) => Math.abs(offset - from.offset - from.drift * at);
    const limit = Math.max(0.00008, 3 * medianOf(kept.map(off)));
    kept = points.filter((point) => off(point) <= limit);
    fit = fitLine(kept) ?? fit;
  }
  if (fit === undefined || kept.length < Math.max(5, leastShare * stretches.length)) return undefined;
  const last = fit;
  const squares = kept.reduce((sum, { at, offset }) => sum + (offset - last.offset - last.drift * at) ** 2, 0);
  const spread = kept.reduce((sum, { at }) => sum + (at - centre) ** 2, 0);
  // Stretches overlap by half: they say less than their number.
  const driftError = Math.sqrt((2 * squares) / Math.max(1, kept.length - 2) / Math.max(1e-9, spread));
  if (driftError > mostDriftError) return undefined;
  return {
    ...last,
    compared: stretches.length,
    agreeing: kept.length,
    residual: Math.sqrt(squares / kept.length),
    score: Math.abs(best.height),
  };
}
