/** Chords as hands play them: every voice goes to the nearest tone of the next chord. */
import { classesOf, nearestPitch, type Chord } from './pitch.ts';

/**
 * A voicing for each chord, low to high, around `center`, `voices` tones each. The first is close around the center; each
 * later one moves as little as it can.
 */
export function voiceLead(chords: readonly Chord[], center: number, voices: number): number[][] {
  const voiced: number[][] = [];
  for (const chord of chords) {
    const before = voiced.at(-1);
    const candidates = arrangements(toneClasses(chord, voices), center);
    const cost = (voicing: readonly number[]): number => {
      const middle = voicing.reduce((sum, pitch) => sum + pitch, 0) / voicing.length;
      const moved = before?.reduce((sum, pitch, index) => sum + Math.abs(pitch - (voicing[index] ?? pitch)), 0) ?? 0;
      return moved + 0.9 * Math.abs(middle - center) + tightness(voicing);
    };
    voiced.push(candidates.reduce((best, candidate) => (cost(candidate) < cost(best) ? candidate : best)));
  }
  return voiced;
}

/** The tones that say most: third and seventh before the fifth; the root is the bass's, and comes only where there is room. */
function toneClasses(chord: Chord, voices: number): number[] {
  const classes = classesOf(chord);
  const [root, third, fifth, ...colors] = classes;
  const order = [third, ...colors.slice(0, 1), fifth, root, ...colors.slice(1)].filter((tone) => tone !== undefined);
  if (chord.tones.length <= 3) return [root, third, fifth].filter((tone) => tone !== undefined).slice(0, voices);
  return order.slice(0, voices);
}

/** Every order of the tones from low to high, each above the one before, near the center. */
function arrangements(classes: readonly number[], center: number): number[][] {
  return orders(classes).flatMap((order) =>
    [-12, 0].map((shift) => {
      const lowest = nearestPitch(order[0]!, center - 5) + shift;
      const pitches = [lowest];
      for (const pitchClass of order.slice(1)) {
        let pitch = pitches.at(-1)! + 1;
        while (pitch % 12 !== pitchClass) pitch++;
        pitches.push(pitch);
      }
      return pitches;
    }),
  );
}

function orders(values: readonly number[]): number[][] {
  if (values.length <= 1) return [[...values]];
  return values.flatMap((value, index) => orders(values.toSpliced(index, 1)).map((rest) => [value, ...rest]));
}

/** Seconds at the bottom are mud, holes over an octave fall apart. */
function tightness(voicing: readonly number[]): number {
  let cost = 0;
  for (let index = 1; index < voicing.length; index++) {
    const interval = voicing[index]! - voicing[index - 1]!;
    if (interval <= 2) cost += index === 1 ? 4 : 1.5;
    if (interval > 9) cost += 2 * (interval - 9);
  }
  return cost;
}
