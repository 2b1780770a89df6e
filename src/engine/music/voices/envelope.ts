import { rate } from './tables.ts';

export type Envelope = {
  /** Seconds. */
  readonly attack: number;
  readonly decay: number;
  /** Where the decay goes, 0 … 1. */
  readonly sustain: number;
  /** Time constant after the note's end, seconds; the sound ends after six of them. */
  readonly release: number;
};

/** How long a note of `length` samples sounds. */
export function soundingSamples(length: number, { release }: Envelope): number {
  return length + Math.ceil(release * 6 * rate);
}

/** Shapes `samples`, whose note is held for `length` of them, in place; the last milliseconds reach silence. */
export function applyEnvelope(samples: Float32Array, length: number, { attack, decay, sustain, release }: Envelope): void {
  const attackSamples = Math.max(1, Math.round(attack * rate));
  const fall = Math.exp(-1 / (Math.max(0.001, decay) * rate));
  const leave = Math.exp(-1 / (Math.max(0.001, release) * rate));
  let above = 1 - sustain;
  let held = 1;
  const tail = Math.min(480, samples.length);
  for (let index = 0; index < samples.length; index++) {
    const rise = index < attackSamples ? 0.5 - 0.5 * Math.cos((Math.PI * index) / attackSamples) : 1;
    if (index >= attackSamples) above *= fall;
    if (index >= length) held *= leave;
    const left = samples.length - index;
    const end = left < tail ? left / tail : 1;
    samples[index]! *= rise * (sustain + above) * held * end;
  }
}

/** A fast start without a click, in place. */
export function softenStart(samples: Float32Array, seconds: number): void {
  const count = Math.min(samples.length, Math.round(seconds * rate));
  for (let index = 0; index < count; index++) samples[index]! *= 0.5 - 0.5 * Math.cos((Math.PI * index) / count);
}

/** Takes the last `seconds` down to silence, in place. */
export function softenEnd(samples: Float32Array, seconds: number): void {
  const count = Math.min(samples.length, Math.round(seconds * rate));
  for (let index = 0; index < count; index++) samples[samples.length - 1 - index]! *= index / count;
}
