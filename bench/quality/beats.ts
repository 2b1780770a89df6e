/** Beats and bars found in music whose beats are known: own grooves, the built-in generator's beds, and a real annotated one. */
import { readFileSync } from 'node:fs';
import type { BeatFacts } from '#core/facts';
import { musicMoods } from '#core/facts';
import { seconds, toSeconds } from '#core/time';
import { createSoundAnalyzer } from '#engine/analysis';
import { decodeSound } from '#engine/media';
import { composeMusic } from '#engine/music';
import { grooves, makePattern, unmetGrooves, type Groove } from '../../test/fixtures/ears/drum-patterns.ts';
import { atLeast, type QualityRow } from './row.ts';
import { hasRealMedia, realMedia } from '../../test/fixtures/real-media.ts';

export type BeatCase = {
  readonly name: string;
  readonly blocks: Iterable<readonly Float32Array[]>;
  readonly channels: number;
  readonly sampleRateHz: number;
  readonly bpm: number;
  /** Seconds. */
  readonly beats: readonly number[];
  readonly downbeats: readonly number[];
};

export type BeatScore = {
  readonly f: number;
  readonly downbeatF: number;
  readonly bpm: number;
  readonly biasMs: number;
  readonly facts: BeatFacts;
};

const windowSeconds = 0.07;

export function scoreBeats(made: BeatCase): BeatScore {
  const analyzer = createSoundAnalyzer(made.sampleRateHz, made.channels, ['beats']);
  let samples = 0;
  for (const block of made.blocks) {
    analyzer.push(block);
    samples += block[0]!.length;
  }
  const facts = analyzer.finish(seconds(samples / made.sampleRateHz)).beats!;
  const found = facts.beats.map(toSeconds);
  const errors = made.beats.flatMap((beat) => {
    const nearest = found.reduce((best, other) => (Math.abs(other - beat) < Math.abs(best - beat) ? other : best), Infinity);
    return Math.abs(nearest - beat) <= windowSeconds ? [nearest - beat] : [];
  });
  return {
    f: fMeasure(found, made.beats),
    downbeatF: fMeasure(facts.downbeats.map(toSeconds), made.downbeats),
    bpm: facts.bpm,
    biasMs: (1000 * errors.reduce((sum, error) => sum + error, 0)) / Math.max(1, errors.length),
    facts,
  };
}

/** Each true beat may be hit by one found beat within 70 ms. */
export function fMeasure(found: readonly number[], truth: readonly number[]): number {
  const free = [...found];
  let hits = 0;
  for (const beat of truth) {
    const index = free.findIndex((other) => Math.abs(other - beat) <= windowSeconds);
    if (index < 0) continue;
    hits++;
    free.splice(index, 1);
  }
  return found.length + truth.length === 0 ? 1 : (2 * hits) / (found.length + truth.length);
}

export function patternCase(groove: Groove, bpm: number, seed: number, length = 24): BeatCase {
  const { samples, beats, downbeats, sampleRateHz } = makePattern(groove, bpm, { seed, seconds: length });
  return { name: `${groove} ${bpm}`, blocks: [[samples]], channels: 1, sampleRateHz, bpm, beats, downbeats };
}

export function bedCase(mood: (typeof musicMoods)[number], bpm: number, seed: number, length = 24): BeatCase {
  const piece = composeMusic({ mood, bpm, seed, seconds: length });
  const { beats, downbeats } = piece.facts;
  const name = `${mood} ${bpm}`;
  return {
    name,
    blocks: piece.bars(),
    channels: 2,
    sampleRateHz: 48_000,
    bpm,
    beats: beats.map(toSeconds),
    downbeats: downbeats.map(toSeconds),
  };
}

function* realCases(): Generator<BeatCase> {
  if (!hasRealMedia) return;
  const rows = readFileSync(realMedia('music/madmom__sample.beats'), 'utf8')
    .split('\n')
    .filter((line) => /^\d/.test(line))
    .map((line) => line.split(/\s+/).map(Number));
  const file = { path: realMedia('music/madmom__sample.wav'), container: 'wav' };
  yield {
    name: 'real: madmom sample (2.8 s)',
    blocks: decodeSound(file, { streamIndex: 0, sampleRateHz: 44_100, channels: 1 }),
    channels: 1,
    sampleRateHz: 44_100,
    bpm: 87.5,
    beats: rows.map(([at]) => at!),
    downbeats: rows.filter(([, place]) => place === 1).map(([at]) => at!),
  };
}

/** Each in the tempi that it is played in. */
const unmetTempi: Readonly<Record<(typeof unmetGrooves)[number], readonly number[]>> = {
  disco: [100, 112, 120, 128, 140],
  'boom-bap': [75, 84, 92, 100],
  reggae: [68, 76, 88, 100],
  bossa: [90, 100, 112, 120, 128, 140],
  ballad: [62, 70, 80, 92, 110],
  'drum-and-bass': [150, 160, 170, 175, 180],
};

export function beatsBench(): QualityRow[] {
  const rows: QualityRow[] = [];
  const tempi = [60, 75, 90, 105, 120, 140, 160, 180];
  const groups: Readonly<Record<string, readonly (() => BeatCase)[]>> = {
    grooves: grooves.flatMap((groove, index) => tempi.map((bpm) => () => patternCase(groove, bpm, 40 + index))),
    'grooves that nothing was fitted on': unmetGrooves.flatMap((groove, index) =>
      unmetTempi[groove].map((bpm) => () => patternCase(groove, bpm, 400 + index)),
    ),
    beds: musicMoods.flatMap((mood, index) => [60, 80, 100, 120, 150, 180].map((bpm) => () => bedCase(mood, bpm, 60 + index))),
  };
  for (const [group, cases] of Object.entries(groups)) {
    const scores = cases.map((make) => report(make()));
    const mean = (of: (score: BeatScore) => number) =>
      (scores.reduce((sum, score) => sum + of(score), 0) / scores.length).toFixed(3);
    const set = `${group}, ${scores.length} pieces`;
    rows.push(
      atLeast(0.85, { what: 'beats: F (±70 ms), mean', set, figure: scores.reduce((sum, { f }) => sum + f, 0) / scores.length }),
    );
    console.log(
      `${group}: mean F ${mean(({ f }) => f)}, bars ${mean(({ downbeatF }) => downbeatF)}, ${scores.filter(({ f }) => f >= 0.85).length} of ${scores.length} at 0.85 or better`,
    );
  }
  for (const real of realCases()) {
    rows.push(atLeast(0.85, { what: 'beats: F (±70 ms)', set: real.name, figure: report(real).f }));
  }
  return rows;
}

function report(made: BeatCase): BeatScore {
  const score = scoreBeats(made);
  console.log(
    `${made.name.padEnd(28)} F ${score.f.toFixed(3)}  bars ${score.downbeatF.toFixed(3)}  ${score.bpm} bpm (true ${made.bpm})  bias ${score.biasMs.toFixed(1)} ms  confidence ${score.facts.confidence}`,
  );
  return score;
}
