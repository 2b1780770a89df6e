/**
 * Scale-invariant signal-to-distortion ratio in dB: how much of `estimate` is `reference`, whatever its level.
 *
 * Shape:  both of one length; the mean is taken out of both. Infinity for a perfect estimate, −Infinity for an
 *         estimate with nothing of the reference in it.
 * Source: Le Roux, Wisdom, Erdogan, Hershey, "SDR – half-baked or well done?", ICASSP 2019.
 */
export function siSdrDb(reference: ArrayLike<number>, estimate: ArrayLike<number>): number {
  const count = Math.min(reference.length, estimate.length);
  const [referenceMean, estimateMean] = [meanOf(reference, count), meanOf(estimate, count)];
  let [dot, energy, total] = [0, 0, 0];
  for (let index = 0; index < count; index++) {
    const wanted = reference[index]! - referenceMean;
    const given = estimate[index]! - estimateMean;
    dot += wanted * given;
    energy += wanted * wanted;
    total += given * given;
  }
  const target = energy === 0 ? 0 : (dot * dot) / energy;
  return 10 * Math.log10(target / Math.max(0, total - target));
}

function meanOf(samples: ArrayLike<number>, count: number): number {
  let sum = 0;
  for (let index = 0; index < count; index++) sum += samples[index]!;
  return count === 0 ? 0 : sum / count;
}
