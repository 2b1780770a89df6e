/** Planted faults found, named and mended: precision and recall per kind, and what is left after "fix it". */
import type { ProblemKind } from '#core/facts';
import type { Clip, Timeline } from '#core/timeline';
import { diagnose } from '#editor/assets';
import { createDenoiser, createRepairProcess, measureProfile } from '#engine/sound';
import { atLeast, atMost, type QualityRow } from './row.ts';
import { hear, makePlanted, plantedKinds, type PlantedClip } from '../../test/fixtures/ears/planted.ts';
import { placedTimeline, plainWorkspace } from '../../test/fixtures/ears/plain-workspace.ts';

export type DiagnosisOutcome = {
  readonly truth: readonly ProblemKind[];
  readonly found: readonly ProblemKind[];
  /** Found again in the timeline after "fix it". */
  readonly left: readonly ProblemKind[];
  /** Of what the sound repairs mend: found again when the mended sound itself is listened to. */
  readonly heardAgain: readonly ProblemKind[];
};

const mendedSound: readonly ProblemKind[] = ['hum', 'clicks', 'clipping', 'rumble'];

export async function diagnosePlanted(clip: PlantedClip): Promise<DiagnosisOutcome> {
  const { asset, facts } = clip;
  const source = { soundFacts: () => Promise.resolve(facts), pictureFacts: () => Promise.resolve(facts.picture) };
  const workspace = plainWorkspace(placedTimeline(asset), [asset], {
    ...source,
    measureDenoise: (_asset, strength) => {
      const done = createDenoiser({
        sampleRateHz: 48_000,
        strength,
        engine: 'auto',
        profile: measureProfile(clip.sound),
      }).facts();
      return Promise.resolve({ assetId: asset.id, ...done });
    },
  });
  const kinds = async () => (await diagnose(source, workspace.timeline(), [asset])).map(({ kind }) => kind);
  const found = await kinds();
  if (found.length === 0) return { truth: clip.truth, found, left: [], heardAgain: [] };
  await workspace.run('fix_problems', {});
  const left = await kinds();
  return { truth: clip.truth, found, left, heardAgain: await listenAgain(clip, workspace.timeline()) };
}

/** The mended sound is a recording of its own now: what would a diagnosis of it say? */
async function listenAgain(clip: PlantedClip, timeline: Timeline): Promise<ProblemKind[]> {
  const used = timeline.tracks.flatMap(({ kind, items }) => (kind === 'audio' ? items : []));
  const effect = used.find((item): item is Clip => item.kind === 'clip')?.effects.find(({ name }) => name === 'repair');
  if (effect?.name !== 'repair') return [];
  const process = createRepairProcess(1, effect);
  const mended = new Float32Array(clip.sound.length);
  let at = 0;
  for (const [block] of [process.process([clip.sound]), process.flush()]) {
    mended.set(block!, at);
    at += block!.length;
  }
  const heard = hear(mended);
  const source = { soundFacts: () => Promise.resolve(heard), pictureFacts: () => Promise.resolve({}) };
  const again = await diagnose(source, placedTimeline(clip.asset), [clip.asset]);
  return again.map(({ kind }) => kind).filter((kind) => mendedSound.includes(kind));
}

export type DiagnosisScore = {
  readonly precision: number;
  readonly recall: number;
  readonly left: number;
  readonly heardAgain: number;
};

export function scoreDiagnoses(outcomes: readonly DiagnosisOutcome[]): DiagnosisScore {
  const sum = (of: (outcome: DiagnosisOutcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const hits = sum(({ truth, found }) => truth.filter((kind) => found.includes(kind)).length);
  const found = Math.max(
    1,
    sum((outcome) => outcome.found.length),
  );
  const mended = Math.max(
    1,
    sum((outcome) => outcome.found.filter((kind) => mendedSound.includes(kind)).length),
  );
  return {
    precision: hits / found,
    recall:
      hits /
      Math.max(
        1,
        sum(({ truth }) => truth.length),
      ),
    left: sum((outcome) => outcome.left.length) / found,
    heardAgain: sum((outcome) => outcome.heardAgain.length) / mended,
  };
}

export async function diagnosisBench(): Promise<QualityRow[]> {
  const outcomes: DiagnosisOutcome[] = [];
  for (let index = 0; index < 60; index++) outcomes.push(report(index + 1000, await diagnosePlanted(makePlanted(index + 1000))));
  const clean: DiagnosisOutcome[] = [];
  for (let index = 0; index < 12; index++) clean.push(report(index + 2000, await diagnosePlanted(makePlanted(index + 2000, 0))));
  for (const kind of plantedKinds) {
    const planted = outcomes.filter(({ truth }) => truth.includes(kind)).length;
    const hits = outcomes.filter(({ truth, found }) => truth.includes(kind) && found.includes(kind)).length;
    const wrong = outcomes.filter(({ truth, found }) => !truth.includes(kind) && found.includes(kind)).length;
    console.log(`${kind.padEnd(12)} ${hits} of ${planted} found, ${wrong} where there is none`);
  }
  const { precision, recall, left, heardAgain } = scoreDiagnoses(outcomes);
  console.log(
    `60 clips: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}; after "fix it" ${(100 * left).toFixed(1)} % left on the timeline, ${(100 * heardAgain).toFixed(1)} % of mended damage heard again; ${clean.filter(({ found }) => found.length === 0).length} of ${clean.length} clean clips empty`,
  );
  const set = '60 clips, 1 to 3 of 12 kinds';
  return [
    atLeast(0.9, { what: 'diagnosis: precision', set, figure: precision }),
    atLeast(0.9, { what: 'diagnosis: recall', set, figure: recall }),
    atMost(0.1, { what: 'diagnosis: left after "fix it"', set, figure: left }),
    atMost(0.1, { what: 'diagnosis: heard again in the mended sound', set, figure: heardAgain }),
    atLeast(1, {
      what: 'diagnosis: clean clips without a problem',
      set: `${clean.length} clean clips`,
      figure: clean.filter(({ found }) => found.length === 0).length / clean.length,
    }),
  ];
}

function report(seed: number, outcome: DiagnosisOutcome): DiagnosisOutcome {
  const { truth, found, left, heardAgain } = outcome;
  const missed = truth.filter((kind) => !found.includes(kind));
  const wrong = found.filter((kind) => !truth.includes(kind));
  if (missed.length + wrong.length + left.length + heardAgain.length > 0)
    console.log(
      `seed ${seed}: planted ${truth.join(', ') || 'nothing'}; missed ${missed.join(', ') || '–'}; wrong ${wrong.join(', ') || '–'}; left ${left.join(', ') || '–'}; heard again ${heardAgain.join(', ') || '–'}`,
    );
  return outcome;
}
