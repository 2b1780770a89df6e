/**
 * Short-time objective intelligibility: how much of speech can be understood, 0 … 1, judged against the clean original.
 *
 * The correlation of both in third-octave envelopes over 384 ms, averaged over all bands and moments with speech.
 *
 * Source: Taal, Hendriks, Heusdens, Jensen, IEEE TASLP 19 (7), 2011.
 */
import { createRealFft } from './fft.ts';
import { createResampler } from './resample.ts';

const rateHz = 10_000;
const frame = 256;
const hop = 128;
const size = 512;
const bands = 15;
const lowestHz = 150;
/** Frames in the stretch that is compared: 384 ms. */
const stretch = 30;
/** Frames quieter than the loudest by this are no speech. */
const dynamicDb = 40;
/** −15 dB: what is this far off counts as gone, not as worse. */
const clip = 1 + 10 ** (15 / 20);

/** Both mono at `sampleRateHz`, of one length and in time. NaN where there is less than half a second of speech. */
export function stoi(clean: Float32Array, heard: Float32Array, sampleRateHz: number): number {
  const [reference, tested] = keepSpeech(resample(clean, sampleRateHz), resample(heard, sampleRateHz));
  const [x, y] = [envelopes(reference), envelopes(tested)];
  const frames = x.length / bands;
  let [sum, count] = [0, 0];
  for (let end = stretch; end <= frames; end++) {
    for (let band = 0; band < bands; band++) {
      sum += correlation(x, y, (end - stretch) * bands + band);
      count++;
    }
  }
  return count === 0 ? Number.NaN : sum / count;
}

function resample(samples: Float32Array, sampleRateHz: number): Float32Array {
  const resampler = createResampler(sampleRateHz, rateHz);
  const parts = [resampler.push(samples), resampler.flush()];
  const all = new Float32Array(parts[0]!.length + parts[1]!.length);
  all.set(parts[0]!);
  all.set(parts[1]!, parts[0]!.length);
  return all;
}

/** Hann, without the zeros at its ends. */
const window = Float64Array.from(
  { length: frame },
  (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 1)) / (frame + 1)),
);

/** Both with the frames put together again in which the first has speech. */
function keepSpeech(clean: Float32Array, heard: Float32Array): readonly [Float64Array, Float64Array] {
  const energies: number[] = [];
  for (let at = 0; at + frame <= clean.length; at += hop) {
    let energy = 0;
    for (let index = 0; index < frame; index++) energy += (clean[at + index]! * window[index]!) ** 2;
    energies.push(energy);
  }
  const least = Math.max(...energies, 0) * 10 ** (-dynamicDb / 10);
  const kept = energies.flatMap((energy, index) => (energy > least ? [index * hop] : []));
  const length = kept.length === 0 ? 0 : (kept.length - 1) * hop + frame;
  const result = [new Float64Array(length), new Float64Array(length)] as const;
  kept.forEach((from, place) => {
    for (let index = 0; index < frame; index++) {
      const to = place * hop + index;
      result[0][to] = result[0][to]! + clean[from + index]! * window[index]!;
      result[1][to] = result[1][to]! + heard[from + index]! * window[index]!;
    }
  });
  return result;
}

/** Amplitude per third of an octave, frame after frame. */
function envelopes(samples: Float64Array): Float64Array {
  const fft = createRealFft(size);
  const buffer = new Float64Array(size);
  const [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)];
  const edges = Array.from({ length: bands }, (_, band) => {
    const centre = lowestHz * 2 ** (band / 3);
    return [centre * 2 ** (-1 / 6), centre * 2 ** (1 / 6)].map((hz) => Math.round((hz * size) / rateHz));
  });
  const frames = Math.max(0, Math.floor((samples.length - frame) / hop) + 1);
  const result = new Float64Array(frames * bands);
  for (let place = 0; place < frames; place++) {
    for (let index = 0; index < frame; index++) buffer[index] = samples[place * hop + index]! * window[index]!;
    fft.forward(buffer, re, im);
    edges.forEach(([first, end], band) => {
      let energy = 0;
      for (let bin = first!; bin < end!; bin++) energy += re[bin]! ** 2 + im[bin]! ** 2;
      result[place * bands + band] = Math.sqrt(energy);
    });
  }
  return result;
}

/** Correlation of one band over the stretch that begins at `start`, the tested one brought to the same energy and clipped. */
function correlation(x: Float64Array, y: Float64Array, start: number): number {
  let [energyX, energyY] = [0, 0];
  for (let index = 0; index < stretch; index++) {
    energyX += x[start + index * bands]! ** 2;
    energyY += y[start + index * bands]! ** 2;
  }
  const gain = Math.sqrt(energyX / (energyY + 1e-30));
  let [sumX, sumY, squareX, squareY, dot] = [0, 0, 0, 0, 0];
  for (let index = 0; index < stretch; index++) {
    const wanted = x[start + index * bands]!;
    const given = Math.min(y[start + index * bands]! * gain, wanted * clip);
    sumX += wanted;
    sumY += given;
    squareX += wanted * wanted;
    squareY += given * given;
    dot += wanted * given;
  }
  const spread = (squareX - (sumX * sumX) / stretch) * (squareY - (sumY * sumY) / stretch);
  return spread <= 0 ? 0 : (dot - (sumX * sumY) / stretch) / Math.sqrt(spread);
}
