/** The listening server: limits of the protocol itself, and an end that loses nothing. */
import { createServer, STATUS_CODES, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { fail, type EditorError } from '#core/errors';
import type { Log } from '#platform/log';
import { createHttpApp } from './app.ts';
import { failureBody } from './envelope.ts';
import { failureResponse } from './error-response.ts';
import { clientAddress } from './limits.ts';
import { usualPatience, type HttpConfig, type Patience } from './http-context.ts';
import type { HttpServices } from './services.ts';

export type ServerOptions = {
  readonly services: HttpServices;
  readonly config: HttpConfig & { readonly port: number; readonly drainSeconds: number };
  readonly log: Log;
  readonly version?: string;
  /** Open connections of one address; 1024 by default. */
  readonly connectionsPerAddress?: number;
  readonly patience?: Partial<Patience>;
};

export type RunningServer = {
  /** Where it listens: `http://127.0.0.1:8787`. */
  readonly url: string;
  /**
   * Refuses new work, ends event streams (their turns go on in the queue), lets running requests finish for at most
   * `drainSeconds`, then closes what is left. A second call waits for the first.
   */
  close(): Promise<void>;
};

/** Starts listening. Errors: CONFIG_INVALID where the address cannot be used. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { services, config, log } = options;
  const closing = new AbortController();
  const app = createHttpApp(services, config, log, {
    closing: closing.signal,
    ...(options.version === undefined ? {} : { version: options.version }),
    ...(options.patience === undefined ? {} : { patience: options.patience }),
  });
  const { headersMs } = { ...usualPatience, ...options.patience };
  const listener = getRequestListener((request, env) => app.fetch(request, env), {
    overrideGlobalObjects: false,
    // Whatever the adapter cannot make a request of: bad hosts, bad targets.
    errorHandler: () => failureResponse(fail('REQUEST_INVALID', { reason: 'host or path is malformed' })),
  });
  const server = createServer(
    {
      maxHeaderSize: 16_384,
      headersTimeout: headersMs,
      // Bodies have limits of their own: a minimum rate for uploads, 30 s for JSON. 500 MB take longer than any total.
      requestTimeout: 0,
      connectionsCheckingInterval: Math.min(5000, headersMs),
      keepAliveTimeout: 5000,
      // Checked below, so that the answer has the shape of all others.
      requireHostHeader: false,
    },
    (incoming, outgoing) => {
      // Two hosts are how one request becomes two different ones for a proxy and for us.
      const hosts = incoming.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host').length;
      if (hosts === 1) void listener(incoming, outgoing);
      else answerBrokenRequest({ code: 'HOST' }, incoming.socket);
    },
  );
  server.maxHeadersCount = 100;
  server.maxConnections = 10_000;
  // Behind a proxy all connections are the proxy's.
  if (!config.trustProxy) limitPerAddress(server, options.connectionsPerAddress ?? 1024);
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => answerBrokenRequest(error, socket));
  await listen(server, config);
  const { port } = server.address() as AddressInfo;
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host === '[::]' ? '[::1]' : host}:${port}`;
  log.info('http.listening', { url });
  let closed: Promise<void> | undefined;
  return { url, close: () => (closed ??= shutDown(server, closing, config.drainSeconds, log)) };
}

function listen(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? `${host}:${port} is in use` : `${host}:${port} cannot be listened on`;
      reject(fail('CONFIG_INVALID', { name: 'RUSHES_PORT', reason }, { cause: error }));
    });
    server.listen({ host, port }, resolve);
  });
}

async function shutDown(server: Server, closing: AbortController, drainSeconds: number, log: Log): Promise<void> {
  log.info('http.closing');
  closing.abort();
  const ended = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  // Connections that turn idle after their last reply would otherwise hold the close for their keep-alive time.
  const sweep = setInterval(() => server.closeIdleConnections(), 250);
  const force = setTimeout(() => server.closeAllConnections(), drainSeconds * 1000);
  await ended;
  clearInterval(sweep);
  clearTimeout(force);
  log.info('http.closed');
}

/** One address cannot take all connections; what is over its share is closed before a byte is read. */
function limitPerAddress(server: Server, limit: number): void {
  const open = new Map<string, number>();
  server.on('connection', (socket) => {
    const address = clientAddress({ peer: socket.remoteAddress, forwardedFor: undefined, trustProxy: false });
    const count = open.get(address) ?? 0;
    if (count >= limit) {
      socket.destroy();
      return;
    }
    open.set(address, count + 1);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}

/** What the parser refused: there is no request to answer through the app. */
function answerBrokenRequest(error: { readonly code?: string | undefined }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, failure] = describeParserError(error.code);
  const body = JSON.stringify({ ...failureBody(failure), code: status });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  // A peer that does not read the answer must not keep the socket.
  socket.setTimeout(1000, () => socket.destroy());
}

function describeParserError(code: string | undefined): [number, EditorError] {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return [408, fail('REQUEST_TIMEOUT')];
  if (code === 'HOST') return [400, fail('REQUEST_INVALID', { reason: 'there must be one Host header' })];
  if (code === 'HPE_HEADER_OVERFLOW') return [431, fail('REQUEST_INVALID', { reason: 'the headers are larger than 16 KiB' })];
  return [400, fail('REQUEST_INVALID', { reason: 'it is not HTTP/1.1' })];
}
