/**
 * The connection to a server of this API: identity, headers, one renewal of a token, one wait on a rate limit.
 *
 * Knows no file system and no process, so that it runs in a browser too; what must be kept is kept by `TokenStore`.
 */
import { isObject, textOf } from './json.ts';
import { fail, type EditorError, type ErrorCode } from '#core/errors';

/** Where a client id and its token are kept between uses. The token is a secret: keep it readable by its owner only. */
export type TokenStore = {
  read(): Promise<StoredIdentity | undefined>;
  write(identity: StoredIdentity): Promise<void>;
};

export type StoredIdentity = {
  readonly clientId: string;
  readonly token?: string;
  readonly userId?: string;
  /** ISO 8601. */ readonly expiresAt?: string;
};

/** The attribution headers that exports need. */
export type Attribution = { readonly source: string; readonly version: string; readonly platform: string };

export type Clock = { now(): number; sleep(milliseconds: number, signal?: AbortSignal): Promise<void> };

export type ConnectionOptions = {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** A token from outside (NEMO_TOKEN); it is used as it is and never replaced. */
  readonly token?: string;
  readonly identity: TokenStore;
  readonly attribution: Attribution;
  readonly newId: () => string;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
};

export type Connection = {
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly newId: () => string;
  /** The body's `data`. Errors: see `toError`; SERVER_UNREACHABLE where no answer came. */
  request(method: string, path: string, options?: RequestOptions): Promise<Readonly<Record<string, unknown>>>;
  /** The raw answer of a 2xx; for streams and files. */
  open(method: string, path: string, options?: RequestOptions): Promise<Response>;
  /** The user this connection speaks as, where it is known. */
  userId(): Promise<string | undefined>;
};

export type RequestOptions = {
  readonly json?: unknown;
  readonly body?: NonNullable<RequestInit['body']>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
};

const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, milliseconds);
      signal?.addEventListener('abort', () => (clearTimeout(timer), reject(fail('JOB_CANCELED'))), { once: true });
    }),
};

/** No server may make a client wait longer than this before it tells its user. */
const longestWaitMs = 60_000;

export function connect(options: ConnectionOptions): Connection {
  const clock = options.clock ?? systemClock;
  const send = options.fetch ?? fetch;
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  let pending: Promise<StoredIdentity> | undefined;

  const identity = (renew: boolean): Promise<StoredIdentity> => {
    pending = renew ? obtain(true) : (pending ?? obtain(false));
    return pending.catch((error: unknown) => {
      pending = undefined;
      throw error;
    });
  };

  async function obtain(renew: boolean): Promise<StoredIdentity> {
    const kept = (await options.identity.read()) ?? { clientId: options.newId() };
    if (options.token !== undefined) return { ...kept, token: options.token };
    const expired = kept.expiresAt !== undefined && Date.parse(kept.expiresAt) <= clock.now();
    if (kept.token !== undefined && !renew && !expired) return kept;
    // The client id is written first: a token asked for and lost on the way would block the next one for a week.
    await options.identity.write({ clientId: kept.clientId });
    const answer = await attempt('POST', '/api/auth/anonymous-token', { headers: { 'X-Client-Id': kept.clientId } });
    const data = await dataOf(answer);
    const fresh: StoredIdentity = {
      clientId: kept.clientId,
      token: textOf(data.token),
      userId: textOf(data.user_id),
      ...(data.expires_at === undefined ? {} : { expiresAt: textOf(data.expires_at) }),
    };
    await options.identity.write(fresh);
    return fresh;
  }

  async function attempt(method: string, path: string, request: RequestOptions): Promise<Response> {
    const { source, version, platform } = options.attribution;
    const headers: Record<string, string> = {
      'X-Skill-Source': source,
      'X-Skill-Version': version,
      'X-Skill-Platform': platform,
      ...request.headers,
    };
    if (request.json !== undefined) headers['Content-Type'] = 'application/json';
    const init: RequestInit = { method, headers };
    if (request.json !== undefined) init.body = JSON.stringify(request.json);
    else if (request.body !== undefined) init.body = request.body;
    if (request.signal !== undefined) init.signal = request.signal;
    for (let tries = 0; ; tries++) {
      let answer: Response;
      try {
        answer = await send(path.startsWith('http') ? path : `${baseUrl}${path}`, init);
      } catch (error) {
        if (request.signal?.aborted === true) throw fail('JOB_CANCELED', {}, { cause: error });
        throw fail('SERVER_UNREACHABLE', { url: baseUrl }, { cause: error });
      }
      if (answer.status !== 429 || tries > 0 || typeof init.body === 'object') return answer;
      const seconds = Number(answer.headers.get('retry-after') ?? '30');
      if (!(seconds * 1000 <= longestWaitMs)) return answer;
      await answer.body?.cancel();
      await clock.sleep(Math.max(0, seconds) * 1000, request.signal);
    }
  }

  async function open(method: string, path: string, request: RequestOptions = {}): Promise<Response> {
    for (let tries = 0; ; tries++) {
      const { token } = await identity(tries > 0);
      const answer = await attempt(method, path, {
        ...request,
        headers: { Authorization: `Bearer ${token}`, ...request.headers },
      });
      if (answer.ok) return answer;
      const error = await toError(answer);
      if (error.code !== 'TOKEN_INVALID' || tries > 0 || options.token !== undefined) throw error;
    }
  }

  return {
    baseUrl,
    clock,
    newId: options.newId,
    open,
    request: async (method, path, request) => dataOf(await open(method, path, request)),
    userId: async () => (await identity(false)).userId,
  };
}

/** The `data` of an envelope, or the body itself where a server sends none. */
async function dataOf(answer: Response): Promise<Readonly<Record<string, unknown>>> {
  if (!answer.ok) throw await toError(answer);
  const body = parseObject(await answer.text());
  if (typeof body.code === 'number' && body.code !== 0) throw errorForCode(body.code, answer.status, body);
  return typeof body.data === 'object' && body.data !== null && !Array.isArray(body.data)
    ? (body.data as Record<string, unknown>)
    : body;
}

async function toError(answer: Response): Promise<EditorError> {
  const body = parseObject(await answer.text().catch(() => ''));
  return errorForCode(typeof body.code === 'number' ? body.code : answer.status, answer.status, body);
}

const byCode: Readonly<Record<number, ErrorCode>> = {
  1001: 'TOKEN_INVALID', 1002: 'SESSION_NOT_FOUND', 2001: 'CREDITS_EXHAUSTED', 4001: 'UPLOAD_UNSUPPORTED', 4002: 'UPLOAD_TOO_LARGE',
  401: 'TOKEN_INVALID', 402: 'EXPORT_BLOCKED', 404: 'RESOURCE_NOT_FOUND', 409: 'RENDER_CONFLICT', 413: 'UPLOAD_TOO_LARGE', 415: 'UPLOAD_UNSUPPORTED',
  429: 'RATE_LIMITED', 503: 'SERVER_FAULT', 507: 'DISK_FULL',
}; // prettier-ignore

/** The server's own sentence, under our code for it; a code that says nothing to us is told by its status. */
function errorForCode(code: number, status: number, body: Readonly<Record<string, unknown>>): EditorError {
  const message = (textOf(body.message ?? body.detail ?? body.error) || 'The server gave no reason').replace(/[.。]\s*$/, '');
  const known = byCode[code] ?? (status >= 500 || code >= 500 ? 'SERVER_FAULT' : 'REQUEST_INVALID');
  return fail(known, { status, ...(known === 'CREDITS_EXHAUSTED' ? urlIn(message) : {}) }, { message });
}

function urlIn(message: string): { readonly url?: string } {
  const url = /https?:\/\/[^\s"'）)]+/.exec(message)?.[0];
  return url === undefined ? {} : { url };
}

function parseObject(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : {};
  } catch {
    // Proxies answer in HTML: the status alone says what it was.
    return {};
  }
}
