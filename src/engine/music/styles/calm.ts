import { bassLine } from '../parts/bass.ts';
import { broken, held } from '../parts/chords.ts';
import { beat, brushes } from '../parts/drums.ts';
import { melody } from '../parts/melody.ts';
import type { Style } from '../style.ts';

/** A felt piano in a large quiet room, strings far behind it. */
export const calm: Style = {
  bpm: [64, 68, 70, 72],
  keys: ['G', 'C', 'F', 'D', 'Bb'],
  major: ['Imaj9 IVmaj7 vi9 IVmaj9', 'Imaj7 iii7 IVmaj9 V9sus4', 'vi9 IVmaj7 Imaj9 V6', 'IVmaj9 Imaj7 ii9 V9sus4'],
  minor: ['i9 VImaj7 IIImaj7 VII6', 'i9 iv9 VImaj7 VII', 'VImaj7 IIImaj7 iv9 i9', 'i9 v7 VImaj9 iv9'],
  hands: { center: 60, voices: 4 },
  swing: 0.5,
  looseness: 1,
  players: [
    {
      part: broken(
        'piano',
        [
          [0, 1, 2, 3, 4, 3, 2, 1],
          [0, 2, 1, 3, 2, 4, 3, 2],
          [0, 1, 3, 2, 5, 3, 2, 1],
        ],
        { every: 2, ring: 3, velocity: 0.5 },
      ),
      in: ['intro', 'a', 'a2', 'b', 'c'],
    },
    { part: broken('piano', [[0, 2, 3, 2]], { every: 4, ring: 2, velocity: 0.46 }), in: ['break'] },
    {
      part: bassLine('bass', [
        [{ step: 0, steps: 15, tone: 'root' }],
        [
          { step: 0, steps: 8, tone: 'root' },
          { step: 8, steps: 7, tone: 'fifth', velocity: 0.6 },
        ],
      ]),
      in: ['a', 'a2', 'b', 'c'],
    },
    { part: held('pad', { voices: 4 }), in: ['intro', 'a', 'a2', 'b', 'break', 'c'] },
    { part: held('strings', { octave: 1, voices: 2 }), in: ['b', 'break', 'c'] },
    {
      part: melody('piano', {
        rhythms: [
          [
            [0, 6],
            [6, 2],
            [8, 8],
          ],
          [
            [0, 4],
            [4, 4],
            [8, 7],
          ],
          [
            [4, 4],
            [8, 2],
            [10, 6],
          ],
        ],
        near: 79,
        velocity: 0.55,
        density: 0.85,
      }),
      in: ['a2', 'b', 'c'],
    },
    {
      part: melody('bell', { rhythms: [[[0, 8]], [[8, 8]], [[4, 8]]], near: 84, velocity: 0.4, density: 0.6 }),
      in: ['break', 'c'],
    },
    { part: brushes(), in: ['b', 'c'] },
    { part: beat('shaker', ['4...5...4...5...', '4.3.5...4.3.5...']), in: ['a2', 'b', 'c'] },
    { part: beat('softKick', ['6...............', '6.........4.....']), in: ['c', 'b'] },
  ],
  ending: [
    broken('piano', [[0, 1, 2, 3, 5, -1, -1, -1]], { every: 1, ring: 40, velocity: 0.5 }),
    bassLine('bass', [[{ step: 0, steps: 20, tone: 'root' }]]),
    held('pad'),
  ],
  room: { reverbSeconds: 2.6, reverbLevel: 0.7, delaySteps: 6, pump: 0, brightHz: 10500, presenceDb: -0.5 },
};
