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
    /** Where they are, the first 20; empty for what lasts. */
    readonly at: readonly { readonly start_ms: number; readonly end_ms: number }[];
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
    problems: problems.map(({ kind, severity, range, places, at, evidence, repair }) => ({
      kind,
      severity,
      start_ms: toMilliseconds(range.start),
      end_ms: toMilliseconds(rangeEnd(range)),
      places,
      at: at.map((place) => ({ start_ms: toMilliseconds(place.start), end_ms: toMilliseconds(rangeEnd(place)) })),
      evidence: evidence.en,
      repair: repair ?? null,
    })),
  };
}

export function beatLines({ beats }: EarsReport): string[] {
  return beats === null
    ? []
    : [`  Music     ${beats.bpm} bpm, ${beats.downbeats_ms.length} bars (confidence ${beats.confidence})`];
}

/** The list that people came for, and what to say about it next. */
export function problemLines({ problems }: EarsReport, file: string): string[] {
  if (problems.length === 0) return ['Nothing wrong was found.'];
  const mended = problems.flatMap(({ repair }, index) => (repair === null ? [] : [index + 1]));
  return [
    problems.length === 1 ? 'One problem:' : `${problems.length} problems, worst first:`,
    ...problems.flatMap(({ evidence, repair, severity }, index) => [
      `  ${index + 1}. ${severity >= 0.66 ? 'serious' : severity >= 0.33 ? 'noticeable' : 'slight'}: ${evidence}`,
      `     → ${repair?.says.en ?? 'nothing here mends that'}`,
    ]),
    ...(mended.length === 0
      ? []
      : ['', `To repair ${mended.length === 1 ? 'it' : 'them'}: rushes edit ${quoted(file)} "fix it"`]),
    ...(mended.length < 2 ? [] : [`Only some:  rushes edit ${quoted(file)} "fix ${mended.slice(0, 2).join(' and ')}"`]),
  ];
}

/** As a shell takes it. */
function quoted(file: string): string {
  return /^[\w./@%+=:,-]+$/.test(file) ? file : `'${file.replaceAll("'", String.raw`'\''`)}'`;
}
