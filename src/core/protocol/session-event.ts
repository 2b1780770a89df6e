/** What happened in a turn, one append-only line each: the only thing that streams, clients, logs and tests read. */
import type { ErrorJson } from '#core/errors';
import type { Receipt } from '#core/facts';

export type SessionEvent =
  /** The user's message, as it is worked on. */
  | { readonly kind: 'turn-start'; readonly invocationId: string; readonly text: string }
  /** A piece of the answer; `text` with the whole follows. */
  | { readonly kind: 'text-delta'; readonly text: string }
  /** A whole answer; it replaces the pieces before it. */
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'tool-call-start';
      readonly callId: string;
      readonly tool: string;
      readonly input: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: 'tool-call-end'; readonly callId: string; readonly tool: string; readonly receipt: Receipt }
  /** After the commit; `durationMs` is the length of the timeline. */
  | { readonly kind: 'timeline-changed'; readonly revision: number; readonly durationMs: number }
  /** Slow work, 0 … 1. */
  | { readonly kind: 'job-progress'; readonly jobId: string; readonly progress: number; readonly note?: string }
  | { readonly kind: 'error'; readonly error: ErrorJson }
  /** Always the last line of a turn. */
  | { readonly kind: 'turn-end'; readonly status: 'done' | 'failed' | 'canceled' };

export type SessionEventKind = SessionEvent['kind'];
