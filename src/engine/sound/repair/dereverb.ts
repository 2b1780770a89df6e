/**
 * Takes the late part of a room's sound down: what is heard now is partly what was said a moment ago, and how much of that is
 * left is known from how fast the room dies down.
 *
 * The early part, which makes a voice full, stays. Source of the model: Lebart, Boucher, Denbigh, Acta Acustica 87, 2001.
 */
import { frameBins, hopSamples } from '../denoise/cells.ts';
import { createOverlapStage } from '../denoise/overlap-stage.ts';
import type { Stage } from '../denoise/stage.ts';

/** From so many hops (21 ms) after a sound on, its room counts as late. */
const lateHops = 2;
/** The late part counts a little more than the model says. */
const overestimate = 1.5;
/** −14 dB: what is left of the room keeps it a room. */
const lowest = 0.2;
/** Parts of the last frame's estimate and gain that stay. */
const [slowEstimate, slowGain] = [0.3, 0.3];

/** For one channel at 48 kHz. `decaySeconds`: in which the room dies down by 60 dB; `strength` 0 … 1. */
export function createDereverb(decaySeconds: number, strength: number): Stage {
  const perHop = 10 ** ((-6 * hopSamples) / 48_000 / decaySeconds);
  const kept = perHop ** lateHops * overestimate;
  const past = Array.from({ length: lateHops + 1 }, () => new Float64Array(frameBins));
  const late = new Float64Array(frameBins);
  const gains = new Float64Array(frameBins).fill(1);
  let frame = 0;
  return createOverlapStage((re, im) => {
    const now = past[frame % past.length]!;
    const before = past[(frame + 1) % past.length]!;
    frame++;
    for (let bin = 0; bin < frameBins; bin++) {
      const power = re[bin]! ** 2 + im[bin]! ** 2;
      const ringing = Math.max(before[bin]! * kept, late[bin]! * perHop);
      late[bin] = ringing + slowEstimate * (late[bin]! - ringing);
      now[bin] = power;
      const share = Math.max(0, 1 - late[bin]! / (power + 1e-15));
      const gain = Math.max(lowest, Math.sqrt(share)) ** strength;
      gains[bin] = gain + slowGain * (gains[bin]! - gain);
      re[bin] = re[bin]! * gains[bin]!;
      im[bin] = im[bin]! * gains[bin]!;
    }
  });
}
