/**
 * What the search for speech looks at, taken from the sound while it streams by: how likely each 32 ms hold a voice, and
 * how strong each band is every 10 ms. 17 kB a minute per band; the samples themselves are not kept.
 */
import { createHeldSamples, createRealFft, dbToPower, silenceDb } from '#core/dsp';
import { createVoiceDetector, vadSampleRateHz, vadWindowSamples } from '#engine/models';
import { createFloatList } from './float-list.ts';

/** Samples of 10 ms at the detector's rate. */
export const frameSamples = vadSampleRateHz / 100;
/** Frames per second. */
export const framesPerSecond = 100;

/** Lower edges of the bands in Hz, and the upper edge of the last: hum and rumble lie below the first. */
const bandEdgesHz = [187, 312, 500, 750, 1062, 1500, 2125, 3000, 4250, 6000, 7687] as const;
export const bandCount = bandEdgesHz.length - 1;

export type SoundFeatures = {
  /** 10 ms each; frame f is centred on `(f + 0.5) · 10 ms`. */
  readonly frames: number;
  /** Power per band and frame, frame by frame, `bandCount` values each; never 0. */
  readonly bands: Float32Array;
  /** Probability of a voice in the middle of each frame, 0 … 1. */
  readonly voice: Float32Array;
};

/** What the bands hold together, one value per frame: the sound without hum and rumble. */
export function heardPowers({ frames, bands }: SoundFeatures): Float32Array {
  const total = bandWeights.reduce((sum, weight) => sum + weight, 0);
  const powers = new Float32Array(frames);
  for (let index = 0; index < frames * bandCount; index++) {
    powers[Math.floor(index / bandCount)]! += (bandWeights[index % bandCount]! / total) * bands[index]!;
  }
  return powers;
}

export type FeatureReader = {
  /** The next samples, mono, 16 kHz, finite. */
  push(samples: Float32Array): void;
  /** All that was heard; the last frame may be shorter than 10 ms. */
  finish(): SoundFeatures;
};

const fftSize = 256;
const binHz = vadSampleRateHz / fftSize;
const firstBins = bandEdgesHz.map((edge) => Math.round(edge / binHz));
/** Independent values in each band: its bins, of which a Hann window lets neighbours share a third. */
export const bandWeights: readonly number[] = Array.from(
  { length: bandCount },
  (_, band) => 0.7 * (firstBins[band + 1]! - firstBins[band]!),
);
/** Below the last bit of 16-bit sound, so that digital silence is a floor like any other. */
const leastPower = dbToPower(silenceDb + 10);

export function createFeatureReader(): FeatureReader {
  const detector = createVoiceDetector();
  const probabilities = createFloatList();
  const bands = createFloatList();
  const measure = createBandMeter();
  // The window of frame 0 reaches back before the sound.
  const lead = (fftSize - frameSamples) / 2;
  const held = createHeldSamples(lead);
  let heard = 0;

  function measureFrames(samples: Float32Array, until: number): void {
    const all = held.push(samples);
    let start = 0;
    for (; start + fftSize <= all.length && bands.length < until * bandCount; start += frameSamples) {
      bands.append(measure(all.subarray(start, start + fftSize)));
    }
    held.drop(start);
  }

  return {
    push(samples) {
      heard += samples.length;
      probabilities.append(detector.push(samples));
      measureFrames(samples, Infinity);
    },
    finish() {
      const frames = Math.ceil(heard / frameSamples);
      probabilities.append(detector.flush());
      measureFrames(new Float32Array(fftSize + frameSamples), frames);
      return { frames, bands: bands.all().subarray(0, frames * bandCount), voice: perFrame(probabilities.all(), frames) };
    },
  };
}

/** Probabilities of windows laid onto frames: the window in which the frame's middle lies. */
function perFrame(probabilities: Float32Array, frames: number): Float32Array {
  const result = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    const window = Math.floor(((frame + 0.5) * frameSamples) / vadWindowSamples);
    result[frame] = probabilities[Math.min(window, probabilities.length - 1)] ?? 0;
  }
  return result;
}

/** Mean power per bin of each band over one Hann window, scaled so that white noise of power p gives p in every band. */
function createBandMeter(): (window: Float32Array) => Float32Array {
  const fft = createRealFft(fftSize);
  const shape = Float32Array.from(
    { length: fftSize },
    (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / fftSize),
  );
  const scale = 1 / shape.reduce((sum, value) => sum + value * value, 0);
  const windowed = new Float32Array(fftSize);
  const re = new Float64Array(fft.bins);
  const im = new Float64Array(fft.bins);
  const result = new Float32Array(bandCount);
  return (window) => {
    for (let index = 0; index < fftSize; index++) windowed[index] = window[index]! * shape[index]!;
    fft.forward(windowed, re, im);
    for (let band = 0; band < bandCount; band++) {
      let sum = 0;
      const [first, end] = [firstBins[band]!, firstBins[band + 1]!];
      for (let bin = first; bin < end; bin++) sum += re[bin]! * re[bin]! + im[bin]! * im[bin]!;
      result[band] = Math.max(leastPower, (sum * scale) / (end - first));
    }
    return result;
  };
}
