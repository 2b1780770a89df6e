/**
 * The grid that noise is followed on: single bins where voices have their harmonics, groups of four above 8 kHz, where
 * they have none and single bins would only flutter.
 */

/** Samples per transform at 48 kHz: 43 ms, long enough to tell a low voice's harmonics apart. */
export const frameSamples = 2048;
/** From one frame to the next. */
export const hopSamples = 1024;
export const frameBins = frameSamples / 2 + 1;
const binHz = 48_000 / frameSamples;
/** 8 kHz. */
export const singleCells = 342;
const groupBins = 4;
/** What lies below, under 80 Hz, holds no voice. */
export const firstVoiceCell = 4;
export const cellCount = singleCells + Math.ceil((frameBins - singleCells) / groupBins);

/** Half-overlapping root-Hann: applied before and after, frames add up to the same sound. */
export const frameWindow = Float64Array.from({ length: frameSamples }, (_, index) => Math.sin((Math.PI * index) / frameSamples));
/** Makes the powers of all bins of a frame sum to the mean square of its samples. */
const powerScale = 4 / frameSamples ** 2;

/** Mean power per bin in each cell; white noise of power p over all bins gives p / 1024 in each. */
export function cellPowers(re: Float64Array, im: Float64Array, powers: Float64Array): void {
  for (let bin = 0; bin < singleCells; bin++) powers[bin] = (re[bin]! * re[bin]! + im[bin]! * im[bin]!) * powerScale;
  for (let cell = singleCells; cell < cellCount; cell++) {
    const first = singleCells + (cell - singleCells) * groupBins;
    const end = Math.min(first + groupBins, frameBins);
    let sum = 0;
    for (let bin = first; bin < end; bin++) sum += re[bin]! * re[bin]! + im[bin]! * im[bin]!;
    powers[cell] = (sum * powerScale) / (end - first);
  }
}

/** Multiplies each bin by the gain of its cell. */
export function applyGains(gains: Float64Array, re: Float64Array, im: Float64Array): void {
  for (let bin = 0; bin < frameBins; bin++) {
    const gain = gains[bin < singleCells ? bin : singleCells + ((bin - singleCells) >> 2)]!;
    re[bin] = re[bin]! * gain;
    im[bin] = im[bin]! * gain;
  }
}

/** Bins in a cell. */
export function cellWidth(cell: number): number {
  if (cell < singleCells) return 1;
  return Math.min(groupBins, frameBins - singleCells - (cell - singleCells) * groupBins);
}

/** Middle of a cell in Hz. */
export function cellHz(cell: number): number {
  if (cell < singleCells) return cell * binHz;
  return (singleCells + (cell - singleCells) * groupBins + (groupBins - 1) / 2) * binHz;
}

/** Middles of the bands of a profile, about a third of an octave apart; below and above them the end bands hold. */
export const bandCentresHz = [
  40, 80, 120, 180, 250, 350, 450, 570, 700, 840, 1000, 1200, 1500, 1800, 2200, 2700, 3200, 3800, 4600, 5500, 6600, 8000, 10_000,
  12_500, 15_500, 19_500,
] as const;

type Place = { readonly band: number; readonly share: number };
const places: readonly Place[] = Array.from({ length: cellCount }, (_, cell) => placeOf(cellHz(cell)));

/** Band below (or the first) and how far a pitch is on the way to the next, 0 … 1. */
function placeOf(hz: number): Place {
  const above = bandCentresHz.findIndex((edge) => edge > hz);
  if (above === 0) return { band: 0, share: 0 };
  if (above < 0) return { band: bandCentresHz.length - 2, share: 1 };
  const [from, to] = [bandCentresHz[above - 1]!, bandCentresHz[above]!];
  return { band: above - 1, share: (hz - from) / (to - from) };
}

/** Mean power per bin in each band, neighbours overlapping. */
export function bandPowers(cells: Float64Array): Float64Array {
  const sums = new Float64Array(bandCentresHz.length);
  const weights = new Float64Array(bandCentresHz.length);
  for (let cell = 0; cell < cellCount; cell++) {
    const { band, share } = places[cell]!;
    const width = cellWidth(cell);
    sums[band] = sums[band]! + (1 - share) * width * cells[cell]!;
    weights[band] = weights[band]! + (1 - share) * width;
    sums[band + 1] = sums[band + 1]! + share * width * cells[cell]!;
    weights[band + 1] = weights[band + 1]! + share * width;
  }
  return sums.map((sum, band) => sum / weights[band]!);
}

/** Spreads a value per band in dB over the cells, as powers. */
export function bandsToCells(bandsDb: readonly number[]): Float64Array {
  return Float64Array.from(places, ({ band, share }) => 10 ** ((bandsDb[band]! * (1 - share) + bandsDb[band + 1]! * share) / 10));
}
