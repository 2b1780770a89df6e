/** Signatures that other parts write against. */
import type { Asset, AssetProbe } from '#core/asset';
import type { ErrorJson } from '#core/errors';
import type { Config } from '#platform/config';
import type { Log } from '#platform/log';
import type { Store } from './store.ts';
import type {
  CreditBalance,
  CreditHold,
  RenderRow,
  RevisionRow,
  RunEventRow,
  RunRow,
  RunStatus,
  SessionAssetRow,
  SessionRow,
  TokenRow,
} from './rows.ts';

export declare function openStore(config: Config, log: Log): Promise<Store>;
/** Everything in `work` or nothing; inside, use only the store that it is given. Nested: joins the running one. */
export declare function inTransaction<Result>(store: Store, work: (store: Store) => Promise<Result>): Promise<Result>;
export declare function checkIntegrity(store: Store): Promise<string[]>;
export declare function readSecret(store: Store, name: string): Promise<Buffer>;

// Users and tokens
export declare function createAnonymousUser(store: Store, user: { readonly id: string; readonly now: number }): Promise<void>;
export declare function saveToken(store: Store, token: TokenRow & { readonly token: string }): Promise<void>;
/** Undefined where it is unknown, expired, revoked or of another scope: one answer for all. */
export declare function findToken(
  store: Store,
  query: { readonly token: string; readonly scope: 'api' | 'claim'; readonly now: number },
): Promise<TokenRow | undefined>;
/** The newest token row this client was given, expired or not. */
export declare function latestTokenOfClient(store: Store, clientId: string): Promise<TokenRow | undefined>;
/** Counts one use in a window that starts with the first. Not allowed: nothing is counted. */
export declare function hitRate(
  store: Store,
  hit: { readonly key: string; readonly limit: number; readonly windowSeconds: number; readonly now: number },
): Promise<{ readonly allowed: boolean; readonly retryAfterSeconds: number }>;

// Sessions
/** Errors: SESSION_NOT_FOUND, also for another user's. */
export declare function getSession(
  store: Store,
  key: { readonly userId: string; readonly sessionId: string },
): Promise<SessionRow>;
export declare function listSessions(
  store: Store,
  query: { readonly userId: string; readonly appName?: string },
): Promise<SessionRow[]>;
/** Merges `delta` into the state; null removes a key. */
export declare function updateSessionState(
  store: Store,
  change: { readonly sessionId: string; readonly delta: Readonly<Record<string, unknown>>; readonly now: number },
): Promise<SessionRow>;
/** Renders and shared media stay; turns, revisions and membership go. */
export declare function deleteSession(store: Store, key: { readonly userId: string; readonly sessionId: string }): Promise<void>;

// Assets
export declare function listSessionAssets(store: Store, sessionId: string): Promise<SessionAssetRow[]>;
/** Errors: RESOURCE_NOT_FOUND, also where it belongs to another session. */
export declare function getSessionAsset(
  store: Store,
  key: { readonly sessionId: string; readonly assetId: string },
): Promise<Asset>;
export declare function findProbe(store: Store, hash: string): Promise<AssetProbe | undefined>;

// Revisions (written by editor/commit only)
export declare function latestRevision(store: Store, sessionId: string): Promise<RevisionRow>;
export declare function getRevision(
  store: Store,
  key: { readonly sessionId: string; readonly revision: number },
): Promise<RevisionRow>;

// Runs and their log
/** The same session and idempotency key gives the run there is, `created: false`. */
export declare function createRun(
  store: Store,
  run: {
    readonly id: string;
    readonly sessionId: string;
    readonly userId: string;
    readonly text: string;
    readonly language?: string;
    readonly idempotencyKey?: string;
    readonly now: number;
  },
): Promise<{ readonly run: RunRow; readonly created: boolean }>;
export declare function getRun(store: Store, key: { readonly userId: string; readonly runId: string }): Promise<RunRow>;
export declare function listRuns(store: Store, query: { readonly sessionId: string; readonly limit?: number }): Promise<RunRow[]>;
export declare function setRunStatus(
  store: Store,
  change: {
    readonly runId: string;
    readonly status: RunStatus;
    readonly jobId?: string;
    readonly error?: ErrorJson;
    readonly now: number;
  },
): Promise<void>;
/** Appends and gives the number of the last; announces `run:<id>` after the commit. */
export declare function appendRunEvents(
  store: Store,
  append: { readonly runId: string; readonly events: readonly Readonly<Record<string, unknown>>[]; readonly now: number },
): Promise<number>;
export declare function readRunEvents(
  store: Store,
  query: { readonly runId: string; readonly afterSeq: number; readonly limit?: number },
): Promise<RunEventRow[]>;
/** Takes away logs of runs that ended before; gives how many lines. */
export declare function pruneRunEvents(store: Store, query: { readonly endedBefore: number }): Promise<number>;

// Credits
export declare function grantCredits(
  store: Store,
  grant: { readonly userId: string; readonly amount: number; readonly operation: string; readonly now: number },
): Promise<void>;
export declare function creditBalance(store: Store, userId: string): Promise<CreditBalance>;
/** Sets `amount` aside; the same (user, operation) gives the hold there is. Errors: CREDITS_EXHAUSTED. */
export declare function reserveCredits(
  store: Store,
  request: { readonly userId: string; readonly amount: number; readonly operation: string; readonly now: number },
): Promise<CreditHold>;
/** Charges a hold, wholly or `amount` of it; the rest is released. A second call changes nothing. */
export declare function settleHold(
  store: Store,
  settle: { readonly holdId: string; readonly amount?: number; readonly now: number },
): Promise<void>;
export declare function releaseHold(store: Store, release: { readonly holdId: string; readonly now: number }): Promise<void>;

// Renders (written by editor/jobs only)
export declare function findRender(
  store: Store,
  key: { readonly userId: string; readonly id: string },
): Promise<RenderRow | undefined>;
export declare function listRenders(
  store: Store,
  query: { readonly userId: string; readonly sessionId: string },
): Promise<RenderRow[]>;
