/**
 * How long a room rings on after words, told from the words themselves: where a voice stops, the sound cannot die down faster than
 * the room lets it. In a dry recording some words always end at once; in a hall none does.
 */
import { createHeldSamples, createRealFft } from '#core/dsp';

const size = 1024;
/** Samples at 48 kHz between two looks: 10 ms. */
const hop = 480;
const frameMs = 10;
/** Hz; rooms ring differently in each. */
const bands = [
  [300, 800],
  [800, 2000],
  [2000, 5000],
] as const;
/** A fall worth measuring, in dB, and in looks. */
const [leastFallDb, leastFrames] = [12, 7];
/** So far over the quiet of the recording it is still the voice's own fall. */
const overFloorDb = 6;
/** A rise by less is the fluctuation of any decay. */
const mostRiseDb = 3;
/** How straight a fall must be: what rooms do is exponential. */
const leastStraight = 0.9;
/**
 * The share of the falls that may be faster, and what the next must take: in recordings close to the microphone it is 100 to 280 ms, in
 * a kitchen 430, in a hall of 1.2 s from 640 on.
 */
const [fastShare, leastMs] = [0.2, 500];
const leastFalls = 8;

export type EchoListener = { push(samples: Float32Array): void; finish(): { readonly decayMs: number } | undefined };

/** Mono at 48 kHz. */
export function createEchoListener(): EchoListener {
  const fft = createRealFft(size);
  const shape = Float64Array.from({ length: size }, (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / size));
  const [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)];
  const windowed = new Float64Array(size);
  const levels: number[][] = bands.map(() => []);
  const held = createHeldSamples();
  return {
    push(samples) {
      const all = held.push(samples);
      let start = 0;
      for (; start + size <= all.length; start += hop) {
        for (let index = 0; index < size; index++) windowed[index] = all[start + index]! * shape[index]!;
        fft.forward(windowed, re, im);
        for (const [band, [from, to]] of bands.entries()) {
          let sum = 1e-12;
          for (let bin = Math.ceil((from * size) / 48_000); bin <= (to * size) / 48_000; bin++)
            sum += re[bin]! * re[bin]! + im[bin]! * im[bin]!;
          levels[band]!.push(sum);
        }
      }
      held.drop(start);
    },
    finish() {
      const falls = levels.flatMap(fallsIn).sort((a, b) => a - b);
      if (falls.length < leastFalls || falls[Math.floor(falls.length * fastShare)]! < leastMs) return undefined;
      return { decayMs: Math.round(falls[falls.length >> 1]! / 10) * 10 };
    },
  };
}

/** Of each straight fall the milliseconds that 60 dB would take. */
function fallsIn(powers: readonly number[]): number[] {
  const levels = powers.map(
    (_, at) => 10 * Math.log10((powers[Math.max(0, at - 1)]! + powers[at]! + powers[Math.min(powers.length - 1, at + 1)]!) / 3),
  );
  const floor = levels.toSorted((a, b) => a - b)[Math.floor(levels.length * 0.03)] ?? 0;
  const times: number[] = [];
  for (let frame = 1; frame < levels.length - leastFrames; frame++) {
    if (levels[frame]! < levels[frame - 1]! || levels[frame]! < levels[frame + 1]!) continue;
    let [end, lowest] = [frame + 1, levels[frame]!];
    while (end < levels.length && levels[end]! < lowest + mostRiseDb && levels[end]! > floor + overFloorDb)
      lowest = Math.min(lowest, levels[end++]!);
    // Up to where it was lowest, not on along the next rise.
    while (end > frame + 1 && levels[end - 1]! > lowest) end--;
    const [slope, straight] = lineThrough(levels, frame + 1, end);
    if (end - frame > leastFrames && levels[frame]! - lowest >= leastFallDb && straight >= leastStraight)
      times.push((60 / -slope) * frameMs);
    frame = Math.max(frame, end - 2);
  }
  return times;
}

/** Slope per frame and the squared correlation. */
function lineThrough(values: readonly number[], from: number, to: number): readonly [number, number] {
  const count = to - from;
  let [sx, sy, sxx, sxy, syy] = [0, 0, 0, 0, 0];
  for (let place = from; place < to; place++) {
    const [x, y] = [place - from, values[place]!];
    sx += x;
    sy += y;
    sxx += x * x;
    sxy += x * y;
    syy += y * y;
  }
  const [vx, vy, cov] = [sxx - (sx * sx) / count, syy - (sy * sy) / count, sxy - (sx * sy) / count];
  return vx <= 0 || vy <= 0 ? [0, 0] : [cov / vx, (cov * cov) / (vx * vy)];
}
