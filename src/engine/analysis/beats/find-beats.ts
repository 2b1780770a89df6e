/** Beat facts of a recording: beats, where bars begin, and the tempo. */
import type { BeatFacts } from '#core/facts';
import { seconds } from '#core/time';
import { beatFramesPerSecond, type OnsetStrength } from './onset-strength.ts';
import { pitchChanges } from './pitch-changes.ts';
import { trackBeats } from './track-beats.ts';

const beatsPerBar = 4;
/** Beginnings are seen this long before they are, since the window reaches ahead; measured on clicks. */
const aheadSeconds = 0.012;

/** No beats where nothing pulses. */
export function findBeats(strength: OnsetStrength): BeatFacts {
  const track = trackBeats(strength);
  if (track === undefined) return { bpm: 0, confidence: 0, beatsPerBar, beats: [], downbeats: [] };
  const phase = downbeatPhase(track.beats, strength);
  const beats = track.beats.map((beat) => seconds(Math.max(0, beat / beatFramesPerSecond + aheadSeconds)));
  return {
    bpm: Math.round(track.bpm * 100) / 100,
    confidence: Math.round(track.confidence * 100) / 100,
    beatsPerBar,
    beats,
    downbeats: beats.filter((_, index) => index % beatsPerBar === phase),
  };
}

/** Which of four beats bars begin with: chords change there, and what is low begins there. */
function downbeatPhase(beats: readonly number[], { low, pitches }: OnsetStrength): number {
  const change = standardised(pitchChanges(pitches, beats));
  const bass = standardised(beats.map((beat) => most(low, beat)));
  const score = Array.from({ length: beatsPerBar }, () => 0);
  beats.forEach((_, index) => (score[index % beatsPerBar]! += change[index]! + 0.5 * bass[index]!));
  return score.indexOf(Math.max(...score));
}

function most(values: Float32Array, beat: number): number {
  let largest = 0;
  for (let index = Math.max(0, Math.round(beat) - 3); index <= Math.min(values.length - 1, Math.round(beat) + 3); index++)
    largest = Math.max(largest, values[index]!);
  return largest;
}

function standardised(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
  return values.map((value) => (value - mean) / deviation);
}
