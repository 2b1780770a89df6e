/** Levels of sound in decibels, with silence as a number instead of −Infinity. */

/** What −Infinity dB is written as: below any 24-bit recording's last bit, and JSON can carry it. */
export const silenceDb = -120;

/** Amplitude (1 = full scale) to dB; 0, negative or not a number gives −120, and nothing is lower. */
export function amplitudeToDb(amplitude: number): number {
  return amplitude > 0 ? Math.max(silenceDb, 20 * Math.log10(amplitude)) : silenceDb;
}

/** Mean square to dB; 0, negative or not a number gives −120, and nothing is lower. */
export function powerToDb(meanSquare: number): number {
  return meanSquare > 0 ? Math.max(silenceDb, 10 * Math.log10(meanSquare)) : silenceDb;
}

export function dbToAmplitude(db: number): number {
  return 10 ** (db / 20);
}

export function dbToPower(db: number): number {
  return 10 ** (db / 10);
}

/** Sum of squares of `samples[start, end)`. */
export function sumOfSquares(samples: Float32Array, start = 0, end = samples.length): number {
  let sum = 0;
  for (let index = start; index < end; index++) sum += samples[index]! * samples[index]!;
  return sum;
}

/** RMS level of `samples[start, end)` in dBFS, where a full-scale square wave is 0 and a full-scale sine −3.01. */
export function rmsDbfs(samples: Float32Array, start = 0, end = samples.length): number {
  return end > start ? powerToDb(sumOfSquares(samples, start, end) / (end - start)) : silenceDb;
}

/** Largest absolute sample of `samples[start, end)`. */
export function peakAmplitude(samples: Float32Array, start = 0, end = samples.length): number {
  let peak = 0;
  for (let index = start; index < end; index++) {
    const value = Math.abs(samples[index]!);
    if (value > peak) peak = value;
  }
  return peak;
}
