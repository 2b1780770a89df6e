/** All voices by name, and where each sits in the mix. */
import * as drums from './drums.ts';
import * as keys from './keys.ts';
import * as sustained from './sustained.ts';
import type { Voice } from './sound.ts';

export type { Sound } from './sound.ts';

export const voices = { ...drums, ...keys, ...sustained } satisfies Record<string, Voice>;
export type VoiceName = keyof typeof voices;

/** Levels in dB; sends 0 … 1; `pan` −1 … 1; `pump` 0 … 1: how much of the style's pumping it takes. */
export type Strip = {
  readonly gainDb: number;
  readonly pan: number;
  readonly reverb: number;
  readonly delay: number;
  readonly pump: number;
};

const strip = (gainDb: number, more: Partial<Strip> = {}): Strip => ({
  gainDb,
  pan: 0,
  reverb: 0.15,
  delay: 0,
  pump: 0,
  ...more,
});

export const strips: Readonly<Record<VoiceName, Strip>> = {
  kick: strip(-9.5, { reverb: 0.03 }),
  softKick: strip(-9.5, { reverb: 0.04 }),
  snare: strip(-7, { reverb: 0.18 }),
  rim: strip(-6, { reverb: 0.2, pan: 0.08 }),
  clap: strip(-4.5, { reverb: 0.25 }),
  hat: strip(-5, { reverb: 0.05, pan: 0.22 }),
  openHat: strip(-10, { reverb: 0.08, pan: 0.22 }),
  shaker: strip(-4, { reverb: 0.1, pan: -0.3 }),
  brush: strip(-12, { reverb: 0.25 }),
  taiko: strip(-13, { reverb: 0.4 }),
  boom: strip(-14, { reverb: 0.3 }),
  tick: strip(-10, { reverb: 0.3, pan: 0.3, delay: 0.1 }),
  riser: strip(-19, { reverb: 0.3 }),
  crackle: strip(-12, { reverb: 0 }),
  epiano: strip(-9, { reverb: 0.22, delay: 0.05, pump: 0.6 }),
  piano: strip(-6, { reverb: 0.35 }),
  mallet: strip(-6, { reverb: 0.28, delay: 0.14, pan: -0.12 }),
  bell: strip(-12, { reverb: 0.5, delay: 0.3, pan: 0.2 }),
  pluck: strip(-9, { reverb: 0.25, delay: 0.22, pan: 0.1, pump: 0.4 }),
  mutedString: strip(-7, { reverb: 0.15, delay: 0.05, pan: -0.25 }),
  pad: strip(-17, { reverb: 0.4, pump: 1 }),
  strings: strip(-15, { reverb: 0.5 }),
  staccato: strip(-5.5, { reverb: 0.4, pan: -0.15 }),
  horn: strip(-15, { reverb: 0.5, pan: 0.12 }),
  drone: strip(-20, { reverb: 0.3 }),
  bass: strip(-10.5, { reverb: 0, pump: 0.5 }),
  synthBass: strip(-10.5, { reverb: 0, pump: 0.8 }),
  longBass: strip(-13, { reverb: 0.1 }),
  pulse: strip(-13, { reverb: 0.15, delay: 0.08 }),
};
