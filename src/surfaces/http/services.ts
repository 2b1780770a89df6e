/**
 * What the HTTP surface needs from the rest, as a record of functions: the editor's and the store's own, without their
 * context. Tests fill it from memory, `contextServices` from a running editor.
 */
import type { Asset } from '#core/asset';
import type { SoundFacts } from '#core/facts';
import type { SessionEvent } from '#core/protocol';
import type { Timeline } from '#core/timeline';
import type { DocumentImport, Imported, ImportedDocument, ImportOptions } from '#editor/assets';
import type { writeDraft } from '#editor/assets';
import type { EditorContext } from '#editor/context';
import type { RenderRequest } from '#editor/jobs';
import type {
  assetFrame,
  AssetKey,
  contactSheet,
  filmstrip,
  PreviewFile,
  ProxyState,
  timelineFrame,
  Waveform,
  waveform,
  waveformPicture,
} from '#editor/previews';
import type { Stored, TemporaryFile } from '#platform/blobs';
import type { CreditBalance, RenderRow, RunEventRow, RunRow, SessionAssetRow, SessionRow, TokenRow } from '#platform/store';

export type UserKey = { readonly userId: string };
export type SessionKey = UserKey & { readonly sessionId: string };
export type RenderKey = UserKey & { readonly id: string };

/** A file that may be sent to a client, and what the client is told about it. */
export type ServedFile = {
  readonly path: string;
  readonly bytes: number;
  readonly mimeType: string;
  /** For Content-Disposition; never used as a path. */
  readonly fileName: string;
  /** SHA-256 of the bytes, lower-case hex. */
  readonly hash: string;
};

/** One line of a turn's log; `seq` starts at 1 and has no gaps within a turn. */
export type LoggedEvent = {
  readonly seq: number;
  readonly event: SessionEvent;
  /** Milliseconds since 1970. */
  readonly at: number;
};

export type TurnRequest = SessionKey & {
  readonly text: string;
  /** The same key in the same session gives the turn there is. */
  readonly idempotencyKey?: string;
};

export type HttpServices = {
  /** Milliseconds since 1970. */
  now(): number;
  readonly ids: EditorContext['ids'];

  // Users and credits
  /** A new anonymous user with its credits and its first token, all or nothing. */
  registerAnonymous(user: TokenRow & { readonly token: string; readonly credits: number }): Promise<void>;
  saveToken(token: TokenRow & { readonly token: string }): Promise<void>;
  /** Undefined where it is unknown, expired, revoked or of another scope: one answer for all. */
  findToken(query: {
    readonly token: string;
    readonly scope: 'api' | 'claim';
    readonly now: number;
  }): Promise<TokenRow | undefined>;
  latestTokenOfClient(clientId: string): Promise<TokenRow | undefined>;
  /** Counts one use in a window that starts with the first. Not allowed: nothing is counted. */
  hitRate(hit: {
    readonly key: string;
    readonly limit: number;
    readonly windowSeconds: number;
    readonly now: number;
  }): Promise<{ readonly allowed: boolean; readonly retryAfterSeconds: number }>;
  creditBalance(userId: string): Promise<CreditBalance>;

  // Sessions
  createSession(request: {
    readonly userId: string;
    readonly appName: string;
    readonly taskName: string;
    readonly language?: string;
    readonly sessionId?: string;
    readonly state?: Readonly<Record<string, unknown>>;
  }): Promise<SessionRow>;
  /** Errors: SESSION_NOT_FOUND, also for another user's. */
  getSession(key: SessionKey): Promise<SessionRow>;
  listSessions(query: UserKey & { readonly appName?: string }): Promise<SessionRow[]>;
  updateSessionState(change: {
    readonly sessionId: string;
    readonly delta: Readonly<Record<string, unknown>>;
    readonly now: number;
  }): Promise<SessionRow>;
  deleteSession(key: SessionKey): Promise<void>;

  // Timeline and media
  currentTimeline(sessionId: string): Promise<Timeline>;
  /** Errors: TIMELINE_INVALID, REQUEST_INVALID, RESOURCE_NOT_FOUND, TIMELINE_CONFLICT. */
  writeDraft(request: Parameters<typeof writeDraft>[1]): ReturnType<typeof writeDraft>;
  listSessionAssets(sessionId: string): Promise<SessionAssetRow[]>;
  /** Facts that are known already; nothing is analysed for it. */
  knownFacts(asset: Asset): Promise<SoundFacts>;
  /** Errors: RESOURCE_NOT_FOUND, also where it belongs to another session. */
  mediaFile(key: { readonly sessionId: string; readonly assetId: string }): Promise<ServedFile>;
  /** Errors: DISK_FULL. */
  ensureSpace(neededBytes: number): Promise<void>;
  /** Streams into a temporary file. Errors: UPLOAD_TOO_LARGE, UPLOAD_EMPTY, DISK_FULL; what was written is gone then. */
  receive(
    stream: AsyncIterable<Uint8Array>,
    options: { readonly limitBytes: number; readonly name: string; readonly signal?: AbortSignal },
  ): Promise<TemporaryFile & Stored>;
  /** Subtitles, edit lists and timelines; undefined, with the file left as it was, where it is none of these. */
  importDocument(options: DocumentImport): Promise<ImportedDocument | undefined>;
  importFile(options: ImportOptions & { readonly path: string }): Promise<Imported>;
  importUrl(options: Omit<ImportOptions, 'name'> & { readonly url: string; readonly name?: string }): Promise<Imported>;

  // Previews: files that go when they were sent. Errors: SESSION_NOT_FOUND, RESOURCE_NOT_FOUND, also for another user's.
  timelineFrame(request: Parameters<typeof timelineFrame>[1]): Promise<PreviewFile>;
  assetFrame(request: Parameters<typeof assetFrame>[1]): Promise<PreviewFile>;
  contactSheet(request: Parameters<typeof contactSheet>[1]): Promise<PreviewFile>;
  filmstrip(request: Parameters<typeof filmstrip>[1]): Promise<PreviewFile>;
  waveform(request: Parameters<typeof waveform>[1]): Promise<Waveform>;
  waveformPicture(request: Parameters<typeof waveformPicture>[1]): Promise<PreviewFile>;
  proxy(key: AssetKey): Promise<ProxyState>;

  // Turns
  startTurn(request: TurnRequest): Promise<{ readonly invocationId: string }>;
  /** The log from after `afterSeq` to the end of the turn, then ends. */
  watchEvents(
    watch: SessionKey & { readonly invocationId: string; readonly afterSeq: number; readonly signal: AbortSignal },
  ): AsyncIterable<LoggedEvent>;
  /** Errors: RESOURCE_NOT_FOUND, also for another user's. */
  getRun(key: UserKey & { readonly runId: string }): Promise<RunRow>;
  listRuns(query: { readonly sessionId: string; readonly limit?: number }): Promise<RunRow[]>;
  readRunEvents(query: { readonly runId: string; readonly afterSeq: number; readonly limit?: number }): Promise<RunEventRow[]>;

  // Renders
  requestRender(request: RenderRequest): Promise<RenderRow>;
  renderStatus(key: RenderKey & { readonly waitSeconds?: number; readonly signal?: AbortSignal }): Promise<RenderRow>;
  cancelRender(key: RenderKey): Promise<RenderRow>;
  listRenders(query: SessionKey): Promise<RenderRow[]>;
  renderOutput(key: RenderKey): Promise<ServedFile>;

  // Links and health
  /** Signs `path`; the host of the result is replaced by the one the client used. */
  signLink(path: string): Promise<string>;
  /** Errors: LINK_INVALID. */
  checkLink(
    path: string,
    query: { readonly expires?: string | undefined; readonly signature?: string | undefined },
  ): Promise<void>;
  /** What a server needs to take work, by name: `database`, `disk`, `queue`. */
  readiness(): Promise<Readonly<Record<string, { readonly ok: boolean; readonly note: string }>>>;
};
