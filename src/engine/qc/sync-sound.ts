/** How late the finished sound is at a place, against the sound that the sources have there. */
import { fromSample, ratioToNumber, type Ticks } from '#core/time';
import { decodeSound, type MediaFile } from '#engine/media';
import type { SoundPlan } from '#engine/plan';
import { expectedSound } from './expected-source.ts';
import { findLag } from './find-lag.ts';

/** Lags up to this are found, either way. */
const mostSeconds = 0.3;
/** Compared on each side of the place. */
const halfSeconds = 1;
/** Envelopes are compared in steps of a millisecond. */
const envelopeHz = 1000;
/** With a rival of this share of the likeness a lag is not told from another. */
const mostRival = 0.75;
const leastEnvelope = 0.6;
/** Quieter than this, the sources have nothing to compare. */
const heardDbfs = -60;

export type SoundLag =
  | {
      readonly kind: 'measured';
      readonly late: Ticks;
      readonly strength: number;
      /** The sound repeats itself: another lag fits about as well. */
      readonly ambiguous: boolean;
    }
  /** The sources are loud there and the file is silent. */
  | { readonly kind: 'missing' }
  /** Nothing to hear in the sources either, or too little of it. */
  | { readonly kind: 'nothing' };

export type SoundCompared = {
  readonly plan: SoundPlan;
  readonly file: MediaFile;
  readonly streamIndex: number;
  readonly fileOf: (assetId: string) => MediaFile;
};

/** Compares around sample `place` of the mix. */
export function measureSoundLag(input: SoundCompared, place: number): SoundLag {
  const { sampleRateHz } = input.plan;
  const reach = Math.round((halfSeconds + mostSeconds) * sampleRateHz);
  const first = Math.max(0, place - reach);
  const count = Math.min(input.plan.samples, place + reach) - first;
  const most = Math.min(Math.round(mostSeconds * sampleRateHz), Math.floor(count / 4));
  const { sound: expected, stretched, cleaned } = expectedMono(input, first, count);
  const actual = readMono(input.file, { streamIndex: input.streamIndex, sampleRateHz, first, count });
  if (levelDbfs(expected) < heardDbfs) return { kind: 'nothing' };
  // Noise removal may leave nothing of a recording that is noise alone.
  if (levelDbfs(actual) < heardDbfs - 20) return { kind: cleaned ? 'nothing' : 'missing' };
  const rate = stretched ? envelopeHz : sampleRateHz;
  const lag = stretched
    ? findLag(envelope(expected, sampleRateHz), envelope(actual, sampleRateHz), {
        sampleRateHz: rate,
        most: Math.floor((most * envelopeHz) / sampleRateHz),
        kind: 'envelope',
      })
    : findLag(expected, actual, { sampleRateHz, most });
  if (lag === undefined) return { kind: 'nothing' };
  // Envelopes lack what effects and other speeds did to them: only a clear likeness says something.
  const ambiguous = lag.rival > mostRival || (stretched && lag.strength < leastEnvelope);
  return { kind: 'measured', late: fromSample(lag.samples, rate), strength: lag.strength, ambiguous };
}

/** Whether the sources themselves are at full scale at sample `first`. */
export function isClippedInSource(input: SoundCompared, first: number): boolean {
  const { sound } = expectedMono(input, Math.max(0, first - 50), 100);
  return sound.some((value) => Math.abs(value) >= 0.98);
}

type ExpectedMono = { readonly sound: Float32Array; readonly stretched: boolean; readonly cleaned: boolean };

/** The sources' sound over a stretch of the mix, levels of clips and tracks applied, no effects. */
function expectedMono(input: SoundCompared, first: number, count: number): ExpectedMono {
  const { plan } = input;
  const sound = new Float32Array(count);
  let [stretched, cleaned] = [false, false];
  for (const part of expectedSound(plan, first, count)) {
    const speed = ratioToNumber(part.clip.speed);
    if (speed !== 1) stretched = true;
    if (part.clip.denoise !== undefined || part.clip.repair !== undefined) cleaned = true;
    const gain = 10 ** (part.gainDb / 20);
    const range = { start: part.at, duration: fromSample(Math.ceil(part.samples * speed) + 2, plan.sampleRateHz) };
    const { streamIndex, assetId } = part.clip;
    const source = collect(
      decodeSound(input.fileOf(assetId), { streamIndex, sampleRateHz: plan.sampleRateHz, channels: 1, range }),
    );
    if (part.clip.reverse) source.subarray(0, Math.ceil(part.samples * speed)).reverse();
    for (let index = 0; index < part.samples; index++) {
      sound[part.first - first + index]! += gain * (source[Math.round(index * speed)] ?? 0);
    }
  }
  return { sound, stretched, cleaned };
}

function readMono(
  file: MediaFile,
  options: { readonly streamIndex: number; readonly sampleRateHz: number; readonly first: number; readonly count: number },
): Float32Array {
  const { streamIndex, sampleRateHz, first, count } = options;
  const range = { start: fromSample(first, sampleRateHz), duration: fromSample(count, sampleRateHz) };
  const read = collect(decodeSound(file, { streamIndex, sampleRateHz, channels: 1, range }));
  const sound = new Float32Array(count);
  sound.set(read.subarray(0, count));
  return sound;
}

function collect(blocks: Iterable<Float32Array[]>): Float32Array {
  const all = [...blocks].map((block) => block[0]!);
  const result = new Float32Array(all.reduce((sum, block) => sum + block.length, 0));
  let position = 0;
  for (const block of all) {
    result.set(block, position);
    position += block.length;
  }
  return result;
}

/** RMS over 20 ms for every millisecond, without its mean: the syllables, which a change of speed moves but does not change. */
function envelope(samples: Float32Array, sampleRateHz: number): Float32Array {
  const step = sampleRateHz / envelopeHz;
  const energies = new Float64Array(Math.floor(samples.length / step) + 1);
  for (let index = 0; index + 1 < energies.length; index++) {
    let sum = 0;
    for (let at = Math.floor(index * step); at < Math.floor((index + 1) * step); at++) sum += samples[at]! ** 2;
    energies[index + 1] = energies[index]! + sum;
  }
  const half = envelopeHz / 100;
  const result = Float32Array.from({ length: energies.length - 1 }, (_, index) => {
    const [from, to] = [Math.max(0, index - half), Math.min(energies.length - 1, index + half)];
    return Math.sqrt((energies[to]! - energies[from]!) / ((to - from) * step));
  });
  const mean = result.reduce((sum, value) => sum + value, 0) / result.length;
  return result.map((value) => value - mean);
}

function levelDbfs(samples: Float32Array): number {
  return 10 * Math.log10(samples.reduce((sum, value) => sum + value * value, 0) / samples.length + 1e-15);
}
