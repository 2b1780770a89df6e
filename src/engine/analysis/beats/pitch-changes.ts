/** How other the pitches of each beat are than those of the one before. */
import { pitchStep } from './onset-strength.ts';

/** One value per beat, 0 … 2; 0 at both ends. `pitches`: twelve every `pitchStep` frames; beats in frames. */
export function pitchChanges(pitches: Float32Array, beats: readonly number[]): number[] {
  const held = beats.slice(1).map((beat, index) => meanPitches(pitches, beats[index]!, beat));
  return beats.map((_, index) => {
    const [before, after] = [held[index - 1], held[index]];
    if (before === undefined || after === undefined) return 0;
    return before.reduce((sum, value, pitch) => sum + Math.abs(value - after[pitch]!), 0);
  });
}

function meanPitches(pitches: Float32Array, from: number, to: number): number[] {
  const [first, end] = [Math.ceil(from / pitchStep), Math.max(Math.ceil(from / pitchStep) + 1, Math.floor(to / pitchStep))];
  const sums = Array.from({ length: 12 }, () => 0);
  for (let row = first; row < end && row * 12 + 11 < pitches.length; row++)
    for (let pitch = 0; pitch < 12; pitch++) sums[pitch]! += pitches[row * 12 + pitch]! / (end - first);
  return sums;
}
