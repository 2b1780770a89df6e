/** What a tool did and did not do; the model, the user and the tests read the same one. */

export type Receipt = {
  readonly tool: string;
  /** `unchanged` is an outcome, not an error: nothing to do, and `notes` says why. */
  readonly status: 'done' | 'partial' | 'unchanged' | 'refused' | 'needs-answer';
  /** What was asked, as parsed: `{ "minimumPauseMs": 400 }`. */
  readonly asked: Readonly<Record<string, unknown>>;
  /** Plain sentences of what changed, before → after: `"Removed 41 pauses: 3:12 → 2:01"`. */
  readonly done: readonly string[];
  /** What was left alone and why. */
  readonly skipped: readonly { readonly what: string; readonly reason: string }[];
  /** Figures, each with its unit in the name: `{ "removedMs": 71000 }`. */
  readonly facts: Readonly<Record<string, number | string | boolean>>;
  readonly warnings: readonly string[];
  /** Revision after it, where the timeline changed. */
  readonly revision?: number;
  /** The one question to answer before it goes on (`needs-answer`). */
  readonly question?: string;
  /** A text to be read whole, such as a script; replies show it as it is. */
  readonly text?: string;
  /** A job it started. */
  readonly jobId?: string;
};
