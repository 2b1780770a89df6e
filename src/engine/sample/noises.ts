/**
 * Noises of ten kinds, made from a seed: mono, 48 kHz, RMS 1.
 *
 * None is a recording; each has what makes its kind hard: the slope of its spectrum, lines, gusts, voices, knocks.
 */
import { speakSentence, sentences } from './sentences.ts';

export const soundRateHz = 48_000 as const;
export const noiseKinds = ['white', 'pink', 'brown', 'hum', 'fan', 'babble', 'rain', 'wind', 'street', 'keys'] as const;
export type NoiseKind = (typeof noiseKinds)[number];

/** `samples` of a noise; the same seed, kind and length give the same samples. */
export function makeNoise(kind: NoiseKind, seed: number, samples: number): Float32Array {
  const random = createRandom(seed * 31 + noiseKinds.indexOf(kind));
  const noise = makers[kind](random, samples);
  let energy = 0;
  for (const value of noise) energy += value * value;
  const gain = 1 / Math.sqrt(energy / samples);
  return noise.map((value) => value * gain);
}

/** Uniform numbers in [0, 1) from a seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = (seed * 2_654_435_769 + 1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Random = () => number;

const makers: Readonly<Record<NoiseKind, (random: Random, samples: number) => Float32Array>> = {
  white: (random, samples) => Float32Array.from({ length: samples }, () => gaussian(random)),
  pink: makePink,
  brown: makeBrown,
  hum: makeHum,
  fan: makeFan,
  babble: makeBabble,
  rain: makeRain,
  wind: makeWind,
  street: makeStreet,
  keys: makeKeys,
};

function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Paul Kellet's filter: −3 dB per octave within 0.05 dB from 9 Hz up. */
function makePink(random: Random, samples: number): Float32Array {
  const b = [0, 0, 0, 0, 0, 0, 0];
  return Float32Array.from({ length: samples }, () => {
    const white = gaussian(random);
    b[0] = 0.99886 * b[0]! + white * 0.0555179;
    b[1] = 0.99332 * b[1]! + white * 0.0750759;
    b[2] = 0.969 * b[2]! + white * 0.153852;
    b[3] = 0.8665 * b[3]! + white * 0.3104856;
    b[4] = 0.55 * b[4]! + white * 0.5329522;
    b[5] = -0.7616 * b[5]! - white * 0.016898;
    const pink = b[0]! + b[1]! + b[2]! + b[3]! + b[4]! + b[5]! + b[6]! + white * 0.5362;
    b[6] = white * 0.115926;
    return pink;
  });
}

/** −6 dB per octave above 150 Hz, as `anoisesrc` makes it: below that it would be too easy. */
function makeBrown(random: Random, samples: number): Float32Array {
  let state = 0;
  return Float32Array.from({ length: samples }, () => (state = (state + 0.02 * gaussian(random)) / 1.02));
}

/** Mains of 50 or 60 Hz that wanders by some hundredths of a Hz, its harmonics to 1.5 kHz, and a little hiss. */
function makeHum(random: Random, samples: number): Float32Array {
  const mains = random() < 0.5 ? 50 : 60;
  const lines = Array.from({ length: Math.floor(1500 / mains) }, (_, index) => ({
    order: index + 1,
    level: (index % 2 === 0 ? 1 : 0.5) * (0.4 + random()) * (index + 1) ** -1.1,
    phase: 2 * Math.PI * random(),
  }));
  const wander = 2 * Math.PI * random();
  let phase = 0;
  return Float32Array.from({ length: samples }, (_, index) => {
    const offset = 0.03 * Math.sin(wander + (2 * Math.PI * index) / (9 * soundRateHz));
    phase += (2 * Math.PI * (mains + offset)) / soundRateHz;
    let sum = 0;
    for (const line of lines) sum += line.level * Math.sin(line.order * phase + line.phase);
    return sum + 0.02 * gaussian(random);
  });
}

/** Air: pink below 2 kHz, its level going with the turns; blades: lines whose pitch shakes a little. */
function makeFan(random: Random, samples: number): Float32Array {
  const turns = 12 + 15 * random();
  const blades = 5 + Math.floor(3 * random());
  const air = lowPass(makePink(random, samples), 1200 + 1500 * random());
  const shake = createWander(random, 0.5);
  let phase = 0;
  return air.map((value, index) => {
    phase += (2 * Math.PI * turns * (1 + 0.002 * shake(index))) / soundRateHz;
    const tone = Math.sin(blades * phase) + 0.6 * Math.sin(2 * blades * phase + 1) + 0.35 * Math.sin(3 * blades * phase + 2);
    return value * (1 + 0.25 * Math.sin(phase)) + 0.35 * tone;
  });
}

/** Eight voices that speak over one another. */
function makeBabble(random: Random, samples: number): Float32Array {
  const sum = new Float32Array(samples);
  const voices = ['slt', 'rms', 'awb', 'kal16'] as const;
  for (let talker = 0; talker < 8; talker++) {
    const gain = 0.6 + 0.8 * random();
    for (let at = -Math.floor(random() * 3 * soundRateHz); at < samples;) {
      const speech = speakSentence(Math.floor(random() * sentences.length), voices[talker % voices.length]!);
      for (let index = Math.max(0, -at); index < speech.length && at + index < samples; index++) {
        sum[at + index] = sum[at + index]! + gain * speech[index]!;
      }
      at += speech.length + Math.floor(random() * 0.2 * soundRateHz);
    }
  }
  return sum;
}

/** Many drops, each a short ring, over a bright hiss. */
function makeRain(random: Random, samples: number): Float32Array {
  const hiss = highPass(
    Float32Array.from({ length: samples }, () => gaussian(random)),
    1500,
  );
  const rain = hiss.map((value) => value * 0.5);
  const drops = Math.floor((samples / soundRateHz) * 250);
  for (let drop = 0; drop < drops; drop++) {
    ring(rain, random, { pitchHz: 900 + 5000 * random(), seconds: 0.002 + 0.006 * random(), level: 4 * random() ** 3 });
  }
  return rain;
}

/** Rumble below some hundred Hz that comes in gusts of seconds. */
function makeWind(random: Random, samples: number): Float32Array {
  const rumble = lowPass(makePink(random, samples), 250);
  const gust = createWander(random, 0.7);
  return rumble.map((value, index) => value * 10 ** (0.35 * gust(index)));
}

/** A running engine, traffic that swells and fades, and tyres. */
function makeStreet(random: Random, samples: number): Float32Array {
  const bed = makePink(random, samples);
  const tyres = lowPass(
    highPass(
      Float32Array.from({ length: samples }, () => gaussian(random)),
      400,
    ),
    1500,
  );
  const [swell, passing, speed] = [createWander(random, 0.15), createWander(random, 0.3), createWander(random, 0.2)];
  let phase = 0;
  return bed.map((value, index) => {
    phase += (2 * Math.PI * 32 * (1 + 0.08 * speed(index))) / soundRateHz;
    let engine = 0;
    for (let order = 1; order <= 8; order++) engine += Math.sin(order * phase + order * order) / order;
    return value * 10 ** (0.2 * swell(index)) + 0.4 * engine + 1.2 * tyres[index]! * 10 ** (0.4 * passing(index) - 0.5);
  });
}

/** Typing: knocks of a few ms, some each second, over a soft room. */
function makeKeys(random: Random, samples: number): Float32Array {
  const room = lowPass(makePink(random, samples), 3000).map((value) => value * 0.05);
  const strokes = Math.floor((samples / soundRateHz) * 6);
  for (let stroke = 0; stroke < strokes; stroke++) {
    const at = Math.floor(random() * samples);
    for (const [delay, level] of [
      [0, 1],
      [0.008, 0.5],
      [0.09, 0.4],
    ] as const) {
      const start = at + Math.floor(delay * soundRateHz);
      ring(room, random, {
        start,
        pitchHz: 1500 + 3000 * random(),
        seconds: 0.004 + 0.01 * random(),
        level: level * (0.5 + random()),
      });
      ring(room, random, { start, pitchHz: 200 + 200 * random(), seconds: 0.015, level: 0.5 * level });
    }
  }
  return room;
}

type Ring = { readonly start?: number; readonly pitchHz: number; readonly seconds: number; readonly level: number };

/** Adds a tone with noise in it that dies away within `seconds`. */
function ring(samples: Float32Array, random: Random, { start, pitchHz, seconds, level }: Ring): void {
  const first = start ?? Math.floor(random() * samples.length);
  const count = Math.floor(4 * seconds * soundRateHz);
  for (let index = 0; index < count && first + index < samples.length; index++) {
    const tone = Math.sin((2 * Math.PI * pitchHz * index) / soundRateHz) + 0.5 * gaussian(random);
    samples[first + index] = samples[first + index]! + level * tone * Math.exp(-index / (seconds * soundRateHz));
  }
}

/** Slow random movement about 0, mostly within ±1, changing some `rateHz` times a second. */
function createWander(random: Random, rateHz: number): (index: number) => number {
  const waves = Array.from({ length: 5 }, () => ({
    step: (2 * Math.PI * rateHz * (0.3 + 1.2 * random())) / soundRateHz,
    phase: 2 * Math.PI * random(),
  }));
  return (index) => waves.reduce((sum, wave) => sum + Math.sin(wave.phase + wave.step * index), 0) * 0.55;
}

function lowPass(samples: Float32Array, cutHz: number): Float32Array {
  const share = 1 - Math.exp((-2 * Math.PI * cutHz) / soundRateHz);
  let [first, second] = [0, 0];
  return samples.map((value) => {
    first += share * (value - first);
    second += share * (first - second);
    return second;
  });
}

function highPass(samples: Float32Array, cutHz: number): Float32Array {
  const low = lowPass(samples, cutHz);
  return samples.map((value, index) => value - low[index]!);
}
