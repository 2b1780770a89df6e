/** What was measured on a finished file before it was handed over. */
import type { LoudnessFacts } from './facts.ts';

export type ProofCheck = {
  /** `frames`, `shape`, `duration`, `bitrate`, `timestamps`, `sync-head`, `sync-middle`, `sync-tail`, `loudness`, `true-peak`, `black`, `frozen`, `clipping`, `decode`, `copied`. */
  readonly name: string;
  readonly ok: boolean;
  /** What the plan or the request says, in words with units. */
  readonly expected: string;
  /** What the file has, in words with units. */
  readonly measured: string;
};

export type Proof = {
  readonly ok: boolean;
  readonly frames: number;
  /** Milliseconds. */
  readonly durationMs: number;
  /** Sound minus picture in ms at head, middle and tail; positive: sound late. Absent without both streams. */
  readonly syncMs?: { readonly head: number; readonly middle: number; readonly tail: number };
  readonly loudness?: LoudnessFacts;
  readonly checks: readonly ProofCheck[];
  readonly warnings: readonly string[];
};

export type RenderStats = {
  readonly frames: number;
  readonly copied: number;
  readonly encoded: number;
  /** Of the encoded ones: taken from an earlier render of the same. */
  readonly reused?: number;
  /** Why frames were encoded that might have been copied; absent where all that could be copied was. */
  readonly reason?: string;
};
