/**
 * Speech and pauses: F1 per 10 ms, edges and cuts inside words on spoken sentences in room noise with hum, and against
 * auto-editor at the best of its thresholds for every single file; then real recordings with labels.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findCuts, type SpeechFacts } from '#core/facts';
import { milliseconds, rangeEnd, toMilliseconds, type TimeRange } from '#core/time';
import { analyzeSoundTask } from '#engine/analysis';
import { encodeSound, probeMedia } from '#engine/media';
import { hasRealMedia, labelledWords, realMedia } from '../../test/fixtures/real-media.ts';
import {
  addScores,
  findSpeechIn,
  makeScene,
  scoreSpeech,
  type SceneNoise,
  type SpeechScore,
} from '../../test/fixtures/speech-truth.ts';
import { autoEditorKeeps, type KeptRange } from './auto-editor.ts';
import { atLeast, atMost, type QualityRow } from './row.ts';

/** Not among those that anything was tuned on. */
const seeds = [111, 112, 113, 114, 115, 116];
const seconds = 30;
const goals = [
  { snrDb: 20, f1: 0.985 },
  { snrDb: 5, f1: 0.975 },
] as const;
/** Beside the room, in which the goals are stated. */
const otherNoises: readonly SceneNoise[] = ['fan', 'street', 'keys'];

export async function speechQuality(): Promise<QualityRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'rushes-bench-'));
  try {
    const rows = goals.flatMap(({ snrDb, f1 }) => roomRows(folder, snrDb, f1));
    return [...rows, ...(hasRealMedia ? await realRows(folder) : [])];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Case = {
  readonly name: string;
  readonly ours: SpeechScore;
  readonly peer: SpeechScore | undefined;
  readonly wordsCut: number;
};

function roomRows(folder: string, snrDb: number, goal: number): QualityRow[] {
  const made = seeds.map((seed) => measureScene(folder, seed, 'room', snrDb));
  const others = otherNoises.map((noise, index) => measureScene(folder, seeds[index]!, noise, snrDb));
  const { f1, edgeMedianMs } = addScores(made.map(({ ours }) => ours));
  const set = `room with hum, ${snrDb} dB, ${seeds.length} × ${seconds} s`;
  return [
    atLeast(goal, { what: 'speech: frame F1', set, figure: f1, digits: 4 }),
    atMost(40, { what: 'speech: edges, median', set, figure: edgeMedianMs, unit: 'ms', digits: 0 }),
    atMost(0, { what: 'speech: cuts inside words', set, figure: sum(made.map(({ wordsCut }) => wordsCut)), digits: 0 }),
    ...peerRow(`all made, ${snrDb} dB`, [...made, ...others]),
  ];
}

function measureScene(folder: string, seed: number, noise: SceneNoise, snrDb: number): Case {
  const scene = makeScene(seed, noise, snrDb, seconds);
  const facts = findSpeechIn(scene.sound, scene.sampleRateHz);
  // A name of its own: auto-editor remembers what it measured of a path.
  const path = join(folder, `${noise}-${snrDb}-${seed}.wav`);
  encodeSound([[scene.sound]], path, {
    codec: 'pcm_s16le',
    container: 'wav',
    sampleRateHz: scene.sampleRateHz,
    channels: 1,
  });
  return report({
    name: `${noise} ${snrDb} dB, seed ${seed}`,
    ours: scoreSpeech(facts, scene.truth),
    peer: bestOf(autoEditorKeeps(path, folder), scene.truth),
    wordsCut: wordsCut(facts, scene.truth),
  });
}

/** The least lead over auto-editor on any file; nothing where it is not installed. */
function peerRow(set: string, cases: readonly Case[]): QualityRow[] {
  const leads = cases.flatMap(({ ours, peer }) => (peer === undefined ? [] : [f1Of(ours) - f1Of(peer)]));
  if (leads.length === 0) return [];
  const figure = leads.filter((lead) => lead > 0).length / leads.length;
  return [atLeast(1, { what: 'speech: files ahead of auto-editor', set: `${set} (${leads.length} files)`, figure, digits: 2 })];
}

function report(measured: Case): Case {
  const { ours, peer, name, wordsCut: cut } = measured;
  const { f1, edgeMedianMs } = addScores([ours]);
  console.log(
    `${name.padEnd(24)} F1 ${f1.toFixed(4)}, edges ${edgeMedianMs} ms, ${cut} cuts inside words; auto-editor at its best ${peer === undefined ? 'not installed' : f1Of(peer).toFixed(4)}`,
  );
  return measured;
}

function f1Of(score: SpeechScore): number {
  return addScores([score]).f1;
}

function bestOf(kept: readonly (readonly KeptRange[])[], truth: Uint8Array): SpeechScore | undefined {
  const scores = kept.map((ranges) => scoreSpeech(factsOf(ranges), truth));
  return scores.toSorted((a, b) => f1Of(b) - f1Of(a))[0];
}

function factsOf(ranges: readonly KeptRange[]): SpeechFacts {
  const speech = ranges.map(({ start, end }) => ({
    start: milliseconds(start * 10),
    duration: milliseconds((end - start) * 10),
  }));
  return { speech, pauses: [], threshold: 0 };
}

/** Of what the shortest and the most thorough trimming take out: ranges that hold a frame of speech. */
function wordsCut(facts: SpeechFacts, truth: Uint8Array): number {
  const holdsSpeech = (range: TimeRange) =>
    truth.subarray(Math.ceil(toMilliseconds(range.start) / 10), Math.floor(toMilliseconds(rangeEnd(range)) / 10)).includes(1);
  return sum(
    (['trim', 'remove'] as const).map((mode) => findCuts(facts, { mode }).remove.filter((range) => holdsSpeech(range)).length),
  );
}

/** Recordings of others: human labels for one and for the words of another, a machine's for a third. */
async function realRows(folder: string): Promise<QualityRow[]> {
  const counts = await measureReal('speech/pyAudioAnalysis__count2.wav', folder, labelledWords('count2.wav'));
  const grid = await measureReal('talk/LipNet__id2_vcd_swwp2s.mpg', folder, labelledWords('swwp2s.mpg'));
  const machine = JSON.parse(readFileSync(realMedia('speech/FunASR__0.fsmn-vad.json'), 'utf8')) as { speech: [number, number][] };
  // Another program's opinion, not a truth: told, not judged.
  await measureReal(
    'speech/FunASR__0.wav',
    folder,
    machine.speech.map(([start, end]) => ({ start, end })),
  );
  return [
    atLeast(0.9, { what: 'speech: frame F1', set: 'real, numbers counted (labels to 0.1 s)', figure: f1Of(counts.ours) }),
    atMost(0, {
      what: 'speech: cuts inside words',
      set: 'real, labelled words',
      figure: counts.wordsCut + grid.wordsCut,
      digits: 0,
    }),
  ];
}

async function measureReal(
  name: string,
  folder: string,
  words: readonly { readonly start: number; readonly end: number }[],
): Promise<Case> {
  const path = realMedia(name);
  const asset = { id: 'ast_bench', hash: '', name: 'bench', bytes: 1, ...probeMedia(path, path) };
  const context = { signal: new AbortController().signal, progress: () => {}, scratch: folder };
  const { speech } = await analyzeSoundTask({ source: { asset, path }, analyses: ['speech'] }, context);
  const truth = new Uint8Array(Math.ceil(toMilliseconds(asset.duration) / 10));
  for (const { start, end } of words) truth.fill(1, Math.round(start / 10), Math.round(end / 10));
  return report({
    name: name.replace(/^.*\//, '').slice(0, 24),
    ours: scoreSpeech(speech!, truth),
    peer: bestOf(autoEditorKeeps(path, folder), truth),
    wordsCut: wordsCut(speech!, truth),
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
