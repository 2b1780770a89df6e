/**
 * Mel cepstra: the shape of the spectrum a hundred times a second, as recognisers of speech see it.
 *
 * Frames of 25 ms, 26 bands from 80 to 7600 Hz, 13 coefficients and their slopes. Source: Davis and Mermelstein (1980), the usual numbers.
 */
import { createRealFft } from '#core/dsp';

export const cepstraRateHz = 16_000;
/** Samples between frames: 10 ms. */
export const hop = 160;
const frameSamples = 400;
const fftSize = 512;
const bands = 26;
const coefficients = 13;
/** Coefficients, and how they change. */
export const cepstraDimensions = 2 * coefficients;
/** Frames to each side that a slope is taken over. */
const reach = 2;

export type CepstraReader = {
  push(samples: Float32Array): void;
  /** One row of `coefficients` for each hop; row n is centred on sample n·hop. */
  finish(): Float32Array;
};

export function createCepstraReader(): CepstraReader {
  const fft = createRealFft(fftSize);
  const filters = melFilters();
  const window = Float32Array.from(
    { length: frameSamples },
    (_, n) => 0.54 - 0.46 * Math.cos((2 * Math.PI * n) / (frameSamples - 1)),
  );
  const cosines = Float32Array.from({ length: coefficients * bands }, (_, at) =>
    Math.cos((Math.PI * Math.floor(at / bands) * ((at % bands) + 0.5)) / bands),
  );
  const [re, im] = [new Float64Array(fftSize / 2 + 1), new Float64Array(fftSize / 2 + 1)];
  const [frame, power, mel] = [new Float64Array(fftSize), new Float64Array(fftSize / 2 + 1), new Float64Array(bands)];
  // The first frame is centred on the first sample.
  let rest = new Float32Array(frameSamples / 2);
  let rows = new Float32Array(coefficients * 1024);
  let count = 0;

  function take(samples: Float32Array, at: number): void {
    for (let n = 0; n < frameSamples; n++) {
      const emphasised = samples[at + n]! - (n === 0 ? 0 : 0.97 * samples[at + n - 1]!);
      frame[n] = emphasised * window[n]!;
    }
    fft.forward(frame, re, im);
    for (let bin = 0; bin < power.length; bin++) power[bin] = re[bin]! ** 2 + im[bin]! ** 2;
    for (let band = 0; band < bands; band++) {
      const { first, weights } = filters[band]!;
      let sum = 0;
      for (let index = 0; index < weights.length; index++) sum += power[first + index]! * weights[index]!;
      // Digital silence is at −90 dB of a loud sound, so that it is no abyss beside quiet sounds.
      mel[band] = Math.log(sum + 1e-5);
    }
    if ((count + 1) * coefficients > rows.length) {
      const larger = new Float32Array(rows.length * 2);
      larger.set(rows);
      rows = larger;
    }
    for (let row = 0; row < coefficients; row++) {
      let sum = 0;
      for (let band = 0; band < bands; band++) sum += mel[band]! * cosines[row * bands + band]!;
      rows[count * coefficients + row] = sum;
    }
    count++;
  }

  return {
    push(samples) {
      const all = new Float32Array(rest.length + samples.length);
      all.set(rest);
      all.set(samples, rest.length);
      let at = 0;
      for (; at + frameSamples <= all.length; at += hop) take(all, at);
      rest = all.slice(at);
    },
    finish() {
      const last = new Float32Array(frameSamples);
      while (rest.length > frameSamples / 2) {
        last.fill(0).set(rest.subarray(0, frameSamples));
        take(last, 0);
        rest = rest.slice(hop);
      }
      return rows.slice(0, count * coefficients);
    },
  };
}

/**
 * Rows with their slopes, each dimension with mean 0 and deviation 1 over the frames that `isSpeech` names: so one speaker and microphone
 * look like another.
 */
export function normalise(rows: Float32Array, isSpeech: (frame: number) => boolean): Float32Array {
  const frames = rows.length / coefficients;
  const features = new Float32Array(frames * cepstraDimensions);
  const at = (frame: number, row: number) => rows[Math.max(0, Math.min(frames - 1, frame)) * coefficients + row]!;
  for (let frame = 0; frame < frames; frame++) {
    for (let row = 0; row < coefficients; row++) {
      let slope = 0;
      for (let step = 1; step <= reach; step++) slope += step * (at(frame + step, row) - at(frame - step, row));
      features[frame * cepstraDimensions + row] = at(frame, row);
      features[frame * cepstraDimensions + coefficients + row] = slope;
    }
  }
  for (let dimension = 0; dimension < cepstraDimensions; dimension++) {
    let [count, sum, squares] = [0, 0, 0];
    for (let frame = 0; frame < frames; frame++) {
      if (!isSpeech(frame)) continue;
      const value = features[frame * cepstraDimensions + dimension]!;
      count++;
      sum += value;
      squares += value * value;
    }
    const mean = sum / Math.max(1, count);
    const deviation = Math.sqrt(Math.max(1e-6, squares / Math.max(1, count) - mean * mean));
    for (let frame = 0; frame < frames; frame++) {
      const place = frame * cepstraDimensions + dimension;
      features[place] = (features[place]! - mean) / deviation;
    }
  }
  return features;
}

type Filter = { readonly first: number; readonly weights: Float32Array };

function melFilters(): Filter[] {
  const toMel = (hz: number) => 2595 * Math.log10(1 + hz / 700);
  const toHz = (mel: number) => 700 * (10 ** (mel / 2595) - 1);
  const [low, high] = [toMel(80), toMel(7600)];
  const edge = (index: number) => (toHz(low + ((high - low) * index) / (bands + 1)) / cepstraRateHz) * fftSize;
  return Array.from({ length: bands }, (_, band) => {
    const [from, peak, to] = [edge(band), edge(band + 1), edge(band + 2)];
    const first = Math.ceil(from);
    const weights = Float32Array.from({ length: Math.max(1, Math.floor(to) - first + 1) }, (_value, index) => {
      const bin = first + index;
      return Math.max(0, bin <= peak ? (bin - from) / (peak - from) : (to - bin) / (to - peak));
    });
    return { first, weights };
  });
}
