/**
 * Follows the power of the noise in every cell, from both sides of time.
 *
 * Each direction is the unbiased estimate of Gerkmann and Hendriks (IEEE TASLP 2012): the power of a cell counts as
 * noise as far as speech is improbable there; how probable speech is before looking is told by the caller. A tracker
 * that only looks back is late at every change; the mean of one that looks back and one that looks ahead is not.
 */
import { cellCount } from './cells.ts';

/** Assumed ratio of speech to noise where there is speech: 10 dB. Lower than the paper's 15: found best with both sides known. */
const assumedRatio = 10;
/** Part of the last estimate that stays, per hop of 21 ms: about 150 ms. */
const keep = 0.87;
/** Where speech seems to last for ever, it is noise that has risen. */
const longPresence = 0.99;
/** A frame this far below the noise is a hole, digital silence, and says nothing about it. */
const holePower = 1e-3;

export type DirectedTracker = {
  readonly noise: Float64Array;
  /** Moves on by one frame with power `powers`; `prior` is the probability of speech, 0 … 1, before looking. */
  step(powers: Float64Array, prior: Float64Array): void;
  /** Begins anew from an estimate. */
  restart(noise: Float64Array): void;
};

const slope = assumedRatio / (1 + assumedRatio);
/** exp(−slope · ratio) in steps of 1/64; an exponential per cell would cost more than all the rest. */
const tableStep = 64;
const tableEnd = 24;
const decay = Float64Array.from({ length: tableEnd * tableStep + 2 }, (_, index) => Math.exp((-slope * index) / tableStep));

/** Starts with `initial`, mean powers per bin. */
export function createDirectedTracker(initial: Float64Array): DirectedTracker {
  const noise = Float64Array.from(initial);
  const presence = new Float64Array(cellCount).fill(0.5);
  return {
    noise,
    restart(from) {
      noise.set(from);
      presence.fill(0.5);
    },
    step(powers, prior) {
      if (isHole(powers, noise)) return;
      for (let cell = 0; cell < cellCount; cell++) {
        const old = noise[cell]!;
        const power = powers[cell]!;
        const expected = prior[cell]!;
        const ratio = power / old;
        const at = ratio < tableEnd ? ratio * tableStep : tableEnd * tableStep;
        const index = at | 0;
        const fall = decay[index]! + (at - index) * (decay[index + 1]! - decay[index]!);
        let speech = expected / (expected + (1 - expected) * (1 + assumedRatio) * fall);
        const lasting = 0.9 * presence[cell]! + 0.1 * speech;
        presence[cell] = lasting;
        if (lasting > longPresence && speech > longPresence) speech = longPresence;
        noise[cell] = keep * old + (1 - keep) * ((1 - speech) * power + speech * old);
      }
    },
  };
}

function isHole(powers: Float64Array, noise: Float64Array): boolean {
  let [heard, known] = [0, 0];
  for (let cell = 0; cell < cellCount; cell++) {
    heard += powers[cell]!;
    known += noise[cell]!;
  }
  return heard < known * holePower;
}
