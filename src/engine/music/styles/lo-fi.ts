import { bassLine } from '../parts/bass.ts';
import { comping, held } from '../parts/chords.ts';
import { beat, texture } from '../parts/drums.ts';
import { melody } from '../parts/melody.ts';
import type { Style } from '../style.ts';

/** Late at night: an electric piano with ninths, a lazy beat, a worn record. */
export const loFi: Style = {
  bpm: [78, 82, 84, 86],
  keys: ['Am', 'Dm', 'F', 'Eb', 'Gm'],
  major: ['IVmaj9 iii7 ii9 Imaj9', 'Imaj9 vi9 ii9 V13', 'ii9 V13 Imaj9 vi9', 'IVmaj7 V7 iii7 vi9'],
  minor: ['i9 VImaj7 iv9 v7', 'iv9 VII9 IIImaj7 VImaj7', 'VImaj9 v7 i9 i7', 'i9 iv9 VImaj7 VII9'],
  hands: { center: 59, voices: 4 },
  swing: 0.58,
  looseness: 1,
  players: [
    {
      part: comping('epiano', [
        [
          { step: 0, steps: 6, velocity: 0.62 },
          { step: 6, steps: 9, velocity: 0.5 },
        ],
        [
          { step: 0, steps: 9, velocity: 0.62 },
          { step: 10, steps: 5, velocity: 0.48 },
        ],
        [
          { step: 0, steps: 3, velocity: 0.6 },
          { step: 3, steps: 6, velocity: 0.5 },
          { step: 11, steps: 4, velocity: 0.45 },
        ],
      ]),
      in: ['intro', 'a', 'a2', 'b', 'break', 'c'],
    },
    {
      part: bassLine('bass', [
        [
          { step: 0, steps: 6, tone: 'root' },
          { step: 7, steps: 3, tone: 'root', velocity: 0.6 },
          { step: 10, steps: 5, tone: 'fifth', velocity: 0.65 },
        ],
        [
          { step: 0, steps: 9, tone: 'root' },
          { step: 10, steps: 3, tone: 'octave', velocity: 0.6 },
          { step: 14, steps: 2, tone: 'lead', velocity: 0.6 },
        ],
      ]),
      in: ['a', 'a2', 'b', 'c'],
    },
    {
      part: beat('softKick', ['8......5..7.....', '8......6..8....4', '8.....5...7..3..'], '8......5..7..6..'),
      in: ['a', 'a2', 'b', 'c'],
    },
    { part: beat('snare', ['....6.......6..2', '....6..2....6...'], '....6.......6.35'), in: ['a2', 'b', 'c'] },
    { part: beat('rim', ['....7.......7...']), in: ['a'] },
    { part: beat('hat', ['6.4.6.4.6.4.6.43', '6.4.6.436.4.6.4.']), in: ['a', 'a2', 'b', 'c'] },
    { part: beat('shaker', ['4...3...4...3...']), in: ['intro', 'break'] },
    { part: held('pad', { octave: 0, voices: 3 }), in: ['a2', 'b', 'break', 'c'] },
    {
      part: melody('bell', {
        rhythms: [
          [
            [0, 3],
            [3, 3],
            [6, 6],
          ],
          [
            [2, 2],
            [4, 4],
            [10, 4],
          ],
          [
            [0, 6],
            [8, 2],
            [10, 5],
          ],
        ],
        near: 76,
        velocity: 0.5,
        density: 0.85,
      }),
      in: ['b', 'c', 'break'],
    },
    { part: texture('crackle'), in: ['intro', 'a', 'a2', 'b', 'break', 'c'] },
  ],
  ending: [
    comping('epiano', [[{ step: 0, steps: 40, velocity: 0.55 }]]),
    bassLine('bass', [[{ step: 0, steps: 24, tone: 'root' }]]),
    held('pad', { voices: 3 }),
  ],
  room: { reverbSeconds: 1.4, reverbLevel: 0.5, delaySteps: 6, pump: 0.25, brightHz: 8500, presenceDb: -1.5 },
  mix: { bell: { gainDb: -14 }, hat: { gainDb: -5.5 }, epiano: { gainDb: -11 }, bass: { gainDb: -10 }, rim: { gainDb: -3 } },
};
