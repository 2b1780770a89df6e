/**
 * Tells music between speech from noise: music is many tones that each hold for a moment and then give way to others.
 *
 * Steady tones (hum) are out of the sound before it is looked at; a voice's harmonics glide and do not hold.
 */
import { singleCells } from './cells.ts';

/** Up to 5 kHz, from 140 Hz: where instruments have their strong partials. */
const [firstBin, endBin] = [6, 220];
/** A partial stands so much over the median of the bins around, as power. */
const standsOut = 8;
const around = 12;
/** Frames (21 ms) that a partial holds for, at most one bin away: 130 ms. */
const holds = 6;
/** Shares of the bins and of the power under held partials: three pieces of music have 0.05 … 0.11 and 0.37 … 0.52, babble 0.01 and 0.2. */
const [leastArea, leastShare] = [0.035, 0.3];

/** Takes spectra in order, powers per bin; `counts` says whether the frame is one to judge. */
export function createMusicEar() {
  const width = endBin - firstBin;
  const [run, next] = [new Uint8Array(width), new Uint8Array(width)];
  const window = new Float64Array(2 * around + 1);
  const heldFrames = new Float64Array(width);
  const heldPower = new Float64Array(width);
  let frames = 0;
  let power = 0;
  return {
    push(powers: Float64Array, counts: boolean): void {
      next.fill(0);
      for (let at = 1; at < width - 1; at++) {
        if (!isPeak(powers, firstBin + at, window)) continue;
        next[at] = Math.min(250, Math.max(run[at - 1]!, run[at]!, run[at + 1]!) + 1);
      }
      run.set(next);
      if (!counts) return;
      frames++;
      for (let at = 0; at < width; at++) {
        const bin = firstBin + at;
        power += powers[bin]!;
        if (run[at]! < holds) continue;
        // A partial that has held long enough counts from its start, with the bins beside it.
        const past = run[at] === holds ? holds : 1;
        heldFrames[at] = heldFrames[at]! + past;
        heldPower[at] = heldPower[at]! + past * (powers[bin - 1]! + powers[bin]! + powers[bin + 1]!);
      }
    },
    /** What was heard: shares 0 … 1, and whether that is music. */
    read() {
      let [area, share] = [0, 0];
      for (let at = 1; at < width - 1; at++) {
        // What holds nearly always is a rest of hum.
        const always = (heldFrames[at - 1]! + heldFrames[at]! + heldFrames[at + 1]!) / Math.max(1, frames);
        const passing = Math.max(0, 1 - always);
        area += (passing * 3 * heldFrames[at]!) / Math.max(1, frames * width);
        share += (passing * heldPower[at]!) / Math.max(1e-30, power);
      }
      return { area, share, isMusic: area > leastArea && share > leastShare };
    },
  };
}

function isPeak(powers: Float64Array, bin: number, window: Float64Array): boolean {
  const power = powers[bin]!;
  if (power < 1e-14 || power < powers[bin - 1]! || power < powers[bin + 1]!) return false;
  if (power < powers[bin - 2]! || power < powers[bin + 2]!) return false;
  const first = Math.max(1, Math.min(bin - around, singleCells - window.length));
  for (let index = 0; index < window.length; index++) window[index] = powers[first + index]!;
  return power > standsOut * window.sort()[around]!;
}
