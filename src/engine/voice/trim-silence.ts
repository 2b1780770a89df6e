/** What a voice leaves before the first and after the last sound. */

/** Below this over the loudest 10 ms there is nothing to hear. */
const quietDb = -48;
const windowMs = 10;
const keepMs = 30;
const fadeMs = 5;

/** The stretch that is heard, 30 ms around it, faded over 5 ms at both ends; nothing where all is silence. */
export function trimSilence(samples: Float32Array, sampleRateHz: number): Float32Array {
  const window = Math.max(1, Math.round((sampleRateHz * windowMs) / 1000));
  const levels = Array.from({ length: Math.ceil(samples.length / window) }, (_, index) => {
    let sum = 0;
    for (let at = index * window; at < Math.min(samples.length, (index + 1) * window); at++) sum += samples[at]! ** 2;
    return sum / window;
  });
  const highest = levels.reduce((most, level) => Math.max(most, level), 0);
  if (highest < 1e-8) return new Float32Array(0);
  const least = highest * 10 ** (quietDb / 10);
  const first = levels.findIndex((level) => level > least);
  const last = levels.findLastIndex((level) => level > least);
  const keep = Math.round((sampleRateHz * keepMs) / 1000);
  const kept = samples.slice(Math.max(0, first * window - keep), Math.min(samples.length, (last + 1) * window + keep));
  const fade = Math.min(Math.round((sampleRateHz * fadeMs) / 1000), kept.length >> 1);
  for (let index = 0; index < fade; index++) {
    kept[index]! *= index / fade;
    kept[kept.length - 1 - index]! *= index / fade;
  }
  return kept;
}
