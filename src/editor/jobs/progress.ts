/**
 * How far a render is, from the share of the work that each step is known to be. Never falls; 1 is for the caller to say.
 *
 * The time left follows from the speed measured in this very render; before there is something to measure it is unknown
 * rather than guessed.
 */
export type ProgressMeter = {
  /** Sets how far one piece of work is, 0 … 1. */
  set(piece: string, fraction: number): void;
  /** 0 … 0.99. */
  read(): { readonly progress: number; readonly etaSeconds?: number };
};

/** Share and time below which speed says nothing. */
const leastProgress = 0.05;
const leastMs = 1000;

/** `weights`: how much of the whole each piece is, in any unit. `nowMs`: a clock that never jumps. */
export function createProgressMeter(weights: Readonly<Record<string, number>>, nowMs: () => number): ProgressMeter {
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const done = new Map<string, number>();
  const startedMs = nowMs();
  let highest = 0;
  return {
    set(piece, fraction) {
      const clean = Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : 0;
      done.set(piece, Math.max(done.get(piece) ?? 0, clean));
    },
    read() {
      let sum = 0;
      for (const [piece, weight] of Object.entries(weights)) sum += weight * (done.get(piece) ?? 0);
      highest = Math.max(highest, Math.min(0.99, sum / total));
      const elapsedMs = nowMs() - startedMs;
      if (highest < leastProgress || elapsedMs < leastMs) return { progress: highest };
      return { progress: highest, etaSeconds: Math.ceil((elapsedMs * (1 - highest)) / highest / 1000) };
    },
  };
}
