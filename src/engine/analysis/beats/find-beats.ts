/** Beat facts of a recording: beats, where bars begin, and the tempo. */
import type { BeatFacts } from '#core/facts';
import { seconds } from '#core/time';
import { beatFramesPerSecond, pitchStep, type OnsetStrength } from './onset-strength.ts';
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
  const change = standardised(beats.map((beat, index) => chordChange(pitches, beats, index, beat)));
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

/** How other the pitches of this beat are than those of the one before, 0 … 2. */
function chordChange(pitches: Float32Array, beats: readonly number[], index: number, beat: number): number {
  const before = beats[index - 1];
  const after = beats[index + 1];
  if (before === undefined || after === undefined) return 0;
  const [a, b] = [meanPitches(pitches, before, beat), meanPitches(pitches, beat, after)];
  return a.reduce((sum, value, pitch) => sum + Math.abs(value - b[pitch]!), 0);
}

function meanPitches(pitches: Float32Array, from: number, to: number): number[] {
  const [first, end] = [Math.ceil(from / pitchStep), Math.max(Math.ceil(from / pitchStep) + 1, Math.floor(to / pitchStep))];
  const sums = Array.from({ length: 12 }, () => 0);
  for (let row = first; row < end && row * 12 + 11 < pitches.length; row++)
    for (let pitch = 0; pitch < 12; pitch++) sums[pitch]! += pitches[row * 12 + pitch]! / (end - first);
  return sums;
}

function standardised(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1;
  return values.map((value) => (value - mean) / deviation);
}
