/** Beats and problems in what `rushes analyze` says. */
import type { Problem, SoundFacts } from '#core/facts';
import { rangeEnd, toMilliseconds } from '#core/time';

/** Under this it is speech or noise that happens to pulse. */
const leastConfidence = 0.3;

export type EarsReport = {
  /** Null where nothing pulses. */
  readonly beats: {
    readonly bpm: number;
    readonly confidence: number;
    readonly beats_ms: readonly number[];
    readonly downbeats_ms: readonly number[];
  } | null;
  /** Worst first. */
  readonly problems: readonly {
    readonly kind: string;
    readonly severity: number;
    readonly start_ms: number;
    readonly end_ms: number;
    readonly places: number;
    readonly evidence: string;
    readonly repair: Problem['repair'] | null;
  }[];
};

export function toEarsReport({ beats }: SoundFacts, problems: readonly Problem[]): EarsReport {
  return {
    beats:
      beats === undefined || beats.confidence < leastConfidence
        ? null
        : {
            bpm: beats.bpm,
            confidence: beats.confidence,
            beats_ms: beats.beats.map((beat) => toMilliseconds(beat)),
            downbeats_ms: beats.downbeats.map((beat) => toMilliseconds(beat)),
          },
    problems: problems.map(({ kind, severity, range, places, evidence, repair }) => ({
      kind,
      severity,
      start_ms: toMilliseconds(range.start),
      end_ms: toMilliseconds(rangeEnd(range)),
      places,
      evidence: evidence.en,
      repair: repair ?? null,
    })),
  };
}

export function earsLines({ beats, problems }: EarsReport): string[] {
  return [
    ...(beats === null ? [] : [`Beat: ${beats.bpm} bpm, ${beats.downbeats_ms.length} bars (confidence ${beats.confidence})`]),
    problems.length === 0 ? 'Problems: none found' : `Problems: ${problems.length}`,
    ...problems.map(
      ({ evidence, repair }, index) =>
        `  ${index + 1}. ${evidence}${repair === null || repair === undefined ? '' : ` → ${repair.tool}`}`,
    ),
  ];
}
