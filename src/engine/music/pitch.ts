/** Keys, scales and chords as numbers: pitches are MIDI note numbers (60 is middle C), pitch classes 0 … 11 from C. */
import { fail } from '#core/errors';

export type Key = { readonly name: string; readonly tonic: number; readonly minor: boolean };

/** `tones` are semitones above the root, rising. */
export type Chord = { readonly root: number; readonly tones: readonly number[] };

const letters: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
const majorScale = [0, 2, 4, 5, 7, 9, 11] as const;
const minorScale = [0, 2, 3, 5, 7, 8, 10] as const;

/** `C`, `F#`, `Bb`, `Em`, `C#m`. Errors: REQUEST_INVALID. */
export function parseKey(name: string): Key {
  const match = /^([A-G])([#b]?)(m?)$/.exec(name);
  if (match === null) throw fail('REQUEST_INVALID', { reason: `there is no key ${name}; keys are C, F#, Bb, with m for minor` });
  const accidental = match[2] === '#' ? 1 : match[2] === 'b' ? -1 : 0;
  return { name, tonic: (letters[match[1]!]! + accidental + 12) % 12, minor: match[3] === 'm' };
}

/** Pitch classes of the key, tonic first; natural minor. */
export function scaleOf({ tonic, minor }: Key): number[] {
  return (minor ? minorScale : majorScale).map((step) => (tonic + step) % 12);
}

/** Semitones above the root by the ending of a chord's name. */
const qualities: Readonly<Record<string, readonly number[]>> = {
  '': [0, 4, 7],
  m: [0, 3, 7],
  maj7: [0, 4, 7, 11],
  maj9: [0, 4, 7, 11, 14],
  m7: [0, 3, 7, 10],
  m9: [0, 3, 7, 10, 14],
  '7': [0, 4, 7, 10],
  '9': [0, 4, 7, 10, 14],
  '13': [0, 4, 10, 14, 21],
  add9: [0, 4, 7, 14],
  madd9: [0, 3, 7, 14],
  sus2: [0, 2, 7],
  sus4: [0, 5, 7],
  '9sus4': [0, 5, 7, 10, 14],
  '6': [0, 4, 7, 9],
  '5': [0, 7],
};

/**
 * Chords by roman numerals over the major or natural minor scale of the key: `I`, `vi7`, `IVmaj9`, `bII`. The numeral is the
 * scale's own degree, the ending says the quality; lower case numerals without one are minor.
 */
export function parseChords(text: string, key: Key): Chord[] {
  return text.split(' ').map((symbol) => {
    const match = /^(b?)([ivIV]+)(.*)$/.exec(symbol);
    const numeral = match?.[2] ?? '';
    const degree = ['i', 'ii', 'iii', 'iv', 'v', 'vi', 'vii'].indexOf(numeral.toLowerCase());
    const isMinor = numeral === numeral.toLowerCase();
    const ending = match?.[3] ?? '';
    const tones = qualities[isMinor && !ending.startsWith('sus') && ending !== '5' ? `m${ending}` : ending];
    if (degree < 0 || tones === undefined) throw fail('INTERNAL', { reason: `no chord ${symbol}` });
    const step = (key.minor ? minorScale : majorScale)[degree]! - (match?.[1] === 'b' ? 1 : 0);
    return { root: (key.tonic + step + 12) % 12, tones };
  });
}

export function hertz(midi: number): number {
  return 440 * 2 ** ((midi - 69) / 12);
}

/** The pitch of a class that lies nearest to `near`. */
export function nearestPitch(pitchClass: number, near: number): number {
  const up = (((pitchClass - near) % 12) + 12) % 12;
  return near + (up > 6 ? up - 12 : up);
}

/** Pitch classes of a chord, root first. */
export function classesOf(chord: Chord): number[] {
  return chord.tones.map((tone) => (chord.root + tone) % 12);
}

/** The pitch `steps` away in the scale; `midi` is moved into the scale first. */
export function stepInScale(midi: number, steps: number, scale: readonly number[]): number {
  let at = midi;
  while (!scale.includes(((at % 12) + 12) % 12)) at--;
  for (let left = Math.abs(steps); left > 0;) {
    at += Math.sign(steps);
    if (scale.includes(((at % 12) + 12) % 12)) left--;
  }
  return at;
}
