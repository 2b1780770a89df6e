/**
 * Makes `src/engine/models/phone-model.bin`: how each phone sounds, learnt from what the built-in voices say, whose phones have known times.
 * Run it where the voices, the features or the list of phones change: `node scripts/make-phone-model.ts`.
 */
import { writeFileSync } from 'node:fs';
import { createResampler } from '../src/core/dsp/index.ts';
import { cepstraDimensions, cepstraRateHz, createCepstraReader, normalise } from '../src/engine/analysis/words/cepstra.ts';
import { packPhoneModel, phoneNames, speakPhones, statesPerPhone, type FliteVoice } from '../src/engine/models/index.ts';

/** Sentences with every sound of English in everyday balance. Source: Harvard sentences, IEEE 297 (1969), lists 1 to 4, public domain. */
const sentences = [
  'The birch canoe slid on the smooth planks.', 'Glue the sheet to the dark blue background.', "It's easy to tell the depth of a well.",
  'These days a chicken leg is a rare dish.', 'Rice is often served in round bowls.', 'The juice of lemons makes fine punch.',
  'The box was thrown beside the parked truck.', 'The hogs were fed chopped corn and garbage.', 'Four hours of steady work faced us.',
  'A large size in stockings is hard to sell.', 'The boy was there when the sun rose.', 'A rod is used to catch pink salmon.',
  'The source of the huge river is the clear spring.', 'Kick the ball straight and follow through.', 'Help the woman get back to her feet.',
  'A pot of tea helps to pass the evening.', 'Smoky fires lack flame and heat.', 'The soft cushion broke the man\'s fall.',
  'The salt breeze came across from the sea.', 'The girl at the booth sold fifty bonds.', 'The small pup gnawed a hole in the sock.',
  'The fish twisted and turned on the bent hook.', 'Press the pants and sew a button on the vest.', 'The swan dive was far short of perfect.',
  'The beauty of the view stunned the young boy.', 'Two blue fish swam in the tank.', 'Her purse was full of useless trash.',
  'The colt reared and threw the tall rider.', 'It snowed, rained, and hailed the same morning.', 'Read verse out loud for pleasure.',
  'Hoist the load to your left shoulder.', 'Take the winding path to reach the lake.', 'Note closely the size of the gas tank.',
  'Wipe the grease off his dirty face.', 'Mend the coat before you go out.', 'The wrist was badly strained and hung limp.',
  'The treasure was measured with usual vision and joy.', 'The choice of a noisy toy annoyed the boys.', 'Usually the beige garage is hidden in leisure.',
]; // prettier-ignore

const voices: readonly FliteVoice[] = ['slt', 'rms', 'awb', 'kal16'];
/** Other sizes of throat: played faster or slower, pitch and all. */
const sizes = [0.9, 1, 1.12];
/** Noise under the speech, dB; none for infinity. */
const noises = [Infinity, 25, 12];
const mixtures = 4;

const states = phoneNames.length * statesPerPhone;
const seen: number[][][] = Array.from({ length: states }, () => []);
let seed = 1;
for (const voice of voices) {
  for (const [index, size] of sizes.entries()) {
    const texts = sentences.filter((_, place) => place % sizes.length === index || size === 1);
    collect(voice, size, texts.join(' '), noises[(index + voices.indexOf(voice)) % noises.length]!);
    if (size === 1) collect(voice, size, texts.slice(0, 20).join(' '), 15);
  }
}
const fitted = seen.map(fitMixture);
const flat = (take: (part: Part) => readonly number[]) => Float32Array.from(fitted.flatMap((parts) => parts.flatMap(take)));
const bytes = packPhoneModel({
  dimensions: cepstraDimensions,
  mixtures,
  means: flat(({ mean }) => mean),
  deviations: flat(({ deviation }) => deviation),
  weights: flat(({ weight }) => [weight]),
});
writeFileSync(new URL('../src/engine/models/phone-model.bin', import.meta.url), bytes);
console.log(`${bytes.length} bytes from ${seen.reduce((sum, rows) => sum + rows.length, 0)} frames; fewest for a state: ${Math.min(...seen.map(({ length }) => length))}`); // prettier-ignore

function collect(voice: FliteVoice, size: number, text: string, snrDb: number): void {
  const { speech, phones } = speakPhones(text, voice);
  const resampler = createResampler(Math.round(speech.sampleRateHz * size), cepstraRateHz);
  const sound = Float32Array.from([...resampler.push(speech.samples), ...resampler.flush()]);
  addNoise(sound, snrDb);
  const reader = createCepstraReader();
  reader.push(sound);
  const rows = reader.finish();
  const at = (seconds: number) => (seconds / size) * 100;
  const labels = new Int16Array(rows.length / 13).fill(-1);
  let start = 0;
  for (const { phone, endSeconds } of phones) {
    const [from, to] = [at(start), at(endSeconds)];
    const index = phoneNames.indexOf(phone as (typeof phoneNames)[number]);
    for (let frame = Math.round(from); frame < Math.min(labels.length, Math.round(to)) && index >= 0; frame++)
      labels[frame] =
        index * statesPerPhone +
        Math.max(0, Math.min(statesPerPhone - 1, Math.floor(((frame + 0.5 - from) / (to - from)) * statesPerPhone)));
    start = endSeconds;
  }
  const features = normalise(rows, (frame) => labels[frame]! >= 0);
  labels.forEach((state, frame) => {
    if (state >= 0) seen[state]!.push([...features.subarray(frame * cepstraDimensions, (frame + 1) * cepstraDimensions)]);
  });
}

function addNoise(sound: Float32Array, snrDb: number): void {
  if (snrDb === Infinity) return;
  const power = sound.reduce((sum, value) => sum + value * value, 0) / sound.length;
  const level = Math.sqrt(power / 10 ** (snrDb / 10));
  let last = 0;
  for (let index = 0; index < sound.length; index++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    last = 0.8 * last + 0.6 * (seed / 2 ** 31 - 1) * Math.sqrt(3);
    sound[index]! += last * level;
  }
}

type Part = { readonly mean: readonly number[]; readonly deviation: readonly number[]; readonly weight: number };

/** Clusters by k-means from spread-out beginnings, each with its own deviations. */
function fitMixture(rows: readonly (readonly number[])[]): Part[] {
  let centres = Array.from({ length: mixtures }, (_, index) => rows[Math.floor(((index + 0.5) / mixtures) * rows.length)]!);
  let groups: (readonly number[])[][] = [];
  for (let round = 0; round < 12; round++) {
    groups = centres.map(() => []);
    for (const row of rows) {
      const distances = centres.map((centre) => centre.reduce((sum, value, d) => sum + (value - row[d]!) ** 2, 0));
      groups[distances.indexOf(Math.min(...distances))]!.push(row);
    }
    centres = groups.map((group, index) => (group.length === 0 ? centres[index]! : meanOf(group)));
  }
  return groups.map((group, index) => {
    const mean = centres[index]!;
    const deviation = mean.map((value, d) => {
      const variance = group.reduce((sum, row) => sum + (row[d]! - value) ** 2, 0) / Math.max(1, group.length);
      // Few frames know little of how much their sound varies.
      return Math.sqrt((variance * group.length + 0.5 * 20) / (group.length + 20) + 0.05);
    });
    return { mean, deviation, weight: Math.log((group.length + 1) / (rows.length + mixtures)) };
  });
}

function meanOf(rows: readonly (readonly number[])[]): number[] {
  return rows[0]!.map((_, d) => rows.reduce((sum, row) => sum + row[d]!, 0) / rows.length);
}
