/** One channel that has all that is heard. */

/** A mix that loses more power than this against its louder channel has cancelled itself out. */
const cancelled = 0.1;
/** Every so many samples are enough to compare powers; not a divisor of any usual period. */
const stride = 7;

/**
 * The mean of one or two channels; where two cancel each other (a microphone wired the wrong way round), the louder one.
 * Samples that are not finite become silence.
 */
export function toMono(planar: readonly Float32Array[]): Float32Array {
  const [left, right] = planar;
  if (left === undefined) return new Float32Array(0);
  if (right === undefined) return finite(left);
  const [leftPower, rightPower] = [roughPower(left), roughPower(right)];
  const mix = new Float32Array(left.length);
  for (let index = 0; index < mix.length; index++) mix[index] = 0.5 * (left[index]! + right[index]!);
  if (roughPower(mix) >= 0.5 * cancelled * Math.max(leftPower, rightPower)) return finite(mix);
  return finite(leftPower >= rightPower ? left : right);
}

function roughPower(samples: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index += stride) sum += samples[index]! * samples[index]!;
  return sum;
}

function finite(samples: Float32Array): Float32Array {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) sum += samples[index]!;
  // A sum is not finite as soon as one sample is not.
  return Number.isFinite(sum) ? samples : samples.map((value) => (Number.isFinite(value) ? value : 0));
}
