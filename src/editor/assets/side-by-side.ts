/** Which analyses of a recording's sound are found together, and which beside them in another worker. */
import type { SoundAnalysis } from '#core/facts';
import { toSeconds, type Ticks } from '#core/time';

/** Seconds that a second worker must save: it has to start, and to decode the sound once more. */
const leastSaved = 0.5;

/** Seconds of a core that ten minutes take, without decoding them. Speech and noise are one listening. */
const costs: readonly { readonly analyses: readonly SoundAnalysis[]; readonly cost: number }[] = [
  { analyses: ['faults'], cost: 2.8 },
  { analyses: ['speech', 'noise'], cost: 1.8 },
  { analyses: ['beats'], cost: 1.2 },
  { analyses: ['loudness'], cost: 0.7 },
];

/** One or two groups of about the same cost; all that is asked for is in exactly one of them. */
export function groupAnalyses(
  asked: readonly SoundAnalysis[],
  { duration, workers }: { readonly duration: Ticks; readonly workers: number },
): readonly (readonly SoundAnalysis[])[] {
  if (workers < 2) return [asked];
  const groups: { cost: number; analyses: SoundAnalysis[] }[] = [
    { cost: 0, analyses: [] },
    { cost: 0, analyses: [] },
  ];
  // The dearest first, each to who has less to do.
  for (const { analyses, cost } of costs) {
    const wanted = analyses.filter((analysis) => asked.includes(analysis));
    if (wanted.length === 0) continue;
    const group = groups[0]!.cost <= groups[1]!.cost ? groups[0]! : groups[1]!;
    group.analyses.push(...wanted);
    group.cost += cost;
  }
  const saved = (Math.min(...groups.map(({ cost }) => cost)) * toSeconds(duration)) / 600;
  return saved < leastSaved ? [asked] : groups.map(({ analyses }) => analyses);
}
