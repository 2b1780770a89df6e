/**
 * Finds steady tones: narrow peaks that stand over their neighbourhood in most moments, also in the quiet ones.
 *
 * A voice's harmonics move and stop; mains hum, blades and whines do not. So the lower quarter of each bin's powers is
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
const standsOutDb = 13;
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

function linesOf(spectra: readonly Spectrum[]): NoiseLine[] {
  const quiet = quietPowers(spectra);
  const lines: { bin: number; power: number }[] = [];
  for (let bin = Math.ceil(lowestHz / binHz); bin < bins - neighbourhood; bin++) {
    const power = quiet[bin]!;
    if (power < quiet[bin - 1]! || power < quiet[bin + 1]!) continue;
    // A Hann peak is four bins wide; the neighbourhood begins beyond it.
    const around = [
      ...quiet.subarray(Math.max(1, bin - neighbourhood), bin - 3),
      ...quiet.subarray(bin + 4, bin + neighbourhood),
    ];
    const floor = around.sort((a, b) => a - b)[around.length >> 1]!;
    if (power > floor * 10 ** (standsOutDb / 10)) lines.push({ bin, power });
  }
  const strongest = lines.sort((a, b) => b.power - a.power);
  const kept: NoiseLine[] = [];
  for (const { bin } of strongest) {
    const hz = pitchOf(spectra, bin);
    if (hz === undefined || kept.some((line) => Math.abs(line.hz - hz) < apartHz)) continue;
    // A sine of amplitude a peaks at a · size / 4 under a Hann window; its mean square is a² / 2.
    const levelDbfs = 10 * Math.log10((quiet[bin]! * 8) / size ** 2 + 1e-12);
    kept.push({ hz: Math.round(hz * 1000) / 1000, levelDbfs: Math.round(levelDbfs * 10) / 10 });
    if (kept.length === mostLines) break;
  }
  return kept.sort((a, b) => a.hz - b.hz);
}

function quietPowers(spectra: readonly Spectrum[]): Float64Array {
  const powers = new Float64Array(spectra.length);
  return Float64Array.from({ length: bins }, (_, bin) => {
    spectra.forEach(({ re, im }, index) => (powers[index] = re[bin]! ** 2 + im[bin]! ** 2));
    return powers.sort()[spectra.length >> 2]!;
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
