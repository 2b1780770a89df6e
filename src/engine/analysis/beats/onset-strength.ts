/**
 * How much begins at each moment, every 10 ms: all of it, and what of it is low (a kick, a bass), and which pitches sound.
 * 1 kB a second; the samples themselves are not kept.
 */
import { createHeldSamples, createRealFft } from '#core/dsp';
import { createFloatList } from '../float-list.ts';

export const beatRateHz = 16_000;
/** Frames per second; frame f is at `f · 10 ms`. */
export const beatFramesPerSecond = 100;
const hop = beatRateHz / beatFramesPerSecond;
const size = 1024;
const pitchSize = 4096;
/** Pitches are read every so many frames. */
export const pitchStep = 10;
const bandCount = 32;
/** The first bands lie under 150 Hz, those up to the second number under 2000 Hz. */
const [lowBands, middleBands] = [4, 20];
/** A tone that wanders into the next band is no beginning: each band is held against its neighbours two frames ago. */
const back = 2;
/** Under this there is silence, not music; power of a full-scale sine is 0 dB. */
const floorDb = -75;

export type OnsetStrength = {
  readonly frames: number;
  readonly all: Float32Array;
  /** Under 150 Hz: kicks, basses. */
  readonly low: Float32Array;
  /** From 150 to 2000 Hz: snares, chords, voices. */
  readonly middle: Float32Array;
  /** Above: hats, consonants. */
  readonly high: Float32Array;
  /** All of it by how loud it gets instead of by how much louder: accents stand out of what merely ticks. */
  readonly loud: Float32Array;
  /** Twelve pitch classes every `pitchStep` frames, each row summing to 1 or 0. */
  readonly pitches: Float32Array;
};

export type OnsetReader = {
  /** The next samples, mono, at `beatRateHz`. */
  push(samples: Float32Array): void;
  finish(): OnsetStrength;
};

export function createOnsetReader(): OnsetReader {
  const bands = createBandMeter();
  const pitch = createPitchMeter();
  const lists = Array.from({ length: 5 }, () => createFloatList());
  const pitches = createFloatList();
  const history = Array.from({ length: back + 1 }, () => new Float32Array(bandCount).fill(floorDb));
  const one = new Float32Array(1);
  const lead = pitchSize / 2;
  const held = createHeldSamples(lead);
  let heard = 0;
  let frame = 0;

  function measure(all: Float32Array, centre: number): void {
    const now = history[frame % (back + 1)]!;
    bands(all.subarray(centre - size / 2, centre + size / 2), now);
    const then = history[(frame + 1) % (back + 1)]!;
    const rises = [0, 0, 0, 0, 0];
    for (let band = 0; band < bandCount; band++) {
      const before = Math.max(then[band]!, then[Math.max(0, band - 1)]!, then[Math.min(bandCount - 1, band + 1)]!);
      const rise = Math.max(0, now[band]! - before);
      rises[0]! += rise / bandCount;
      // In low bands, which are narrow, a neighbour is another note.
      if (band < lowBands) rises[1]! += Math.max(0, now[band]! - then[band]!) / lowBands;
      else if (band < middleBands) rises[2]! += rise / (middleBands - lowBands);
      else rises[3]! += rise / (bandCount - middleBands);
      if (rise > 0) rises[4]! += 10 ** (now[band]! / 40) - 10 ** (before / 40);
    }
    for (const [index, list] of lists.entries()) {
      one[0] = rises[index]!;
      list.append(one);
    }
    if (frame % pitchStep === 0) pitches.append(pitch(all.subarray(centre - lead, centre + lead)));
    frame++;
  }

  function run(samples: Float32Array, until: number): void {
    const all = held.push(samples);
    let start = 0;
    for (; start + pitchSize <= all.length && frame < until; start += hop) measure(all, start + lead);
    held.drop(start);
  }

  return {
    push(samples) {
      heard += samples.length;
      run(samples, Infinity);
    },
    finish() {
      run(new Float32Array(pitchSize), Math.ceil(heard / hop));
      const [all, low, middle, high, loud] = lists.map((list) => list.all());
      return { frames: frame, all: all!, low: low!, middle: middle!, high: high!, loud: loud!, pitches: pitches.all() };
    },
  };
}

/** Levels in dB of bands that are even on the ear's scale from 40 to 7500 Hz. */
function createBandMeter(): (window: Float32Array, into: Float32Array) => void {
  const fft = createRealFft(size);
  const shape = Float64Array.from({ length: size }, (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (index + 0.5)) / size));
  const [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)];
  const samples = new Float64Array(size);
  const mel = (hz: number) => Math.log(1 + hz / 300);
  const edge = (band: number) => 300 * (Math.exp(mel(30) + ((mel(7500) - mel(30)) * band) / bandCount) - 1);
  const bin = (hz: number) => (hz * size) / beatRateHz;
  const edges = Array.from({ length: bandCount + 1 }, (_, band) => bin(edge(band)));
  const scale = 16 / (size * size);
  return (window, into) => {
    for (let index = 0; index < size; index++) samples[index] = window[index]! * shape[index]!;
    fft.forward(samples, re, im);
    for (let band = 0; band < bandCount; band++) {
      const first = Math.max(1, Math.round(edges[band]!));
      const end = Math.max(first + 1, Math.round(edges[band + 1]!));
      let sum = 0;
      for (let index = first; index < end; index++) sum += re[index]! * re[index]! + im[index]! * im[index]!;
      into[band] = Math.max(floorDb, 10 * Math.log10(sum * scale + 1e-12));
    }
  };
}

/** How much of each pitch class sounds between 110 and 1760 Hz. */
function createPitchMeter(): (window: Float32Array) => Float32Array {
  const fft = createRealFft(pitchSize);
  const shape = Float64Array.from({ length: pitchSize }, (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / pitchSize));
  const [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)];
  const samples = new Float64Array(pitchSize);
  const [first, end] = [Math.round((110 * pitchSize) / beatRateHz), Math.round((1760 * pitchSize) / beatRateHz)];
  const classes = Uint8Array.from({ length: fft.bins }, (_, bin) => {
    const hz = (Math.max(1, bin) * beatRateHz) / pitchSize;
    return (((Math.round(12 * Math.log2(hz / 440)) % 12) + 12) % 12) as number;
  });
  return (window) => {
    for (let index = 0; index < pitchSize; index++) samples[index] = window[index]! * shape[index]!;
    fft.forward(samples, re, im);
    const row = new Float32Array(12);
    let total = 0;
    for (let bin = first; bin < end; bin++) {
      const level = Math.sqrt(Math.hypot(re[bin]!, im[bin]!));
      row[classes[bin]!]! += level;
      total += level;
    }
    return total < 1e-3 ? row : row.map((value) => value / total);
  };
}
