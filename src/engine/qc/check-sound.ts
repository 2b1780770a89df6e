/** What the finished sound measures against what was asked. */
import type { LoudnessFacts, ProofCheck } from '#core/facts';
import type { SoundPlan } from '#engine/plan';
import type { SoundMeasures } from '#engine/tasks';

/** What `loudness` in a request may be missed by, LU. */
const toleranceLu = 0.5;
/** A file whose peaks stand this near under the ceiling is as loud as it gets without heavier limiting, dB. */
const atCeilingDb = 1;
/** Rounding of a second measurement of the same file, dB. */
const peakToleranceDb = 0.05;
const silenceLufs = -70;

export function checkSampleCount(plan: SoundPlan, found: SoundMeasures): ProofCheck {
  return {
    name: 'samples',
    ok: found.samples === plan.samples,
    expected: `${plan.samples} samples at ${plan.sampleRateHz} Hz`,
    measured: `${found.samples} samples`,
  };
}

/** Loudness and true peak against the request; nothing where none was asked. `warnings` is added to. */
export function checkLoudness(plan: SoundPlan, found: LoudnessFacts, warnings: string[]): ProofCheck[] {
  const asked = plan.master.loudness;
  if (asked === undefined) return [];
  const { targetLufs, ceilingDbtp } = asked;
  const off = found.integratedLufs - targetLufs;
  const silent = found.integratedLufs <= silenceLufs;
  // Too quiet with peaks far below the ceiling is a fault; too quiet with peaks at it is the material's nature.
  const held = off < -toleranceLu && found.truePeakDbtp > ceilingDbtp - atCeilingDb;
  if (held) {
    const reached = `${found.integratedLufs.toFixed(1)} LUFS instead of ${targetLufs} LUFS`;
    warnings.push(`Loudness is ${reached}: its peaks stand at the ceiling already, more would need heavy limiting`);
  }
  if (silent) warnings.push('The sound is silent');
  return [
    {
      name: 'loudness',
      ok: silent || held || Math.abs(off) <= toleranceLu,
      expected: `${targetLufs} LUFS ± ${toleranceLu}`,
      measured: silent ? 'silence' : `${found.integratedLufs.toFixed(1)} LUFS`,
    },
    {
      name: 'true-peak',
      ok: found.truePeakDbtp <= ceilingDbtp + peakToleranceDb,
      expected: `at most ${ceilingDbtp} dBTP`,
      measured: `${found.truePeakDbtp.toFixed(2)} dBTP`,
    },
  ];
}

/** Places, in samples, worth comparing in `[from, to)`: the loudest steps first, each at least `apart` from those before. */
export function loudPlaces(
  found: SoundMeasures,
  range: { readonly from: number; readonly to: number; readonly apart: number; readonly most: number },
): number[] {
  const first = Math.ceil(range.from / found.stepSamples);
  const end = Math.min(found.energy.length, Math.floor(range.to / found.stepSamples));
  // Energy over half a second: one slammed door is no place to compare speech at.
  const reach = 5;
  const sums: { readonly at: number; readonly level: number }[] = [];
  for (let step = first; step < end; step++) {
    let level = 0;
    for (let near = Math.max(0, step - reach); near <= Math.min(found.energy.length - 1, step + reach); near++)
      level += Math.sqrt(found.energy[near]!);
    sums.push({ at: step * found.stepSamples, level });
  }
  sums.sort((a, b) => b.level - a.level);
  const places: number[] = [];
  for (const { at, level } of sums) {
    if (places.length >= range.most || level <= 1e-4) break;
    if (places.every((other) => Math.abs(other - at) >= range.apart)) places.push(at);
  }
  return places;
}
