/** The one client for addresses that users give: follows at most three redirects, each checked like the first address. */
import { lookup } from 'node:dns/promises';
import type { IncomingMessage } from 'node:http';
import { fail, isEditorError } from '#core/errors';
import type { Config } from '#platform/config';
import type { Log } from '#platform/log';
import { findTarget, type Resolve, type Target } from './address.ts';
import { openHop, readBody, type Limits } from './request.ts';
import type { FetchedBody, SafeFetch } from './types.ts';

export type SafeFetchOptions = {
  readonly config: Pick<Config, 'fetchAllow' | 'fetchSeconds'>;
  readonly log: Log;
  /** Absent: the system's. */
  readonly resolve?: Resolve;
  /** Absent: the usual ones. */
  readonly limits?: Partial<Limits>;
};

const redirects = 3;
const resolveMs = 5000;
const usualLimits = { connectMs: 5000, firstByteMs: 10_000, windowBytes: 30 * 16 * 1024, windowMs: 30_000 } as const;
const redirectStatuses: readonly number[] = [301, 302, 303, 307, 308];

export function createSafeFetch(options: SafeFetchOptions): SafeFetch {
  const limits: Limits = { ...usualLimits, totalMs: options.config.fetchSeconds * 1000, ...options.limits };
  const resolve = withTimeout(options.resolve ?? systemResolve);
  const find = (text: string, from?: URL): Promise<Target | undefined> =>
    findTarget(text, { resolve, allowed: options.config.fetchAllow, ...(from === undefined ? {} : { from }) });

  return {
    async open(url, { limitBytes, signal }) {
      const deadline = AbortSignal.timeout(limits.totalMs);
      const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
      try {
        const { response, target } = await follow(url, find, limits, stop);
        return body(response, target, { limitBytes, limits, ...(signal === undefined ? {} : { signal }) });
      } catch (error) {
        throw refuse(error, options.log, signal);
      }
    },
  };

  function body(
    response: IncomingMessage,
    target: Target,
    { limitBytes, signal }: { readonly limitBytes: number; readonly limits: Limits; readonly signal?: AbortSignal },
  ): FetchedBody {
    const name = nameOf(target.url);
    const declared = Number(response.headers['content-length'] ?? 0);
    if (declared > limitBytes) {
      response.destroy();
      throw fail('UPLOAD_TOO_LARGE', { name, limitBytes });
    }
    const contentType = response.headers['content-type'];
    return { name, ...(contentType === undefined ? {} : { contentType }), chunks: guarded() };

    async function* guarded(): AsyncGenerator<Uint8Array> {
      let bytes = 0;
      try {
        for await (const chunk of readBody(response, limits)) {
          bytes += chunk.length;
          // What the answer says about its length is not trusted either way.
          if (bytes > limitBytes) throw fail('UPLOAD_TOO_LARGE', { name, limitBytes });
          yield chunk;
        }
      } catch (error) {
        throw refuse(error, options.log, signal);
      }
    }
  }
}

async function follow(
  url: string,
  find: (text: string, from?: URL) => Promise<Target | undefined>,
  limits: Limits,
  signal: AbortSignal,
): Promise<{ readonly response: IncomingMessage; readonly target: Target }> {
  let target = await find(url);
  for (let hop = 0; hop <= redirects; hop++) {
    signal.throwIfAborted();
    if (target === undefined) throw fail('URL_REFUSED');
    const response = await openHop(target, limits, signal);
    const status = response.statusCode ?? 0;
    const encoding = response.headers['content-encoding'] ?? 'identity';
    if (status === 200 && encoding === 'identity') return { response, target };
    const { location } = response.headers;
    response.destroy();
    if (!redirectStatuses.includes(status) || location === undefined) throw fail('URL_REFUSED');
    target = await find(location, target.url);
  }
  throw fail('URL_REFUSED');
}

/** One error for whoever asked, so that nothing can be learned about hosts and ports; the reason is for the operator. */
function refuse(error: unknown, log: Log, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return signal.reason;
  if (isEditorError(error, 'UPLOAD_TOO_LARGE')) return error;
  log.debug('fetch.refused', { error });
  return isEditorError(error, 'URL_REFUSED') ? error : fail('URL_REFUSED', {}, { cause: error });
}

async function systemResolve(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map((entry) => entry.address);
}

function withTimeout(resolve: Resolve): Resolve {
  return async (host) => {
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error('name resolution is too slow')), resolveMs);
    try {
      return await Promise.race([resolve(host), promise]);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** The last part of the path, for display. */
function nameOf(url: URL): string {
  const last = url.pathname.split('/').at(-1) ?? '';
  try {
    return decodeURIComponent(last) || 'download';
  } catch {
    // A stray percent sign: shown as it is.
    return last;
  }
}
