import { bassLine } from '../parts/bass.ts';
import { broken, comping, held } from '../parts/chords.ts';
import { beat, texture } from '../parts/drums.ts';
import { melody } from '../parts/melody.ts';
import type { Style } from '../style.ts';

/** Bright and forward: four on the floor, syncopated plucks, a pad that breathes with the kick. */
export const upbeat: Style = {
  bpm: [114, 118, 120, 124],
  keys: ['D', 'G', 'E', 'A', 'C'],
  major: ['Iadd9 V viadd9 IVadd9', 'viadd9 IVadd9 Iadd9 V', 'Iadd9 iii7 IVadd9 V', 'IVadd9 Iadd9 V viadd9'],
  minor: ['iadd9 VIadd9 IIIadd9 VII', 'VIadd9 VII iadd9 iadd9', 'iadd9 VII VIadd9 VII', 'VIadd9 IIIadd9 VII iadd9'],
  hands: { center: 64, voices: 4 },
  swing: 0.5,
  looseness: 0.5,
  players: [
    {
      part: comping('pluck', [
        [0, 3, 6, 10, 12].map((step) => ({ step, steps: 2, velocity: step === 0 ? 0.8 : 0.66 })),
        [0, 3, 6, 8, 11, 14].map((step) => ({ step, steps: 2, velocity: step % 8 === 0 ? 0.8 : 0.64 })),
        [0, 2, 6, 10, 14].map((step) => ({ step, steps: 2, velocity: step === 0 ? 0.8 : 0.64 })),
      ]),
      in: ['intro', 'a', 'a2', 'b', 'c'],
    },
    { part: held('pad', { voices: 4 }), in: ['intro', 'a2', 'b', 'break', 'c'] },
    {
      part: bassLine('synthBass', [
        [0, 2, 4, 6, 8, 10, 12, 14].map((step) => ({
          step,
          steps: 2,
          tone: 'root' as const,
          velocity: step % 4 === 0 ? 0.7 : 0.8,
        })),
        [
          { step: 0, steps: 3, tone: 'root' },
          { step: 3, steps: 3, tone: 'root' },
          { step: 6, steps: 4, tone: 'octave', velocity: 0.65 },
          { step: 10, steps: 2, tone: 'root' },
          { step: 12, steps: 4, tone: 'fifth' },
        ],
      ]),
      in: ['a', 'a2', 'b', 'c'],
    },
    { part: beat('kick', ['9...8...9...8...'], '9...8...9.7.8.77'), in: ['a', 'a2', 'b', 'c'] },
    { part: beat('kick', ['7...............']), in: ['break'] },
    { part: beat('clap', ['....8.......8...', '....8.......8..4'], '....8...5...8.78'), in: ['a2', 'b', 'c'] },
    { part: beat('rim', ['....6.......6...']), in: ['a'] },
    { part: beat('openHat', ['..6...6...6...6.']), in: ['b', 'c'] },
    { part: beat('hat', ['5.6.5.6.5.6.5.6.', '5.645.6.5.645.6.']), in: ['a', 'a2', 'b', 'c'] },
    { part: beat('shaker', ['5353535353535353']), in: ['b', 'c', 'break'] },
    {
      part: broken(
        'mallet',
        [
          [0, 2, 1, 3, 2, 4, 3, 1],
          [3, 2, 1, 2, 4, 3, 2, 1],
        ],
        { every: 2, octave: 1, velocity: 0.55 },
      ),
      in: ['a2', 'c', 'break'],
    },
    {
      part: melody('pluck', {
        rhythms: [
          [
            [0, 2],
            [2, 2],
            [4, 4],
            [8, 2],
            [10, 4],
          ],
          [
            [0, 3],
            [3, 3],
            [6, 4],
            [12, 4],
          ],
          [
            [2, 2],
            [4, 2],
            [6, 4],
            [10, 6],
          ],
        ],
        near: 78,
        velocity: 0.7,
        density: 0.9,
      }),
      in: ['b', 'c'],
    },
    { part: texture('riser', 'before-change'), in: ['a2', 'b', 'c'] },
  ],
  ending: [
    comping('pluck', [[{ step: 0, steps: 16, velocity: 0.8 }]]),
    held('pad'),
    bassLine('synthBass', [[{ step: 0, steps: 16, tone: 'root' }]]),
    beat('kick', ['9...............']),
    beat('openHat', ['6...............']),
  ],
  room: { reverbSeconds: 1.3, reverbLevel: 0.4, delaySteps: 3, pump: 0.55, brightHz: 12000, presenceDb: -1.5 },
  mix: { pluck: { gainDb: -11.5 }, rim: { gainDb: -2 }, shaker: { gainDb: -7 } },
};
