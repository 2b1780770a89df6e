/** How well jump cuts are found in made talking heads: their own movement, flicker, grain and a hand that holds the camera beside them. */
import { addTallies, analyzeDrawn, f1, scoreJumps } from '../../test/fixtures/sight/measure.ts';
import { atLeast, type QualityRow } from './row.ts';
import { makeTalkingHead } from '../../test/fixtures/sight/talking-head.ts';

/** Not among those that anything was tuned on. */
const seeds = [401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412];

export function jumpCutsBench(): QualityRow[] {
  console.log('take              jumps  found  right     F1');
  const rows = seeds.map((seed) => {
    const head = makeTalkingHead(seed, { width: 320, height: 180 }, 12, seed % 4 === 0 ? 0 : 5);
    const tally = scoreJumps(head.jumps, analyzeDrawn(head, ['jumpCuts']).jumpCuts!.cuts);
    print(`seed ${seed}`, tally);
    return tally;
  });
  const all = addTallies(rows);
  print('all', all);
  return [
    atLeast(0.9, { what: 'jump cuts: F1', set: `${seeds.length} made takes of 12 s, ${all.truth} jumps`, figure: f1(all) }),
  ];
}

function print(name: string, tally: ReturnType<typeof addTallies>): void {
  console.log(
    `${name.padEnd(17)}${String(tally.truth).padStart(6)}${String(tally.found).padStart(7)}${String(tally.hits).padStart(7)}${f1(tally).toFixed(3).padStart(7)}`,
  );
}
