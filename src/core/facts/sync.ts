/** How two recordings of one event lie to each other. */
export type SyncFacts =
  | {
      readonly found: true;
      /** A moment at `t` ms of the reference is at `offsetMs + t · (1 + driftPpm / 10⁶)` ms of the other. */
      readonly offsetMs: number;
      /** How much faster the other's clock runs; 0 where the recordings are too short to tell. */
      readonly driftPpm: number;
      /** 0 … 1; what is under 0.5 is not found. */
      readonly confidence: number;
      /** Stretches of both that were compared, and those that agree. */
      readonly compared: number;
      readonly agreeing: number;
    }
  | { readonly found: false; readonly confidence: number; readonly reason: SyncRefusal };

/** `no-overlap`: nothing in common stands out of chance; `ambiguous`: it repeats, so several places fit; `unclear`: too few stretches agree. */
export type SyncRefusal = 'no-overlap' | 'ambiguous' | 'unclear';

/** How late the sound of one file is to its own picture. */
export type SelfSyncFacts =
  | {
      readonly found: true;
      /** Negative: the sound comes first. */
      readonly soundLateMs: number;
      readonly confidence: number;
      /** What it was told by: what hits, stops or turns, or a mouth that goes with the voice. */
      readonly by: 'events' | 'mouth';
      /** Events heard, and those that are seen too; 0 where a mouth told. */
      readonly events: number;
      readonly matched: number;
    }
  | { readonly found: false; readonly confidence: number; readonly reason: 'too-few-events' | 'unclear' | 'ambiguous' };
