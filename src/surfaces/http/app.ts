/** The HTTP API as one function from request to reply; no socket is needed to run it. */
import { Hono } from 'hono';
import { fail, isEditorError, type EditorError } from '#core/errors';
import type { Log } from '#platform/log';
import { json } from './envelope.ts';
import { asKnownError, failureResponse } from './error-response.ts';
import { checkOrigin, secure } from './guard.ts';
import {
  baseUrlOf,
  createHttpContext,
  type HttpConfig,
  type HttpContext,
  type HttpEnv,
  type HttpRequest,
  usualPatience,
  type Patience,
} from './http-context.ts';
import { openApiDocument } from './openapi.ts';
import { routes } from './routes/index.ts';
import type { HttpServices } from './services.ts';

export type HttpApp = Hono<HttpEnv>;

export type HttpAppOptions = {
  /** Aborted when the server begins to shut down: readyz refuses, streams end, no new work is taken. */
  readonly closing?: AbortSignal;
  /** For the OpenAPI document. */
  readonly version?: string;
  readonly patience?: Partial<Patience>;
};

/** All routes over `services`. Every failure leaves as the one error body; nothing is thrown. */
export function createHttpApp(services: HttpServices, config: HttpConfig, log: Log, options: HttpAppOptions = {}): HttpApp {
  const { closing = new AbortController().signal, patience } = options;
  const http = createHttpContext(services, config, log, { closing, patience: { ...usualPatience, ...patience } });
  const app = new Hono<HttpEnv>();
  app.use(async (request, next) => {
    const started = performance.now();
    checkOrigin(http, request);
    await next();
    secure(request.res);
    logReply(http, request, performance.now() - started);
  });
  for (const route of routes) {
    app.on(route.method.toUpperCase(), route.path.replaceAll(/\{(\w+)\}/g, ':$1'), (request) => route.run(http, request));
  }
  let document: object | undefined;
  app.get('/openapi.json', () => json((document ??= openApiDocument(routes, options.version ?? '0'))));
  app.notFound((request) =>
    refuse(http, request, fail('ROUTE_NOT_FOUND', { method: request.req.method, path: request.req.path.slice(0, 200) })),
  );
  app.onError((error, request) => refuse(http, request, error));
  return app;
}

function refuse(http: HttpContext, request: HttpRequest, error: unknown): Response {
  const known = asKnownError(error, http.log, { method: request.req.method, path: request.req.path });
  const response = failureResponse(isEditorError(known, 'CREDITS_EXHAUSTED') ? withRegistration(http, request, known) : known);
  secure(response);
  return response;
}

/** Anonymous users are told where to register so that their work and credits stay theirs. */
function withRegistration(http: HttpContext, request: HttpRequest, error: EditorError): EditorError {
  const url = new URL(http.config.registerUrl ?? `${baseUrlOf(http, request)}/register`);
  const user = request.get('user');
  if (user?.anonymous === true) url.searchParams.set('bind', user.id);
  return fail('CREDITS_EXHAUSTED', { ...error.details, url: url.href }, { cause: error });
}

function logReply(http: HttpContext, request: HttpRequest, durationMs: number): void {
  const { method, path } = request.req;
  if (path === '/healthz' || path === '/readyz') return;
  http.log.info('http.request', { method, path, status: request.res.status, durationMs: Math.round(durationMs) });
}
