/** One channel that has all that is heard. */
import { sumOfSquares } from '#core/dsp';

/** A mix that loses more power than this against its louder channel has cancelled itself out. */
const cancelled = 0.1;

/**
 * The mean of one or two channels; where two cancel each other (a microphone wired the wrong way round), the louder one.
 * Samples that are not finite become silence.
 */
export function toMono(planar: readonly Float32Array[]): Float32Array {
  const [left, right] = planar;
  if (left === undefined) return new Float32Array(0);
  if (right === undefined) return finite(left);
  const mix = new Float32Array(left.length);
  for (let index = 0; index < mix.length; index++) mix[index] = 0.5 * (left[index]! + right[index]!);
  const [leftPower, rightPower, mixPower] = [sumOfSquares(left), sumOfSquares(right), sumOfSquares(mix)];
  const louder = leftPower >= rightPower ? left : right;
  return finite(mixPower < 0.5 * cancelled * Math.max(leftPower, rightPower) ? louder : mix, mixPower);
}

/** A sum is not finite as soon as one sample is not. */
function finite(samples: Float32Array, power = sumOfSquares(samples)): Float32Array {
  return Number.isFinite(power) ? samples : samples.map((value) => (Number.isFinite(value) ? value : 0));
}
