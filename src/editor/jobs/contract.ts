/** Signatures that other parts write against. */
import type { EditorContext } from '#editor/context';
import type { OutputRequest } from '#engine/plan';
import type { RenderRow } from '#platform/store';

export type RenderRequest = {
  readonly userId: string;
  readonly sessionId: string;
  /** The client's; idempotency key together with the user. */
  readonly id: string;
  /** Untrusted JSON of a client; absent: the session's current timeline. */
  readonly draft?: unknown;
  readonly output: OutputRequest;
  /** Whether the three X-Skill headers were sent; absent: does not apply (embedded, agent). */
  readonly attributed?: boolean;
};

/** Errors: SESSION_NOT_FOUND, EXPORT_BLOCKED, TIMELINE_INVALID, RENDER_EMPTY, RENDER_CONFLICT, DISK_FULL. */
export declare function requestRender(ctx: EditorContext, request: RenderRequest): Promise<RenderRow>;
/** Errors: RESOURCE_NOT_FOUND. `waitSeconds`: returns when it changed or ended, or after that time. */
export declare function renderStatus(
  ctx: EditorContext,
  key: { readonly userId: string; readonly id: string; readonly waitSeconds?: number; readonly signal?: AbortSignal },
): Promise<RenderRow>;
/** Resolves with the ended render. */
export declare function renderEnd(
  ctx: EditorContext,
  key: {
    readonly userId: string;
    readonly id: string;
    readonly signal?: AbortSignal;
    readonly onProgress?: (row: RenderRow) => void;
  },
): Promise<RenderRow>;
export declare function cancelRender(
  ctx: EditorContext,
  key: { readonly userId: string; readonly id: string },
): Promise<RenderRow>;
/** Errors: RESOURCE_NOT_FOUND where it is not completed or no longer kept. */
export declare function renderOutput(
  ctx: EditorContext,
  key: { readonly userId: string; readonly id: string },
): Promise<{
  readonly path: string;
  readonly bytes: number;
  readonly mimeType: string;
  readonly fileName: string;
  readonly hash: string;
}>;
/** `/files/renders/<user>/<id>`-like path for signLink, and back; the HTTP surface serves it. */
export declare function renderLink(ctx: EditorContext, row: RenderRow): Promise<string | undefined>;
/** Registers the render job; call before `queue.start()`. */
export declare function handleRenders(ctx: EditorContext): void;
/** Deletes outputs, logs and rows past their time, and orphaned bytes; run at the start and once an hour. */
export declare function sweepStorage(ctx: EditorContext): Promise<void>;
