/**
 * A room: eight delay lines that feed each other through a Hadamard matrix, each losing its highs a little faster.
 *
 * Nothing in it moves over time, so equal sound before two places rings on equally after them: loops depend on that.
 * Source: Jot and Chaigne, "Digital delay networks for designing artificial reverberators", AES 1991.
 */
import { musicRateHz } from './form.ts';

const lineMs = [31.3, 37.7, 41.9, 47.3, 53.9, 61.1, 67.3, 73.9] as const;
const diffuserMs = [5.3, 12.7] as const;
const preDelayMs = 14;
const dampingHz = 6500;
/** Lows would fill the room with mud. */
const lowestHz = 170;

export type Reverb = (send: Float32Array, left: Float32Array, right: Float32Array, level: number) => void;

/** Adds the room's answer to `send` to both sides, `level` times; `seconds` until it is 60 dB down. */
export function createReverb(seconds: number): Reverb {
  const lines = lineMs.map((ms) => createLine(samplesIn(ms), seconds));
  // No line answers sooner than this, so that much can be worked on at once.
  const stride = Math.min(...lineMs.map(samplesIn));
  const taps = lines.map(() => new Float32Array(stride));
  const input = new Float32Array(stride);
  const preDelay = createDelay(samplesIn(preDelayMs));
  const diffusers = diffuserMs.map((ms) => createAllPass(samplesIn(ms), 0.6));
  const highPass = createHighPass();

  function step(send: Float32Array, left: Float32Array, right: Float32Array, level: number): void {
    const count = send.length;
    const fed = input.subarray(0, count);
    fed.set(send);
    preDelay(fed);
    highPass(fed);
    for (const diffuse of diffusers) diffuse(fed);
    for (const [index, line] of lines.entries()) line.read(taps[index]!, count);
    // Each side hears lines of its own, in turns against each other.
    for (let index = 0; index < 8; index += 4) {
      addDifference(left, taps[index]!, taps[index + 2]!, level);
      addDifference(right, taps[index + 1]!, taps[index + 3]!, level);
    }
    hadamard(taps, count);
    for (const [index, line] of lines.entries()) line.write(taps[index]!, fed, index % 2 === 0 ? 1 : -1);
  }

  return (send, left, right, level) => {
    for (let from = 0; from < send.length; from += stride) {
      const to = Math.min(send.length, from + stride);
      step(send.subarray(from, to), left.subarray(from, to), right.subarray(from, to), level);
    }
  };
}

function samplesIn(ms: number): number {
  return Math.round((ms * musicRateHz) / 1000);
}

function addDifference(target: Float32Array, plus: Float32Array, minus: Float32Array, level: number): void {
  for (let index = 0; index < target.length; index++) target[index]! += level * (plus[index]! - minus[index]!);
}

function createLine(length: number, seconds: number) {
  const samples = new Float32Array(length);
  const gain = 10 ** ((-3 * length) / (musicRateHz * seconds)) / Math.sqrt(8);
  const damping = 1 - Math.exp((-2 * Math.PI * dampingHz) / musicRateHz);
  let keptDamped = 0;
  let place = 0;
  // What a loop changes is kept in names of its own while it runs: that is three times as fast.
  return {
    /** What comes out over the next `count` samples, dulled. */
    read(target: Float32Array, count: number): void {
      let from = place;
      let damped = keptDamped;
      for (let index = 0; index < count; index++) {
        damped += damping * (samples[from]! - damped);
        target[index] = damped;
        if (++from === length) from = 0;
      }
      keptDamped = damped;
    },
    write(fedBack: Float32Array, fed: Float32Array, sign: number): void {
      let to = place;
      for (let index = 0; index < fed.length; index++) {
        samples[to] = fedBack[index]! * gain + sign * fed[index]!;
        if (++to === length) to = 0;
      }
      place = to;
    },
  };
}

function hadamard(taps: readonly Float32Array[], count: number): void {
  for (let width = 1; width < 8; width *= 2) {
    for (let start = 0; start < 8; start += width * 2) {
      for (let line = start; line < start + width; line++) turn(taps[line]!, taps[line + width]!, count);
    }
  }
}

function turn(a: Float32Array, b: Float32Array, count: number): void {
  for (let index = 0; index < count; index++) {
    const [x, y] = [a[index]!, b[index]!];
    a[index] = x + y;
    b[index] = x - y;
  }
}

type InPlace = (samples: Float32Array) => void;

function createDelay(length: number): InPlace {
  const held = new Float32Array(length);
  let kept = 0;
  return (samples) => {
    let place = kept;
    for (let index = 0; index < samples.length; index++) {
      const delayed = held[place]!;
      held[place] = samples[index]!;
      samples[index] = delayed;
      if (++place === length) place = 0;
    }
    kept = place;
  };
}

function createHighPass(): InPlace {
  const share = 1 - Math.exp((-2 * Math.PI * lowestHz) / musicRateHz);
  let kept = 0;
  return (samples) => {
    let under = kept;
    for (let index = 0; index < samples.length; index++) {
      under += share * (samples[index]! - under);
      samples[index]! -= under;
    }
    kept = under;
  };
}

function createAllPass(length: number, gain: number): InPlace {
  const held = new Float32Array(length);
  let kept = 0;
  return (samples) => {
    let place = kept;
    for (let index = 0; index < samples.length; index++) {
      const delayed = held[place]!;
      const fed = samples[index]! + gain * delayed;
      held[place] = fed;
      samples[index] = delayed - gain * fed;
      if (++place === length) place = 0;
    }
    kept = place;
  };
}
