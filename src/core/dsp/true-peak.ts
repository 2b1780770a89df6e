/**
 * True peak by ITU-R BS.1770-4 annex 2: four points per sample through the printed 48-tap interpolator.
 *
 * Interpolating everything costs more than the rest of the measurement; it is done only where a peak over the highest one
 * so far is possible at all: an interpolated point is at most the two central taps times its two neighbours
 * plus the other taps times the highest sample nearby.
 */
const taps = 12;
const block = 64;

/** BS.1770-4 annex 2, table 4, phases 0 and 1; phases 3 and 2 are these read backwards. */
const phase0 = [
  0.001708984375, 0.010986328125, -0.0196533203125, 0.033203125, -0.0594482421875, 0.1373291015625, 0.97216796875,
  -0.102294921875, 0.047607421875, -0.026611328125, 0.014892578125, -0.00830078125,
] as const;
const phase1 = [
  -0.0291748046875, 0.029296875, -0.0517578125, 0.089111328125, -0.16650390625, 0.465087890625, 0.77978515625, -0.2003173828125,
  0.1015625, -0.0582275390625, 0.0330810546875, -0.0189208984375,
] as const;

/**
 * The four interpolators of annex 2: point `p` between samples n and n + 1 is the sum of `phases[p][tap] × sample[n + 6 − tap]`.
 */
export const truePeakPhases: readonly (readonly number[])[] = [phase0, phase1, phase1.toReversed(), phase0.toReversed()];

/** Sums of absolute taps, the larger of the two phases: the two central ones and the ten others. */
const central = Math.max(sumOfTaps(phase0, true), sumOfTaps(phase1, true));
const outer = Math.max(sumOfTaps(phase0, false), sumOfTaps(phase1, false));

export type TruePeakMeter = {
  /** The next samples of every channel, all of one length. */
  push(planar: readonly Float32Array[]): void;
  /** Highest absolute sample so far, 1 = full scale. */
  samplePeak(): number;
  /** Highest absolute sample or interpolated point so far, 1 = full scale. The last 11 samples ring out into silence. */
  truePeak(): number;
};

/** A meter over `channels` channels; memory does not grow. Samples that are not finite count as silence. */
export function createTruePeakMeter(channels: number): TruePeakMeter {
  const tails = Array.from({ length: channels }, () => new Float32Array(taps - 1));
  let work = new Float32Array(0);
  let sample = 0;
  let highest = 0;

  function scan(samples: Float32Array, tail: Float32Array): void {
    const total = tail.length + samples.length;
    if (work.length < total) work = new Float32Array(total);
    work.set(tail);
    work.set(samples, tail.length);
    const found = scanBlocks(work, total, highest);
    sample = Math.max(sample, found.sample);
    highest = Math.max(highest, found.highest);
    tail.set(work.subarray(total - tail.length, total));
  }

  return {
    push(planar) {
      for (let channel = 0; channel < channels; channel++) scan(planar[channel]!, tails[channel]!);
    },
    samplePeak: () => sample,
    truePeak() {
      const silence = new Float32Array(taps - 1);
      let peak = highest;
      for (const tail of tails) {
        const ending = new Float32Array(2 * tail.length);
        ending.set(tail);
        ending.set(silence, tail.length);
        peak = Math.max(peak, scanBlocks(ending, ending.length, peak).highest);
      }
      return peak;
    },
  };
}

/** Looks at the points whose `taps` samples lie wholly in `work[0, total)`. */
function scanBlocks(work: Float32Array, total: number, before: number): { sample: number; highest: number } {
  let sample = 0;
  let highest = before;
  for (let from = 0; from + taps <= total; from += block) {
    const last = Math.min(total, from + block + taps - 1);
    let nearby = 0;
    for (let index = from; index < last; index++) {
      const value = Math.abs(work[index]!);
      if (value > nearby) nearby = value;
      // A comparison with NaN is false, so this is the only place where one has to be looked for.
      else if (value !== value) work[index] = 0;
    }
    if (nearby === Infinity) nearby = silenceInfinities(work, from, last);
    if (nearby > sample) sample = nearby;
    if (nearby > highest) highest = nearby;
    if (nearby * (central + outer) <= highest) continue;
    highest = interpolate(work, { from, to: last - taps + 1, enough: (highest - outer * nearby) / central, highest });
  }
  return { sample, highest };
}

function interpolate(
  work: Float32Array,
  range: { readonly from: number; readonly to: number; readonly enough: number; readonly highest: number },
): number {
  let { highest } = range;
  for (let index = range.from; index < range.to; index++) {
    // The centre of the interpolated interval lies between these two.
    if (Math.abs(work[index + 5]!) <= range.enough && Math.abs(work[index + 6]!) <= range.enough) continue;
    let [p0, p1, p2, p3] = [0, 0, 0, 0];
    for (let tap = 0; tap < taps; tap++) {
      const value = work[index + taps - 1 - tap]!;
      p0 += value * phase0[tap]!;
      p1 += value * phase1[tap]!;
      p2 += value * phase1[taps - 1 - tap]!;
      p3 += value * phase0[taps - 1 - tap]!;
    }
    highest = Math.max(highest, Math.abs(p0), Math.abs(p1), Math.abs(p2), Math.abs(p3));
  }
  return highest;
}

function silenceInfinities(work: Float32Array, from: number, to: number): number {
  let nearby = 0;
  for (let index = from; index < to; index++) {
    const value = Math.abs(work[index]!);
    if (!Number.isFinite(value)) work[index] = 0;
    else if (value > nearby) nearby = value;
  }
  return nearby;
}

function sumOfTaps(phase: readonly number[], wantCentral: boolean): number {
  return phase.reduce((sum, tap, index) => sum + (wantCentral === (index === 5 || index === 6) ? Math.abs(tap) : 0), 0);
}
