/**
 * Finds steady tones: narrow peaks that stand over their neighbourhood in most moments, also in the quiet ones.
 *
 * A voice's harmonics move and stop; mains hum, blades and whines do not. So the quietest tenth of each bin’s powers is
 * looked at, not the mean.
 */
import { createRealFft } from '#core/dsp';
import type { NoiseLine } from './profile-type.ts';

/** 0.68 s: peaks 6 Hz wide. */
const size = 32_768;
const hop = size / 2;
const binHz = 48_000 / size;
/** Tones above this are left to the other means; 4 kHz in bins. */
const bins = Math.round(4000 / binHz);
const lowestHz = 30;
/** How much the quiet moments of a line stand over its neighbourhood. */
const standsOutDb = 16;
/** A line stands out in all moments but so many. */
const quietShare = 0.1;
/** Mains hum is known by three lines at its multiples; they need to stand out less, the rest of its harmonics less still. */
const mainsDb = 12;
const harmonicDb = 9;
const harmonicsOfMains = 3;
const neighbourhood = 24;
/** Lines nearer than this are one. */
const apartHz = 12;
const mostLines = 40;
const leastWindows = 4;

/** Lines in a recording, mono at 48 kHz; none where it is shorter than 1.7 s. */
export function findLines(recording: Float32Array): NoiseLine[] {
  const fft = createRealFft(size);
  const samples = new Float64Array(size);
  const window = Float64Array.from({ length: size }, (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / size));
  const [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)];
  const spectra: Spectrum[] = [];
  for (let at = 0; at + size <= recording.length; at += hop) {
    for (let index = 0; index < size; index++) samples[index] = recording[at + index]! * window[index]!;
    fft.forward(samples, re, im);
    spectra.push({ re: Float32Array.from(re.subarray(0, bins)), im: Float32Array.from(im.subarray(0, bins)) });
  }
  return spectra.length < leastWindows ? [] : linesOf(spectra);
}

type Spectrum = { readonly re: Float32Array; readonly im: Float32Array };

type Peak = { readonly hz: number; readonly power: number; readonly standsOutDb: number };

function linesOf(spectra: readonly Spectrum[]): NoiseLine[] {
  const peaks = peaksOf(spectra);
  const mains = mainsOf(peaks.filter((peak) => peak.standsOutDb > mainsDb));
  const kept: Peak[] = [];
  for (const peak of peaks.sort((a, b) => b.power - a.power)) {
    const isHarmonic = mains !== undefined && isMultiple(peak.hz, mains);
    if (peak.standsOutDb < standsOutDb && !isHarmonic) continue;
    if (kept.some((line) => Math.abs(line.hz - peak.hz) < apartHz)) continue;
    // A voice at the same pitch draws the measured one aside.
    kept.push(isHarmonic ? { ...peak, hz: mains * Math.round(peak.hz / mains) } : peak);
    if (kept.length === mostLines) break;
  }
  return kept
    .map(({ hz, power }) => ({ hz: Math.round(hz * 1000) / 1000, levelDbfs: Math.round(10 * powerDbOf(power)) / 10 }))
    .sort((a, b) => a.hz - b.hz);
}

/** A sine of amplitude a peaks at a · size / 4 under a Hann window; its mean square is a² / 2. */
function powerDbOf(power: number): number {
  return 10 * Math.log10((power * 8) / size ** 2 + 1e-12);
}

function peaksOf(spectra: readonly Spectrum[]): Peak[] {
  const quiet = quietPowers(spectra);
  const peaks: Peak[] = [];
  for (let bin = Math.ceil(lowestHz / binHz); bin < bins - neighbourhood; bin++) {
    const power = quiet[bin]!;
    if (power < quiet[bin - 1]! || power < quiet[bin + 1]!) continue;
    // A Hann peak is four bins wide; the neighbourhood begins beyond it.
    const around = [
      ...quiet.subarray(Math.max(1, bin - neighbourhood), bin - 3),
      ...quiet.subarray(bin + 4, bin + neighbourhood),
    ];
    const floor = around.sort((a, b) => a - b)[around.length >> 1]!;
    if (power <= floor * 10 ** (harmonicDb / 10) || floor === 0) continue;
    const hz = pitchOf(spectra, bin);
    if (hz !== undefined) peaks.push({ hz, power, standsOutDb: 10 * Math.log10(power / floor) });
  }
  return peaks;
}

/** Mains of 50 or 60 Hz where several lines are multiples of it; read from the upper ones, which tell it more exactly. */
function mainsOf(lines: readonly Peak[]): number | undefined {
  for (const nominal of [50, 60]) {
    const orders = lines.filter(({ hz }) => isMultiple(hz, nominal)).sort((a, b) => b.hz - a.hz);
    if (orders.length < harmonicsOfMains) continue;
    const upper = orders.slice(0, Math.ceil(orders.length / 2)).map(({ hz }) => hz / Math.round(hz / nominal));
    return upper.sort((a, b) => a - b)[upper.length >> 1];
  }
  return undefined;
}

function isMultiple(hz: number, base: number): boolean {
  const order = Math.round(hz / base);
  return order > 0 && Math.abs(hz - order * base) < 0.3 + 0.002 * hz;
}

function quietPowers(spectra: readonly Spectrum[]): Float64Array {
  const powers = new Float64Array(spectra.length);
  return Float64Array.from({ length: bins }, (_, bin) => {
    spectra.forEach(({ re, im }, index) => (powers[index] = re[bin]! ** 2 + im[bin]! ** 2));
    return powers.sort()[Math.floor(spectra.length * quietShare)]!;
  });
}

/** Pitch from how far the phase turns from window to window; the middle of all windows. Nothing where they disagree. */
function pitchOf(spectra: readonly Spectrum[], bin: number): number | undefined {
  const found: number[] = [];
  for (let index = 1; index < spectra.length; index++) {
    const [a, b] = [spectra[index - 1]!, spectra[index]!];
    const turn = Math.atan2(b.im[bin]! * a.re[bin]! - b.re[bin]! * a.im[bin]!, b.re[bin]! * a.re[bin]! + b.im[bin]! * a.im[bin]!);
    // At half overlap the phase of a bin's middle turns by π per bin; the rest is the distance from the middle.
    const expected = Math.PI * bin;
    const off = turn - expected;
    found.push((bin + (off - 2 * Math.PI * Math.round(off / (2 * Math.PI))) / Math.PI) * binHz);
  }
  found.sort((a, b) => a - b);
  const middle = found[found.length >> 1]!;
  const spread = found[Math.floor(found.length * 0.75)]! - found[Math.floor(found.length * 0.25)]!;
  return spread > binHz ? undefined : middle;
}
