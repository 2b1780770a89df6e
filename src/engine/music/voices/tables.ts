/** One period of a wave, made of no more harmonics than its pitch has room for: no alias can come of it. */
import { hertz } from '../pitch.ts';

export const rate = 48_000;
const size = 2048;

/** How loud harmonic `n` is; what falls under −80 dB ends the wave. */
export type Spectrum = { readonly name: string; readonly limitHz: number; readonly level: (n: number) => number };

export const spectra = {
  /** Bright, for plucks and staccato strings. */
  saw: { name: 'saw', limitHz: 9500, level: (n: number) => 1 / n ** 0.85 },
  /** As through an open filter at three kilohertz. */
  softSaw: { name: 'softSaw', limitHz: 6500, level: (n: number) => 1 / n ** 1.2 },
  darkSaw: { name: 'darkSaw', limitHz: 1400, level: (n: number) => 1 / n ** 1.9 },
  hollow: { name: 'hollow', limitHz: 3000, level: (n: number) => (n % 2 === 1 ? 1 / n ** 1.5 : 0.12 / n ** 1.5) },
  round: { name: 'round', limitHz: 1500, level: (n: number) => [1, 0.55, 0.28, 0.14, 0.07, 0.04][n - 1] ?? 0 },
  horn: { name: 'horn', limitHz: 2600, level: (n: number) => [1, 0.75, 0.5, 0.3, 0.18, 0.1, 0.06, 0.03][n - 1] ?? 0 },
} satisfies Record<string, Spectrum>;

const tables = new Map<string, Float32Array>();

/** The period for a pitch, RMS 0.3, with one more sample for interpolation. */
function tableOf(spectrum: Spectrum, midi: number): Float32Array {
  const band = Math.ceil(midi / 3) * 3;
  const key = `${spectrum.name} ${band}`;
  const known = tables.get(key);
  if (known !== undefined) return known;
  const table = new Float32Array(size + 1);
  const most = Math.max(1, Math.floor(spectrum.limitHz / hertz(band)));
  for (let n = 1; n <= most; n++) {
    const level = spectrum.level(n);
    // Harmonics near the limit fade, so that neighbouring bands sound alike.
    const edge = Math.min(1, 2 * (1 - (n - 1) / (most + 1)));
    for (let index = 0; index < size && level > 1e-4; index++)
      table[index]! += level * edge * Math.sin((2 * Math.PI * ((n * index) % size)) / size);
  }
  const rms = Math.sqrt(table.reduce((sum, value) => sum + value * value, 0) / size);
  for (let index = 0; index < size; index++) table[index]! *= 0.3 / rms;
  table[size] = table[0]!;
  tables.set(key, table);
  return table;
}

const sines = Float32Array.from({ length: size + 1 }, (_, index) => Math.sin((2 * Math.PI * index) / size));

/** The sine of `turns` full circles, to −100 dB. */
export function sine(turns: number): number {
  const place = (turns - Math.floor(turns)) * size;
  const whole = place | 0;
  const low = sines[whole]!;
  return low + (sines[whole + 1]! - low) * (place - whole);
}

export type Oscillator = {
  readonly spectrum: Spectrum;
  readonly midi: number;
  readonly cents: number;
  readonly level: number;
  /** 0 … 1 of a period. */
  readonly phase: number;
  /** Slow change of pitch. */
  readonly vibrato?: { readonly cents: number; readonly hz: number; readonly delay: number };
};

/** Adds a steady tone to all of `target`. */
export function addOscillator(target: Float32Array, oscillator: Oscillator): void {
  const { midi, cents, level, vibrato } = oscillator;
  const table = tableOf(oscillator.spectrum, midi);
  const step = (hertz(midi + cents / 100) * size) / rate;
  let phase = oscillator.phase * size;
  let bend = 1;
  for (let index = 0; index < target.length; index++) {
    if (vibrato !== undefined && index % 32 === 0) bend = vibratoAt(vibrato, index / rate);
    const whole = phase | 0;
    const low = table[whole]!;
    target[index]! += level * (low + (table[whole + 1]! - low) * (phase - whole));
    phase += step * bend;
    if (phase >= size) phase -= size;
  }
}

function vibratoAt(vibrato: NonNullable<Oscillator['vibrato']>, seconds: number): number {
  const depth = vibrato.cents * Math.min(1, Math.max(0, seconds - vibrato.delay) / 0.8);
  return 2 ** ((depth * Math.sin(2 * Math.PI * vibrato.hz * seconds)) / 1200);
}

/** Adds sines that die away, each with its own level, time constant (seconds) and place in the period. */
export function addPartials(
  target: Float32Array,
  partials: readonly { readonly hz: number; readonly level: number; readonly decay: number; readonly phase?: number }[],
): void {
  for (const { hz, level, decay, phase = 0 } of partials) {
    if (hz > 9000 || level === 0) continue;
    const turn = (2 * Math.PI * hz) / rate;
    const fall = Math.exp(-1 / (decay * rate));
    const a = 2 * Math.cos(turn) * fall;
    const b = fall * fall;
    let last = level * Math.sin(2 * Math.PI * phase);
    let older = (level * Math.sin(2 * Math.PI * phase - turn)) / fall;
    const end = Math.min(target.length, Math.ceil(decay * rate * 9));
    for (let index = 0; index < end; index++) {
      target[index]! += last;
      const next = a * last - b * older;
      older = last;
      last = next;
    }
  }
}
