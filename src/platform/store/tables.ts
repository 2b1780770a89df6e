/**
 * The tables as SQL sees them: text, whole numbers and JSON as text, so that SQLite and PostgreSQL hold the same.
 * Times are milliseconds since 1970. What the rest of the program sees is in rows.ts.
 */
import type { Generated } from 'kysely';

export type Tables = {
  users: { id: string; kind: string; created_at: number };
  tokens: {
    /** SHA-256 of the token, hex. */
    hash: string;
    user_id: string;
    client_id: string;
    scope: string;
    /** For a claim token: the session it opens. */
    session_id: string | null;
    created_at: number;
    expires_at: number;
    revoked_at: number | null;
  };
  rate_counters: { key: string; uses: number; window_ends_at: number };
  secrets: { name: string; value: string };
  sessions: {
    id: string;
    task_id: string;
    user_id: string;
    app_name: string;
    task_name: string;
    language: string | null;
    state: string;
    /** The revision whose content is current, apart from undo and redo steps. */
    head: number;
    /** JSON list of revisions that redo goes to, last first. */
    redo: string;
    created_at: number;
    updated_at: number;
  };
  assets: { id: string; user_id: string; hash: string; name: string; bytes: number; probe: string; created_at: number };
  session_assets: { session_id: string; asset_id: string; added_at: number };
  analyses: { hash: string; analysis: string; version: number; params: string; facts: string; created_at: number };
  revisions: {
    session_id: string;
    revision: number;
    timeline: string;
    edits: string;
    inverse: string;
    notes: string;
    actor: string;
    reason: string;
    tool: string;
    idempotency_key: string | null;
    receipt: string | null;
    kind: string;
    head: number;
    parent: number | null;
    turn: string | null;
    created_at: number;
  };
  runs: {
    id: string;
    session_id: string;
    user_id: string;
    text: string;
    language: string | null;
    status: string;
    idempotency_key: string | null;
    job_id: string | null;
    error: string | null;
    created_at: number;
    ended_at: number | null;
  };
  run_events: { run_id: string; seq: number; event: string; created_at: number };
  renders: {
    user_id: string;
    id: string;
    session_id: string;
    body_hash: string;
    status: string;
    step: string;
    progress: number;
    eta_seconds: number | null;
    attempt: number;
    timeline: string;
    output: string;
    job_id: string;
    figures: string | null;
    proof: string | null;
    notes: string;
    file: string | null;
    file_hash: string | null;
    error: string | null;
    created_at: number;
    started_at: number | null;
    completed_at: number | null;
    expires_at: number | null;
  };
  credit_accounts: { user_id: string; granted: number; available: number; frozen: number; spent: number };
  credit_holds: { id: string; user_id: string; amount: number; operation: string; state: string; created_at: number };
  credit_entries: {
    id: Generated<number>;
    user_id: string;
    kind: string;
    amount: number;
    operation: string;
    hold_id: string | null;
    created_at: number;
  };
  jobs: {
    /** Order of arrival. */
    seq: Generated<number>;
    id: string;
    kind: string;
    payload: string;
    user_id: string;
    lane: string;
    state: string;
    epoch: number;
    /** Who runs it: host, process, instance. */
    owner: string | null;
    /** Counts signs of life, so that leases do not depend on anybody's clock. */
    beats: number;
    crashes: number;
    errors: number;
    cancel_requested: number;
    error: string | null;
    created_at: number;
    available_at: number;
    started_at: number | null;
    ended_at: number | null;
  };
};
