/** Drums and textures, made of sweeps and noise. Pitch numbers choose between takes of a stroke. */
import { softenEnd, softenStart } from './envelope.ts';
import { decay, filter, noise } from './filters.ts';
import { mono, type Voice } from './sound.ts';
import { addPartials, rate } from './tables.ts';

type Sweep = {
  readonly from: number;
  readonly to: number;
  readonly fall: number;
  readonly ring: number;
  readonly seconds: number;
};

/** A tone that falls from one pitch to another and dies away. */
function sweep({ from, to, fall, ring, seconds }: Sweep): Float32Array {
  const sound = new Float32Array(Math.round(seconds * rate));
  let phase = 0;
  for (let index = 0; index < sound.length; index++) {
    const time = index / rate;
    sound[index] = Math.sin(phase) * Math.exp(-time / ring);
    phase += (2 * Math.PI * (to + (from - to) * Math.exp(-time / fall))) / rate;
  }
  softenStart(sound, 0.001);
  softenEnd(sound, 0.03);
  return sound;
}

function hiss(
  seconds: number,
  random: () => number,
  band: { readonly hz: number; readonly q: number; readonly ring: number },
): Float32Array {
  const sound = noise(Math.round(seconds * rate), random);
  filter(sound, { kind: 'band', from: band.hz, q: band.q });
  decay(sound, band.ring);
  softenStart(sound, 0.0008);
  softenEnd(sound, 0.01);
  return sound;
}

function add(target: Float32Array, other: Float32Array, level: number): Float32Array {
  for (let index = 0; index < Math.min(target.length, other.length); index++) target[index]! += level * other[index]!;
  return target;
}

export const kick: Voice = ({ random }) => {
  const body = sweep({ from: 165, to: 50, fall: 0.028, ring: 0.13, seconds: 0.5 });
  return mono(add(body, hiss(0.02, random, { hz: 2400, q: 0.8, ring: 0.004 }), 0.3));
};

export const softKick: Voice = ({ random }) => {
  const body = sweep({ from: 110, to: 48, fall: 0.03, ring: 0.15, seconds: 0.55 });
  return mono(add(body, hiss(0.02, random, { hz: 900, q: 0.7, ring: 0.006 }), 0.25));
};

export const snare: Voice = ({ random }) => {
  const sound = sweep({ from: 260, to: 185, fall: 0.02, ring: 0.07, seconds: 0.3 });
  for (const [index, value] of sound.entries()) sound[index] = value * 0.5;
  return mono(add(sound, hiss(0.28, random, { hz: 3800, q: 0.5, ring: 0.075 }), 0.55));
};

export const rim: Voice = ({ random }) => {
  const sound = new Float32Array(Math.round(0.12 * rate));
  addPartials(sound, [
    { hz: 470, level: 0.3, decay: 0.02 },
    { hz: 1160, level: 0.3, decay: 0.014 },
    { hz: 1720, level: 0.18, decay: 0.01 },
  ]);
  softenStart(sound, 0.0006);
  return mono(add(sound, hiss(0.05, random, { hz: 2600, q: 0.8, ring: 0.008 }), 0.25));
};

/** Several hands, a little apart. */
export const clap: Voice = ({ random }) => {
  const side = (): Float32Array => {
    const sound = new Float32Array(Math.round(0.3 * rate));
    for (const [at, level] of [
      [0, 0.5],
      [0.009, 0.55],
      [0.019, 0.6],
      [0.028, 0.8],
    ] as const) {
      const hand = hiss(0.22, random, { hz: 1500 + 300 * random(), q: 0.9, ring: at === 0.028 ? 0.07 : 0.006 });
      add(sound.subarray(Math.round(at * rate)), hand, level);
    }
    return sound;
  };
  return { left: side(), right: side() };
};

/** Metal: squares that do not fit together, only their highest part. */
function metal(seconds: number, ring: number, random: () => number): Float32Array {
  const sound = noise(Math.round(seconds * rate), random);
  const partials = [3170, 4230, 5410, 6350, 7220, 8050].map((hz) => ({
    hz: hz * (1 + 0.01 * random()),
    level: 0.28,
    decay: ring * 1.4,
    phase: random(),
  }));
  for (const [index, value] of sound.entries()) sound[index] = value * 0.8;
  filter(sound, { kind: 'high', from: 6000 });
  filter(sound, { kind: 'low', from: 9500 });
  decay(sound, ring);
  addPartials(
    sound,
    partials.map((partial) => ({ ...partial, level: 0.05 })),
  );
  softenStart(sound, 0.0008);
  softenEnd(sound, 0.01);
  return sound;
}

export const hat: Voice = ({ random, velocity }) => mono(metal(0.16, 0.022 + 0.02 * velocity, random));
export const openHat: Voice = ({ random }) => mono(metal(0.5, 0.13, random));

export const shaker: Voice = ({ random, velocity }) => {
  const sound = noise(Math.round(0.11 * rate), random);
  filter(sound, { kind: 'band', from: 6200, q: 0.9 });
  for (let index = 0; index < sound.length; index++) {
    const time = index / rate;
    sound[index]! *= Math.min(1, time / 0.018) * Math.exp(-time / (0.02 + 0.015 * velocity));
  }
  softenEnd(sound, 0.02);
  return mono(sound);
};

/** A brush drawn over the skin. */
export const brush: Voice = ({ random, length }) => {
  const samples = Math.min(length, Math.round(0.6 * rate));
  const side = (): Float32Array => {
    const sound = noise(samples, random);
    filter(sound, { kind: 'band', from: 2600, to: 4400, q: 0.6 });
    for (let index = 0; index < samples; index++) sound[index]! *= 0.5 * Math.sin((Math.PI * index) / samples) ** 1.5;
    return sound;
  };
  return { left: side(), right: side() };
};

/** A large drum far away. */
export const taiko: Voice = ({ random, midi }) => {
  const high = midi % 2 === 1;
  const body = sweep(
    high
      ? { from: 190, to: 92, fall: 0.05, ring: 0.22, seconds: 0.9 }
      : { from: 130, to: 58, fall: 0.06, ring: 0.34, seconds: 1.3 },
  );
  return mono(add(body, hiss(0.12, random, { hz: 520, q: 0.6, ring: 0.025 }), 0.5));
};

/** One deep stroke that takes two seconds to go. */
export const boom: Voice = ({ random }) => {
  const body = sweep({ from: 90, to: 41, fall: 0.12, ring: 0.6, seconds: 2.6 });
  return mono(add(body, hiss(0.4, random, { hz: 240, q: 0.6, ring: 0.08 }), 0.35));
};

export const tick: Voice = ({ random, midi }) => {
  const sound = new Float32Array(Math.round(0.06 * rate));
  addPartials(sound, [
    { hz: midi % 2 === 1 ? 1900 : 2450, level: 0.3, decay: 0.006 },
    { hz: 5200, level: 0.12, decay: 0.003 },
  ]);
  softenStart(sound, 0.0004);
  return mono(add(sound, hiss(0.02, random, { hz: 4200, q: 1, ring: 0.003 }), 0.2));
};

/** Air that rises over the whole of its length and is cut off by what it leads to. */
export const riser: Voice = ({ random, length }) => {
  const side = (): Float32Array => {
    const sound = noise(length, random);
    filter(sound, { kind: 'band', from: 350, to: 3600, q: 1.1 });
    for (let index = 0; index < length; index++) sound[index]! *= 0.8 * (index / length) ** 2.2;
    softenEnd(sound, 0.03);
    return sound;
  };
  return { left: side(), right: side() };
};

/** A worn record: faint air and single specks. */
export const crackle: Voice = ({ random, length }) => {
  const side = (): Float32Array => {
    const sound = noise(length, random);
    filter(sound, { kind: 'band', from: 2600, q: 0.4 });
    for (let index = 0; index < length; index++) sound[index]! *= 0.06;
    for (let at = 0; at < length; at += Math.round(rate * (0.03 + 0.22 * random()))) {
      const speck = hiss(0.006, random, { hz: 1400 + 3000 * random(), q: 1.5, ring: 0.0008 });
      add(sound.subarray(at), speck, 0.2 + 0.9 * random() ** 3);
    }
    softenStart(sound, 0.01);
    softenEnd(sound, 0.01);
    return sound;
  };
  return { left: side(), right: side() };
};
