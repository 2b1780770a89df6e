/** One channel that has all that is heard. */

/** A mix that loses more power than this against its loudest channel has cancelled itself out. */
const cancelled = 0.1;

/**
 * The mean of the channels; where they cancel each other (a microphone wired the wrong way round), the louder one.
 * Samples that are not finite become silence.
 */
export function toMono(planar: readonly Float32Array[]): Float32Array {
  const [first, ...others] = planar;
  if (first === undefined) return new Float32Array(0);
  if (others.length === 0) return finite(first);
  const mix = new Float32Array(first.length);
  for (const samples of planar) for (let index = 0; index < mix.length; index++) mix[index]! += samples[index]! / planar.length;
  const powers = planar.map(power);
  const loudest = powers.indexOf(Math.max(...powers));
  return finite(power(mix) < cancelled * (powers[loudest]! / planar.length) ? planar[loudest]! : mix);
}

function power(samples: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) sum += samples[index]! * samples[index]!;
  return sum;
}

function finite(samples: Float32Array): Float32Array {
  // A sum is not finite as soon as one sample is not.
  return Number.isFinite(power(samples)) ? samples : samples.map((value) => (Number.isFinite(value) ? value : 0));
}
