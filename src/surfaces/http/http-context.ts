/** What every route is given, and the shape of a request on Node. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Context } from 'hono';
import type { Config } from '#platform/config';
import type { Log } from '#platform/log';
import { clientAddress, createMinuteCounter, type MinuteCounter } from './limits.ts';
import type { HttpServices } from './services.ts';

/** The settings that this surface reads. */
export type HttpConfig = Pick<
  Config,
  | 'host'
  | 'publicUrl'
  | 'trustProxy'
  | 'uploadLimitBytes'
  | 'tokenDays'
  | 'anonymousCredits'
  | 'tokensPerClient'
  | 'tokensPerAddress'
  | 'runsPerMinute'
  | 'registerUrl'
  | 'attributionRule'
  | 'heartbeatSeconds'
  | 'heartbeatStyle'
  | 'turnSeconds'
>;

/** The bearer. */
export type User = { readonly id: string; readonly anonymous: boolean };

/** The socket's two sides are absent in tests that hand a Request to the app; limits that need them do not apply there. */
export type HttpEnv = {
  Bindings: { readonly incoming?: IncomingMessage; readonly outgoing?: ServerResponse };
  Variables: { user?: User };
};
export type HttpRequest = Context<HttpEnv>;

/** How long peers may take; below that they only hold a connection open. */
export type Patience = {
  /** For the headers of a request. */
  readonly headersMs: number;
  /** For a whole JSON body. */
  readonly jsonMs: number;
  /** An upload must bring at least so much in each window. */
  readonly uploadBytesPerSecond: number;
  readonly uploadWindowMs: number;
  /** For a reader of a stream or file that takes nothing. */
  readonly readerMs: number;
};

/** 500 MB at 10 Mbit/s take 400 s, so nothing here limits a whole upload. */
export const usualPatience: Patience = {
  headersMs: 10_000,
  jsonMs: 30_000,
  uploadBytesPerSecond: 16_384,
  uploadWindowMs: 30_000,
  readerMs: 120_000,
};

export type HttpContext = {
  readonly services: HttpServices;
  readonly config: HttpConfig;
  readonly log: Log;
  /** Aborted when the server begins to shut down. */
  readonly closing: AbortSignal;
  readonly patience: Patience;
  readonly failedLogins: MinuteCounter;
  readonly messages: MinuteCounter;
};

export function createHttpContext(
  services: HttpServices,
  config: HttpConfig,
  log: Log,
  options: { readonly closing: AbortSignal; readonly patience: Patience },
): HttpContext {
  const now = (): number => services.now();
  return {
    services,
    config,
    log,
    ...options,
    // 128 random bits cannot be guessed; this only keeps guessing from costing us lookups.
    failedLogins: createMinuteCounter({ limit: 300, what: 'failed logins', now }),
    messages: createMinuteCounter({ limit: config.runsPerMinute, what: 'messages', now }),
  };
}

/** The address that limits count for. */
export function addressOf(http: HttpContext, request: HttpRequest): string {
  return clientAddress({
    peer: request.env?.incoming?.socket?.remoteAddress,
    forwardedFor: request.req.header('x-forwarded-for'),
    trustProxy: http.config.trustProxy,
  });
}

/** Scheme and host under which the client reached this server, or the configured ones; no slash at the end. */
export function baseUrlOf(http: HttpContext, request: HttpRequest): string {
  if (http.config.publicUrl !== undefined) return http.config.publicUrl.replace(/\/+$/, '');
  const url = new URL(request.req.url);
  if (!http.config.trustProxy) return url.origin;
  const scheme = request.req.header('x-forwarded-proto') === 'https' ? 'https' : url.protocol.slice(0, -1);
  const host = request.req.header('x-forwarded-host') ?? url.host;
  return /^[\w.-]+(?::\d+)?$|^\[[\da-f:.]+\](?::\d+)?$/i.test(host) ? `${scheme}://${host}` : url.origin;
}
