/** The phones of the built-in voice, and how they sound: Gaussians trained on what that voice says in four timbres. */
import { readFileSync } from 'node:fs';

/** Flite's American English set, without silence. */
export const phoneNames = ['aa', 'ae', 'ah', 'ao', 'aw', 'ax', 'ay', 'b', 'ch', 'd', 'dh', 'eh', 'er', 'ey', 'f', 'g', 'hh', 'ih', 'iy', 'jh', 'k', 'l', 'm', 'n', 'ng', 'ow', 'oy', 'p', 'r', 's', 'sh', 't', 'th', 'uh', 'uw', 'v', 'w', 'y', 'z', 'zh'] as const; // prettier-ignore

/** Beginning, middle and end of a phone. */
export const statesPerPhone = 3;

export type PhoneModel = {
  readonly dimensions: number;
  readonly mixtures: number;
  /** Of each state of each phone in turn, each mixture's means; features have mean 0 and deviation 1 over the speech of a recording. */
  readonly means: Float32Array;
  readonly deviations: Float32Array;
  /** Natural logarithms of the shares. */
  readonly weights: Float32Array;
};

const meanStep = 1 / 24;
const logStep = 1 / 32;

/** Means in 24ths, logarithms in 32nds, one byte each. */
export function packPhoneModel(model: PhoneModel): Uint8Array {
  const bytes: number[] = [];
  const put = (value: number) => bytes.push(Math.max(-127, Math.min(127, Math.round(value))) & 0xff);
  model.means.forEach((value) => put(value / meanStep));
  model.deviations.forEach((value) => put(Math.log(value) / logStep));
  model.weights.forEach((value) => put(value / logStep));
  return Uint8Array.from([model.dimensions, model.mixtures, ...bytes]);
}

let loaded: PhoneModel | undefined;

/** Source: made by `scripts/make-phone-model.ts` from the built-in voices; nothing in it comes from a recording of a person. */
export function phoneModel(): PhoneModel {
  loaded ??= unpack(readFileSync(new URL('phone-model.bin', import.meta.url)));
  return loaded;
}

function unpack(bytes: Uint8Array): PhoneModel {
  const [dimensions, mixtures] = [bytes[0]!, bytes[1]!];
  const states = phoneNames.length * statesPerPhone;
  const signed = new Int8Array(bytes.buffer, bytes.byteOffset + 2, bytes.length - 2);
  const size = states * mixtures * dimensions;
  return {
    dimensions,
    mixtures,
    means: Float32Array.from(signed.subarray(0, size), (value) => value * meanStep),
    deviations: Float32Array.from(signed.subarray(size, 2 * size), (value) => Math.exp(value * logStep)),
    weights: Float32Array.from(signed.subarray(2 * size), (value) => value * logStep),
  };
}
