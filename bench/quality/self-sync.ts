/** One file against itself: sound onsets against movement, on drawn actions with known offsets; accepted, right, refused. */
import { createResampler } from '#core/dsp';
import type { SelfSyncFacts } from '#core/facts';
import { fromFrame } from '#core/time';
import { createSelfSync, lookAtPlanes } from '#engine/analysis';
import { createRandom } from '#engine/sample';
import { atLeast, atMost, type QualityRow } from './row.ts';
import { actions, makeSeenAndHeard, type SeenAndHeard } from '../../test/fixtures/ears/seen-and-heard.ts';

export function alignMade(made: SeenAndHeard): SelfSyncFacts {
  const reader = createSelfSync();
  for (let frame = 0; frame < made.frames; frame++) {
    const { luma, blue, red } = made.draw(frame);
    reader.see(lookAtPlanes([luma, blue, red], made.size, fromFrame(frame, { num: made.framesPerSecond, den: 1 })));
  }
  const resampler = createResampler(48_000, 16_000);
  reader.hear(resampler.push(made.sound));
  reader.hear(resampler.flush());
  return reader.finish();
}

export type SelfSyncTally = { cases: number; accepted: number; right: number; unrelated: number; unrelatedAccepted: number };

export function selfSyncBench(perAction = 10): SelfSyncTally {
  const tally: SelfSyncTally = { cases: 0, accepted: 0, right: 0, unrelated: 0, unrelatedAccepted: 0 };
  for (const action of actions) {
    for (let index = 0; index < perAction; index++) {
      const random = createRandom(index * 17 + 3);
      const soundLateMs = Math.round((2 * random() - 1) * 700);
      const unrelated = index % 5 === 4;
      const facts = alignMade(makeSeenAndHeard(index + 50, action, { seconds: 16, soundLateMs, unrelated }));
      const error = facts.found ? facts.soundLateMs - soundLateMs : undefined;
      console.log(`${action} ${index + 50}${unrelated ? ' unrelated' : ''}: true ${soundLateMs} ms, ${JSON.stringify(facts)}`);
      if (unrelated) {
        tally.unrelated++;
        if (facts.found) tally.unrelatedAccepted++;
        continue;
      }
      tally.cases++;
      if (error === undefined) continue;
      tally.accepted++;
      if (Math.abs(error) <= 40) tally.right++;
    }
  }
  console.log(
    `${tally.cases} cases: ${tally.accepted} accepted, ${tally.right} of them within 40 ms; ${tally.unrelatedAccepted} of ${tally.unrelated} unrelated accepted`,
  );
  return tally;
}

/** The bench as rows: of cases with clear events, how many are dared, how many of those are right, and how often it is wrongly sure. */
export function selfSyncQuality(): QualityRow[] {
  const { cases, accepted, right, unrelated, unrelatedAccepted } = selfSyncBench();
  const set = `${cases} clips with clear events, ${unrelated} unrelated`;
  return [
    atLeast(0.6, { what: 'self-sync: accepted', set, figure: accepted / cases }),
    atLeast(0.9, { what: 'self-sync: within 40 ms of accepted', set, figure: right / Math.max(1, accepted) }),
    atMost(0.02, {
      what: 'self-sync: accepted and wrong',
      set,
      figure: (accepted - right + unrelatedAccepted) / (cases + unrelated),
    }),
  ];
}
