import type { Edit, Timeline } from '#core/timeline';
import type { Receipt } from '#core/facts';
import type { Actor } from '#platform/store';

export type CommitRequest = {
  readonly sessionId: string;
  /** The revision the edits were made for. Older than the current one: they are put on top where both commute. Absent: the current one. */
  readonly baseRevision?: number;
  readonly edits: readonly Edit[];
  readonly actor: Actor;
  /** What was asked, one plain sentence. */
  readonly reason: string;
  /** The tool or surface: `trim-pauses`, `upload`, `http` … */
  readonly tool: string;
  /** The same key in the same session gives the first answer again and changes nothing. */
  readonly idempotencyKey?: string;
  readonly receipt?: Receipt;
  /** What one sentence of a user led to: undo and redo take the edits of one turn together. */
  readonly turn?: string;
};

export type Committed = {
  readonly timeline: Timeline;
  /** The revision this call made; where nothing changed, the current one. */
  readonly revision: number;
  /** One plain fact per change; empty where nothing changed. */
  readonly notes: readonly string[];
  /** False where the edits left the very same timeline and no revision was written. */
  readonly changed: boolean;
};

export type HistoryEntry = {
  readonly revision: number;
  readonly kind: 'edit' | 'undo' | 'redo';
  readonly actor: Actor;
  readonly reason: string;
  readonly tool: string;
  readonly notes: readonly string[];
  readonly receipt?: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  /** The edit it was made on top of. */
  readonly parent?: number;
  /** Whether its effect is in the timeline now. */
  readonly applied: boolean;
};

export type MoveRequest = {
  readonly sessionId: string;
  readonly actor: Actor;
  /** How many steps; default 1. Edits of one turn are one step. */
  readonly steps?: number;
  readonly idempotencyKey?: string;
};
