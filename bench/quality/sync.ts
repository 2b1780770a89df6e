/** Two recordings of one event: how near offset and drift come to the truth, and whether unrelated ones are refused. */
import type { SyncFacts } from '#core/facts';
import { compareSides, createSyncFeatures, syncRateHz, type SyncSide } from '#engine/analysis';
import { atLeast, atMost, type QualityRow } from './row.ts';
import { makeSyncCase, type Recording, type SyncCase } from '../../test/fixtures/ears/two-recordings.ts';

export type SyncOutcome = {
  readonly kind: 'right' | 'wrong' | 'refused';
  readonly errorMs: number;
  readonly driftErrorPpm: number;
};

/** A recording as the task sees it. */
export function sideOf(recording: Recording): SyncSide {
  const reader = createSyncFeatures();
  const block = 10 * syncRateHz;
  for (let at = 0; at < recording.samples; at += block) reader.push(recording.read(at, Math.min(block, recording.samples - at)));
  return { ...recording, features: reader.finish() };
}

/** Right: within 5 ms over all that both have heard, and within 5 ppm. */
export function judge({ truth, reference }: SyncCase, found: SyncFacts): SyncOutcome {
  if (!found.found) return { kind: 'refused', errorMs: 0, driftErrorPpm: 0 };
  if (truth === undefined) return { kind: 'wrong', errorMs: Infinity, driftErrorPpm: Infinity };
  const driftErrorPpm = Math.abs(found.driftPpm - truth.driftPpm);
  const error = (seconds: number) =>
    Math.abs(found.offsetMs - truth.offsetMs + (seconds * 1000 * (found.driftPpm - truth.driftPpm)) / 1e6);
  const errorMs = Math.max(error(0), error(reference.samples / syncRateHz));
  return { kind: errorMs <= 5 && driftErrorPpm <= 5 ? 'right' : 'wrong', errorMs, driftErrorPpm };
}

export function syncBench(): QualityRow[] {
  const cases = [
    ...Array.from({ length: 48 }, (_, index) => () => makeSyncCase(100 + index)),
    ...Array.from({ length: 8 }, (_, index) => () => makeSyncCase(300 + index, { related: false })),
    () => makeSyncCase(401, { seconds: 600 }),
    () => makeSyncCase(402, { seconds: 1200 }),
    () => makeSyncCase(403, { seconds: 3600 }),
    () => makeSyncCase(404, { seconds: 3600 }),
  ];
  const count = { right: 0, wrong: 0, refused: 0, refusedUnrelated: 0 };
  const accepted: SyncOutcome[] = [];
  for (const make of cases) {
    const made = make();
    const before = performance.now();
    const found = compareSides(sideOf(made.reference), sideOf(made.other));
    const outcome = judge(made, found);
    if (outcome.kind === 'refused' && made.truth === undefined) count.refusedUnrelated++;
    else count[outcome.kind]++;
    if (outcome.kind !== 'refused') accepted.push(outcome);
    const said = found.found
      ? `${outcome.errorMs.toFixed(2)} ms, ${outcome.driftErrorPpm.toFixed(2)} ppm off, confidence ${found.confidence}, ${found.agreeing}/${found.compared}`
      : `${found.reason} (${found.confidence})`;
    console.log(`${outcome.kind.padEnd(8)} ${made.name}: ${said}, ${((performance.now() - before) / 1000).toFixed(1)} s`);
  }
  console.log(
    `${cases.length} cases: ${count.right} right, ${count.refused} refused, ${count.refusedUnrelated} unrelated refused, ${count.wrong} wrong`,
  );
  const worst = (of: (outcome: SyncOutcome) => number) => Math.max(...accepted.map(of));
  const set = `${accepted.length} accepted of ${cases.length}, 30 s to 60 min`;
  return [
    atLeast(1, {
      what: 'sync: right or refused',
      set: `${cases.length} cases, 8 unrelated`,
      figure: 1 - count.wrong / cases.length,
    }),
    atMost(5, { what: 'sync: largest error', set, figure: worst(({ errorMs }) => errorMs), unit: 'ms', digits: 2 }),
    atMost(5, {
      what: 'sync: largest drift error',
      set,
      figure: worst(({ driftErrorPpm }) => driftErrorPpm),
      unit: 'ppm',
      digits: 2,
    }),
  ];
}
