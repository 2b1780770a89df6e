import { bassLine } from '../parts/bass.ts';
import { broken, held, ostinato } from '../parts/chords.ts';
import { beat, texture } from '../parts/drums.ts';
import { melody } from '../parts/melody.ts';
import type { Style } from '../style.ts';

/** Wide strings, a driving ostinato, large drums that come late. */
export const cinematic: Style = {
  bpm: [80, 84, 88, 92],
  keys: ['Dm', 'Cm', 'Em', 'Gm', 'Bm'],
  major: ['I vi IV V', 'I iii IV I', 'IV V vi I', 'I V ii IVadd9'],
  minor: ['i VI III VII', 'i VImaj7 iv VII', 'VI VII i i', 'i III VII iv'],
  hands: { center: 60, voices: 4 },
  swing: 0.5,
  looseness: 0.6,
  players: [
    { part: held('strings', { voices: 4 }), in: ['intro', 'a', 'a2', 'b', 'break', 'c'] },
    { part: held('strings', { octave: 1, voices: 2 }), in: ['b', 'c'] },
    { part: bassLine('longBass', [[{ step: 0, steps: 16, tone: 'root' }]]), in: ['a', 'a2', 'b', 'break', 'c'] },
    { part: ostinato('staccato', { near: 50, every: 2, accents: [1, 0.62, 0.74, 0.62] }), in: ['a', 'a2', 'b', 'c'] },
    {
      part: broken(
        'staccato',
        [
          [0, 1, 2, 1, 3, 1, 2, 1],
          [0, 2, 1, 2, 0, 3, 1, 2],
        ],
        { every: 1, ring: 1, velocity: 0.58 },
      ),
      in: ['a2', 'c'],
    },
    {
      part: broken(
        'piano',
        [
          [0, 2, 3, 2],
          [0, 1, 3, 2],
        ],
        { every: 4, ring: 2.5, octave: 1, velocity: 0.5 },
      ),
      in: ['intro', 'a', 'break'],
    },
    { part: beat('taiko', ['9.....4...7.....', '9.....4.6.7..4..'], '9.....4.6.7.5678'), in: ['b', 'c'] },
    { part: beat('boom', ['8...............']), in: ['a2', 'b', 'c'] },
    { part: beat('tick', ['4.3.4.3.4.3.4.3.']), in: ['a2', 'c'] },
    {
      part: melody('horn', {
        rhythms: [
          [
            [0, 8],
            [8, 8],
          ],
          [
            [0, 6],
            [6, 2],
            [8, 8],
          ],
          [
            [0, 4],
            [4, 4],
            [8, 8],
          ],
        ],
        near: 67,
        velocity: 0.65,
      }),
      in: ['b', 'c'],
    },
    { part: texture('riser', 'before-change'), in: ['a', 'a2', 'b'] },
  ],
  ending: [
    held('strings'),
    bassLine('longBass', [[{ step: 0, steps: 20, tone: 'root' }]]),
    beat('boom', ['9...............']),
    beat('taiko', ['9...............']),
  ],
  room: { reverbSeconds: 2.8, reverbLevel: 0.8, delaySteps: 4, pump: 0, brightHz: 10500, presenceDb: -1 },
  mix: { piano: { gainDb: -11 } },
};
