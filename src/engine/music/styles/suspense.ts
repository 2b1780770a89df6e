import { pedal } from '../parts/bass.ts';
import { broken, held, ostinato } from '../parts/chords.ts';
import { beat, texture } from '../parts/drums.ts';
import { melody } from '../parts/melody.ts';
import type { Style } from '../style.ts';

/** Something is coming: a low drone, clockwork, chords that do not settle. */
export const suspense: Style = {
  bpm: [84, 88, 90, 96],
  keys: ['Em', 'Fm', 'Dm', 'F#m'],
  major: ['Isus2 I bVI bVI', 'I bII I bVI', 'Iadd9 iv Iadd9 bVI', 'I iv bVI bII'],
  minor: ['iadd9 i VImaj7 VImaj7', 'i bII i VI', 'iadd9 iv VImaj7 v', 'i VI iv bII'],
  hands: { center: 57, voices: 3 },
  swing: 0.5,
  looseness: 0.4,
  players: [
    { part: pedal('drone', { near: 36 }), in: ['intro', 'a', 'a2', 'b', 'break', 'c'] },
    { part: held('pad', { voices: 3 }), in: ['intro', 'a', 'a2', 'b', 'break', 'c'] },
    { part: held('strings', { octave: 1, voices: 2 }), in: ['b', 'c', 'break'] },
    { part: ostinato('pulse', { near: 40, every: 2, accents: [1, 0.55, 0.75, 0.55] }), in: ['a', 'a2', 'b', 'c'] },
    {
      part: broken('pulse', [[0, -1, 1, 0, -1, 2, 0, 1, -1, 0, 2, -1, 1, 0, -1, 1]], { every: 1, ring: 1, velocity: 0.6 }),
      in: ['a2', 'c'],
    },
    { part: beat('tick', ['7...6...7...6...', '7..36...7..36.3.']), in: ['intro', 'a', 'a2', 'b', 'c'] },
    { part: beat('boom', ['8...............', '8.........5.....']), in: ['a', 'a2', 'b', 'c'] },
    { part: beat('taiko', ['......5.....6.4.', '..4...5.....6.45'], '......5...6.6677'), in: ['b', 'c'] },
    {
      part: melody('bell', {
        rhythms: [
          [
            [0, 8],
            [10, 6],
          ],
          [[4, 12]],
          [
            [0, 6],
            [6, 10],
          ],
        ],
        near: 76,
        velocity: 0.5,
        density: 0.6,
      }),
      in: ['intro', 'a2', 'b', 'break'],
    },
    { part: texture('riser', 'before-change'), in: ['a', 'a2', 'b', 'c'] },
  ],
  ending: [
    pedal('drone', { near: 36 }),
    held('pad', { voices: 3 }),
    beat('boom', ['9...............']),
    beat('tick', ['7...............']),
  ],
  room: { reverbSeconds: 2.4, reverbLevel: 0.65, delaySteps: 3, pump: 0, brightHz: 10000, presenceDb: -1 },
  mix: {
    taiko: { gainDb: -17 },
    pulse: { gainDb: -8.5 },
    drone: { gainDb: -15 },
    bell: { gainDb: -15 },
    strings: { gainDb: -17 },
  },
};
