import { bassLine } from '../parts/bass.ts';
import { broken, comping, held, ostinato } from '../parts/chords.ts';
import { beat } from '../parts/drums.ts';
import { melody } from '../parts/melody.ts';
import type { Style } from '../style.ts';

/** Clean and confident: muted strings, mallets, a light beat that opens up. */
export const corporate: Style = {
  bpm: [100, 104, 108, 112],
  keys: ['C', 'D', 'Eb', 'F', 'G'],
  major: ['Iadd9 V vi7 IVadd9', 'IVadd9 Iadd9 V vi7', 'Iadd9 vi7 IVadd9 Vsus4', 'vi7 IVadd9 Iadd9 V'],
  minor: ['i7 VIadd9 IIIadd9 VII', 'VIadd9 VII i7 IIIadd9', 'i7 IIIadd9 VIadd9 VII', 'i7 iv7 VIadd9 VII'],
  hands: { center: 63, voices: 4 },
  swing: 0.5,
  looseness: 0.6,
  players: [
    {
      part: ostinato('mutedString', { near: 50, every: 2, accents: [1, 0.66, 0.8, 0.66], velocity: 0.72 }),
      in: ['intro', 'a', 'a2', 'b', 'c'],
    },
    {
      part: broken(
        'mallet',
        [
          [0, 2, 3, 2, 1, 2, 3, 2],
          [0, 3, 2, 1, 2, 3, 2, 4],
          [0, 1, 2, 3, 4, 3, 2, 1],
        ],
        { every: 2, velocity: 0.6 },
      ),
      in: ['a', 'a2', 'b', 'break', 'c'],
    },
    { part: held('pad', { voices: 4 }), in: ['intro', 'a2', 'b', 'break', 'c'] },
    {
      part: comping('piano', [
        [{ step: 0, steps: 12, velocity: 0.5 }],
        [
          { step: 0, steps: 6, velocity: 0.52 },
          { step: 6, steps: 9, velocity: 0.46 },
        ],
      ]),
      in: ['intro', 'b', 'break', 'c'],
    },
    {
      part: bassLine('bass', [
        [
          { step: 0, steps: 6, tone: 'root' },
          { step: 6, steps: 2, tone: 'root', velocity: 0.6 },
          { step: 8, steps: 6, tone: 'root' },
          { step: 14, steps: 2, tone: 'lead', velocity: 0.6 },
        ],
        [
          { step: 0, steps: 8, tone: 'root' },
          { step: 8, steps: 8, tone: 'fifth', velocity: 0.65 },
        ],
      ]),
      in: ['a', 'a2', 'b', 'c'],
    },
    { part: beat('softKick', ['8.......7.......', '8.......7.5.....'], '8.......7...6.6.'), in: ['a', 'a2'] },
    { part: beat('softKick', ['8...7...8...7...'], '8...7...8.6.7.66'), in: ['b', 'c'] },
    { part: beat('clap', ['....6.......6...']), in: ['b', 'c'] },
    { part: beat('rim', ['....5.......5...', '....5.......5..3']), in: ['a2'] },
    { part: beat('hat', ['..5...5...5...5.', '4.5.4.5.4.5.4.5.']), in: ['b', 'c'] },
    { part: beat('shaker', ['5.4.5.4.5.4.5.4.', '5343534353435343']), in: ['a', 'a2', 'b', 'c'] },
    {
      part: melody('bell', {
        rhythms: [
          [
            [0, 4],
            [4, 4],
            [8, 6],
          ],
          [
            [0, 2],
            [2, 4],
            [8, 6],
          ],
          [
            [4, 2],
            [6, 2],
            [8, 8],
          ],
        ],
        near: 79,
        velocity: 0.55,
        density: 0.9,
      }),
      in: ['b', 'c'],
    },
  ],
  ending: [
    comping('piano', [[{ step: 0, steps: 20, velocity: 0.55 }]]),
    comping('mallet', [[{ step: 0, steps: 8, velocity: 0.6 }]]),
    held('pad'),
    bassLine('bass', [[{ step: 0, steps: 16, tone: 'root' }]]),
    beat('softKick', ['8...............']),
  ],
  room: { reverbSeconds: 1.5, reverbLevel: 0.5, delaySteps: 3, pump: 0.2, brightHz: 12000, presenceDb: -1.5 },
  mix: { piano: { gainDb: -9 }, mutedString: { gainDb: -5 } },
};
