/**
 * What the store hands out: parsed rows as plain data. Times are milliseconds since 1970 (UTC) unless named otherwise.
 */
import type { Asset } from '#core/asset';
import type { ErrorJson } from '#core/errors';
import type { Proof } from '#core/facts';
import type { Edit, Timeline } from '#core/timeline';

export type UserRow = { readonly id: string; readonly kind: 'anonymous' | 'registered'; readonly createdAt: number };

/** A bearer token as the store knows it; the token itself is never kept, only its SHA-256. */
export type TokenRow = {
  readonly userId: string;
  readonly clientId: string;
  readonly scope: 'api' | 'claim';
  /** For a claim token: the session it opens. */
  readonly sessionId?: string;
  readonly createdAt: number;
  readonly expiresAt: number;
};

export type SessionRow = {
  /** Digits only. */
  readonly id: string;
  readonly taskId: string;
  readonly userId: string;
  readonly appName: string;
  readonly taskName: string;
  /** BCP 47 tag the client asked for; absent: replies follow the language of each message. */
  readonly language?: string;
  /** What agents keep across turns and clients may read and write over the session routes; small plain JSON. */
  readonly state: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** An asset in a session: the media list of the state reply. */
export type SessionAssetRow = {
  readonly asset: Asset;
  readonly sessionId: string;
  readonly userId: string;
  readonly addedAt: number;
};

/** Who made a change. */
export type Actor = 'user' | 'agent' | 'upload' | 'client';

/** One version of a timeline and how it came about. */
export type RevisionRow = {
  readonly sessionId: string;
  readonly revision: number;
  readonly timeline: Timeline;
  readonly edits: readonly Edit[];
  /** Brings back the revision before, exactly. */
  readonly inverse: readonly Edit[];
  readonly notes: readonly string[];
  readonly actor: Actor;
  /** A plain sentence: what was asked. */
  readonly reason: string;
  /** The tool or surface that made it: `trim-pauses`, `upload`, `undo` … */
  readonly tool: string;
  readonly idempotencyKey?: string;
  readonly receipt?: Readonly<Record<string, unknown>>;
  /** `edit` counts for undo; `undo`, `redo` move along the history. */
  readonly kind: 'edit' | 'undo' | 'redo';
  /** The edit revision whose content is current after this one (its own number for an edit). */
  readonly head: number;
  /** For an edit: the head it was made on. */
  readonly parent?: number;
  /** Edits of one turn are one step for undo and redo. */
  readonly turn?: string;
  readonly createdAt: number;
};

export type RunStatus = 'queued' | 'running' | 'done' | 'failed' | 'canceled';

/** One turn: a user's message to its end. */
export type RunRow = {
  /** The `invocationId` of the wire. */
  readonly id: string;
  readonly sessionId: string;
  readonly userId: string;
  readonly text: string;
  readonly language?: string;
  readonly status: RunStatus;
  readonly idempotencyKey?: string;
  readonly jobId?: string;
  readonly error?: ErrorJson;
  readonly createdAt: number;
  readonly endedAt?: number;
};

/** One line of a run's log. `seq` starts at 1 and has no gaps within a run. */
export type RunEventRow = {
  readonly runId: string;
  readonly seq: number;
  readonly event: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
};

export type RenderStatus = 'pending' | 'processing' | 'completed' | 'failed' | 'cancelled';
export type RenderStep = 'waiting' | 'plan' | 'render' | 'assemble' | 'verify' | 'publish' | 'ended';

/** Where the frames of a render came from and what each step took. */
export type RenderFigures = {
  readonly frames: number;
  readonly copied: number;
  readonly encoded: number;
  readonly reused?: number;
  /** Why frames were encoded that might have been copied. */
  readonly reason?: string;
  /** Milliseconds per step, `total` included. */
  readonly timings: Readonly<Record<string, number>>;
};

/** The finished file; its bytes are a blob. */
export type RenderFile = {
  /** SHA-256, the blob's address. */
  readonly hash: string;
  readonly bytes: number;
  readonly durationMs: number;
  /** Pixels; 0 × 0 for sound-only files. */
  readonly width: number;
  readonly height: number;
  /** `mp4`, `mov`, `wav` … */
  readonly extension: string;
  readonly mimeType: string;
};

export type RenderRow = {
  /** Chosen by the client; unique per user. */
  readonly id: string;
  readonly userId: string;
  readonly sessionId: string;
  /** SHA-256 of the canonical request body. */
  readonly bodyHash: string;
  readonly status: RenderStatus;
  readonly step: RenderStep;
  /** 0 … 1, never falls within an attempt; 1 only where completed. */
  readonly progress: number;
  /** Seconds still to go, from measured speed; absent while it is not known. */
  readonly etaSeconds?: number;
  /** How often it was started; above 1 after a restart or a crash. */
  readonly attempt: number;
  /** What is rendered, fixed when it was asked for. */
  readonly timeline: Timeline;
  /** OutputRequest of engine/plan. */
  readonly output: Readonly<Record<string, unknown>>;
  readonly jobId: string;
  readonly figures?: RenderFigures;
  readonly proof?: Proof;
  /** Plain sentences: fallbacks and warnings of the plan. */
  readonly notes: readonly string[];
  readonly file?: RenderFile;
  readonly error?: ErrorJson;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly completedAt?: number;
  /** When the file may be deleted. */
  readonly expiresAt?: number;
};

/** Credits of one user; `total` = available + frozen. */
export type CreditBalance = { readonly available: number; readonly frozen: number; readonly total: number };

/** Credits set aside for an operation that has not ended. */
export type CreditHold = {
  readonly id: string;
  readonly userId: string;
  readonly amount: number;
  readonly operation: string;
  readonly state: 'open' | 'settled' | 'released';
};

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'canceled';

export type JobRow = {
  readonly id: string;
  readonly kind: string;
  readonly payload: unknown;
  readonly userId: string;
  /** Jobs of one lane run one after another, oldest first. */
  readonly lane: string;
  readonly state: JobState;
  /** Rises with every claim; a write with an older one is refused. */
  readonly epoch: number;
  readonly crashes: number;
  readonly errors: number;
  readonly cancelRequested: boolean;
  readonly error?: ErrorJson;
  readonly createdAt: number;
  readonly availableAt: number;
};
